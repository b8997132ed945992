"""Reading one's messages, and choosing how to be told."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from thichinh.accounts.models import Account
from thichinh.accounts.rules import Actor, email_problem
from thichinh.foundation import audit, clock
from thichinh.foundation.errors import NotAllowed, Refused
from thichinh.foundation.text import clean_phone, one_line, phone_problem
from thichinh.notifications import queries, rules
from thichinh.notifications.models import Contact, Notification
from thichinh.notifications.rules import Channel


def mark_read(actor: Actor, notification_id: int) -> Notification:
    """A message of one's own is read; what a unit is told is then read for all of it."""
    row = queries.own(actor, notification_id)
    Notification.objects.filter(pk=row.pk, read_at=None).update(
        read_at=clock.now(), read_by=actor.account_id
    )
    return row


def mark_all_read(actor: Actor) -> int:
    """Everything unread of one's own is read, the unit's messages not; returns how many."""
    marked = 0
    for field, pk in queries.boxes(actor):
        if field != "to_unit_id":
            rows = Notification.objects.filter(**{field: pk}, read_at=None)
            marked += rows.update(read_at=clock.now(), read_by=actor.account_id)
    return marked


@transaction.atomic
def choose(
    actor: Actor,
    chosen: Iterable[tuple[str, Channel]],
    *,
    language: str,
    email: str = "",
    phone: str = "",
) -> Contact:
    """Keep which channels somebody wants per group, their language, an official's addresses.

    A citizen's addresses stand with the person and are changed there. Raises Refused per field.
    """
    if actor.account_id is None or actor.on_behalf_of_id is not None:
        raise NotAllowed(_("Hãy thôi làm thay trước khi đổi cách nhận thông báo của bạn."))
    account = Account.objects.get(pk=actor.account_id)
    given, offered = set(chosen), queries.offered_choices(account)
    wanted = {(group.code, channel): rules.choice(group, channel) for group, channel in offered}
    contact = queries.contact_of(account)
    contact.wanted = sorted(wanted[pair] for pair in wanted.keys() & given)
    contact.unwanted = sorted(wanted[pair] for pair in wanted.keys() - given)
    contact.language = "en" if language == "en" else "vi"
    if account.is_official:
        contact.email, contact.phone = _addresses(email, phone)
    contact.save()
    audit.record(actor, "notification.choices", account)
    return contact


def _addresses(email: str, phone: str) -> tuple[str, str]:
    clean = one_line(email).lower(), clean_phone(phone)
    problems = {
        "email": email_problem(clean[0]) if clean[0] else "",
        "phone": phone_problem(clean[1]) if clean[1] else "",
    }
    if wrong := {name: sentence for name, sentence in problems.items() if sentence}:
        raise Refused(**wrong)
    return clean
