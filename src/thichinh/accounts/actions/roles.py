"""Giving and ending roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from thichinh.accounts import queries, rules
from thichinh.accounts.actions.accounts import managed_account
from thichinh.accounts.models import Account, RoleAssignment
from thichinh.accounts.rules import Actor
from thichinh.foundation import audit
from thichinh.foundation.clock import now, today
from thichinh.foundation.errors import Missing, Refused


@dataclass(frozen=True)
class RoleTerms:
    """A role over a unit for a period; `valid_to` None is open, both days count."""

    role: str
    unit_id: int
    valid_from: date
    valid_to: date | None = None
    include_subunits: bool = True


@transaction.atomic
def assign_role(actor: Actor, account_id: int, terms: RoleTerms) -> RoleAssignment:
    """Give an official a role; needs `account.manage` over both units. Raises Refused per field."""
    account = managed_account(actor, account_id)
    actor.require("account.manage", terms.unit_id)
    if account.pk == actor.account_id:
        raise Refused(_("Không thể tự phân vai trò cho mình. Hãy nhờ cán bộ quản trị khác."))
    return give_role(actor, account, terms)


def give_role(actor: Actor, account: Account, terms: RoleTerms) -> RoleAssignment:
    """Write the assignment and its audit row; the caller has checked authority."""
    rules.check_period(terms.valid_from, terms.valid_to)
    known = {role.code for role in queries.roles_in_force(terms.valid_from) if role.scope != "self"}
    if terms.role not in known:
        raise Refused(role=_("Không có vai trò này vào ngày bắt đầu đã chọn."))
    assignment = RoleAssignment.objects.create(
        account=account,
        role=terms.role,
        unit_id=terms.unit_id,
        include_subunits=terms.include_subunits,
        valid_from=terms.valid_from,
        valid_to=terms.valid_to,
    )
    data = {"role": terms.role, "unit": terms.unit_id, "from": str(terms.valid_from)}
    audit.record(actor, "role.assigned", account, data=data)
    return assignment


@transaction.atomic
def end_role(actor: Actor, assignment_id: int, last_day: date | None = None) -> None:
    """End an assignment after `last_day`, or at once. The row stays, with who ended it and when.

    Needs `account.manage` over the unit of the account and that of the role. Raises Refused when
    nobody would be left to give roles there.
    """
    row = RoleAssignment.objects.select_for_update(of=("self",)).filter(pk=assignment_id).first()
    if row is None:
        raise Missing(_("Không tìm thấy phân công này."))
    account = managed_account(actor, row.account_id)
    actor.require("account.manage", row.unit_id)
    if last_day is None or last_day < max(row.valid_from, today()):
        row.ended_at, after = now(), today()
    else:
        row.valid_to, after = last_day, last_day + timedelta(days=1)
    row.ended_by_id = actor.account_id
    row.save(update_fields=["ended_at", "ended_by", "valid_to"])
    _check_somebody_manages(actor, row, after)
    data = {"role": row.role, "unit": row.unit_id, "last_day": str(row.valid_to or "")}
    audit.record(actor, "role.ended", account, data=data)


def _check_somebody_manages(actor: Actor, ended: RoleAssignment, on: date) -> None:
    """Asked after the write: its trigger holds the epoch's row, so two who end each other queue."""
    roles = queries.roles_in_force(on)
    if not any(r.code == ended.role and "account.manage" in r.permissions for r in roles):
        return
    # The actor's own epoch: what this transaction may still undo must not be remembered.
    if not queries.holders_of("account.manage", frozenset([ended.unit_id]), actor.epoch, on):
        raise Refused(
            _(
                "Thôi vai trò này thì không còn ai quản trị tài khoản của đơn vị. Hãy phân vai trò "
                "quản trị cho một người khác trước, rồi nhờ người đó làm việc này."
            )
        )
