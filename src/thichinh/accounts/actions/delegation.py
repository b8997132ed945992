"""Lending one's role to another for some days."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from thichinh.accounts import queries, rules
from thichinh.accounts.events import RoleDelegated
from thichinh.accounts.models import Account, Delegation
from thichinh.accounts.rules import Actor, DelegationTerms
from thichinh.foundation import audit
from thichinh.foundation.clock import now, today
from thichinh.foundation.errors import Missing, NotAllowed, Refused
from thichinh.foundation.events import publish
from thichinh.foundation.text import one_line


@transaction.atomic
def delegate_role(actor: Actor, terms: DelegationTerms) -> Delegation:
    """Lend one of one's own roles to another official. Raises Refused per field.

    What was itself delegated cannot be passed on (decree 30/2020 article 13 allows no further
    delegation), so this is refused while acting on behalf of somebody.
    """
    if actor.account_id is None or actor.on_behalf_of_id is not None:
        raise NotAllowed(_("Hãy thôi làm thay trước khi uỷ quyền vai trò của chính bạn."))
    held = queries.holdings(actor.account_id, max(terms.valid_from, today()))
    rules.check_delegation(terms, actor.account_id, held, queries.unit_tree(actor.epoch), today())
    taker = Account.objects.filter(pk=terms.taker_id, is_active=True, unit__isnull=False).first()
    if taker is None:
        raise Refused(taker=_("Hãy chọn một cán bộ đang làm việc."))
    delegation = Delegation.objects.create(
        giver_id=actor.account_id,
        taker=taker,
        role=terms.role,
        unit_id=terms.unit_id,
        valid_from=terms.valid_from,
        valid_to=terms.valid_to,
        reason=one_line(terms.reason)[:300],
    )
    data = {"role": terms.role, "unit": terms.unit_id, "taker": taker.pk}
    audit.record(actor, "role.delegated", delegation, data=data)
    publish(RoleDelegated(delegation.pk))
    return delegation


@transaction.atomic
def end_delegation(actor: Actor, delegation_id: int) -> None:
    """Take back what one lent, from this moment. The row stays: it proves what was signed meanwhile."""
    row = Delegation.objects.select_for_update(of=("self",)).filter(pk=delegation_id).first()
    if row is None or row.giver_id != actor.account_id:
        raise Missing(_("Không tìm thấy lần uỷ quyền này."))
    if row.ended_at is None and row.valid_to >= today():
        row.ended_at = now()
        row.save(update_fields=["ended_at"])
        audit.record(actor, "role.delegation_ended", row, data={"taker": row.taker_id})
