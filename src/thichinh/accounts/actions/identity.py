"""Whether an account is of the person it claims to be: only an official who sees papers can tell."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from thichinh.accounts.actions.accounts import end_ways_in
from thichinh.accounts.actions.people import write_down_person
from thichinh.accounts.events import AccountDetached
from thichinh.accounts.models import Account
from thichinh.accounts.rules import Actor, PersonFacts
from thichinh.foundation import audit, clock
from thichinh.foundation.errors import Missing
from thichinh.foundation.events import publish
from thichinh.foundation.text import fold


@transaction.atomic
def confirm_identity(actor: Actor, person_id: int) -> None:
    """Who uses the account of this person showed their papers; needs `person.edit`."""
    account = _account_of(actor, person_id)
    if account.identity_seen_at is None:
        account.identity_seen_at = clock.now()
        account.save(update_fields=["identity_seen_at"])
        audit.record(actor, "account.identity_seen", account, data={"person": person_id})


@transaction.atomic
def detach_account(actor: Actor, person_id: int) -> None:
    """The account is not of this person: it is closed and keeps only what it said of itself.

    The number, and the user name that repeats it, are free for the person they belong to. Needs
    `person.edit`; an account whose papers were compared stays.
    """
    account = _account_of(actor, person_id)
    if account.identity_seen_at is not None:
        raise Missing(_("Tài khoản của người này đã được đối chiếu giấy tờ, không tách được."))
    claimed = write_down_person(PersonFacts(account.display_name))
    account.person, account.is_active = claimed, False
    account.username = f"~{account.pk}"  # no user name begins like this
    account.search_name = fold(account.display_name)
    account.save(update_fields=["person", "is_active", "username", "search_name"])
    end_ways_in(account)
    data = {"person": person_id, "now": claimed.pk}
    audit.record(actor, "account.detached", account, data=data)
    publish(AccountDetached(account.pk, person_id, claimed.pk))


def _account_of(actor: Actor, person_id: int) -> Account:
    """The citizen's account of a person, locked. Raises NotAllowed, Missing."""
    actor.require("person.edit")
    account = Account.objects.select_for_update().filter(person_id=person_id).first()
    if account is None or account.unit_id is not None:
        raise Missing(_("Người này không có tài khoản người dân."))
    return account
