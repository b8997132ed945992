"""The inbox of who is signed in: their account's, their person's, their unit's messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from thichinh.accounts.models import Account
from thichinh.accounts.rules import Actor
from thichinh.foundation.errors import Missing
from thichinh.notifications.models import Notification
from thichinh.notifications.queries.texts import text_of

PAGE = 30
MOST_COUNTED = 100
"""The bell says 99+ beyond; counting stops there."""


@dataclass(frozen=True)
class Line:
    """A message as its reader sees it."""

    id: int
    kind: str
    subject: str
    text: str
    link: str
    at: datetime
    is_unread: bool
    to_unit: bool


@dataclass(frozen=True)
class InboxPage:
    """What is unread first, then what was read, each the newest first; `after` goes on."""

    lines: list[Line]
    after: str


def boxes(actor: Actor) -> list[tuple[str, int]]:
    """The inboxes an actor reads, as (field, id).

    What is told to a person is read by their account once papers were compared: until then it is
    only a claim. Acting on behalf of somebody opens their work, not their letters.
    """
    found = [("to_account_id", actor.account_id)]
    if actor.identity_seen and actor.on_behalf_of_id is None:
        found.append(("to_person_id", actor.person_id))
    found.append(("to_unit_id", actor.unit_id))
    return [(field, pk) for field, pk in found if pk is not None]


def unread_count(actor: Actor) -> int:
    """How many messages wait to be read, at most MOST_COUNTED: one query over partial indexes."""
    mine = boxes(actor)
    if not mine:
        return 0
    parts = " UNION ALL ".join(
        f"(SELECT 1 FROM notifications_notification WHERE {field} = %s AND read_at IS NULL LIMIT %s)"
        for field, _pk in mine
    )
    with connection.cursor() as cursor:
        values = [value for _field, pk in mine for value in (pk, MOST_COUNTED)]
        cursor.execute(f"SELECT count(*) FROM ({parts}) unread", values)
        return min(int(cursor.fetchone()[0]), MOST_COUNTED)


def inbox_page(actor: Actor, after: str = "", *, unread_only: bool = False) -> InboxPage:
    """One page from a cursor; one that makes no sense begins at the beginning. Two queries."""
    part, _dash, last = after.partition("-")
    start = int(last) if part in ("new", "read") and last.isdecimal() and len(last) < 19 else None
    rows: list[Notification] = []
    if part != "read":
        rows = _newest(actor, unread=True, below=start, most=PAGE + 1)
    if len(rows) <= PAGE and not unread_only:
        below = start if part == "read" else None
        rows += _newest(actor, unread=False, below=below, most=PAGE + 1 - len(rows))
    shown = rows[:PAGE]
    return InboxPage([line_of(row) for row in shown], _cursor(shown) if len(rows) > PAGE else "")


def _cursor(shown: list[Notification]) -> str:
    last = shown[-1]
    return f"{'new' if last.read_at is None else 'read'}-{last.pk}"


def _newest(actor: Actor, *, unread: bool, below: int | None, most: int) -> list[Notification]:
    """The newest of every box, each read off its own index, merged."""
    parts = []
    for field, pk in boxes(actor):
        rows = Notification.objects.filter(**{field: pk}, read_at__isnull=unread)
        if below is not None:
            rows = rows.filter(pk__lt=below)
        parts.append(rows.order_by("-pk")[:most])
    if not parts:
        return []
    if len(parts) == 1:
        return list(parts[0])
    return list(parts[0].union(*parts[1:], all=True).order_by("-id")[:most])


def line_of(row: Notification) -> Line:
    """A message in the language of the page."""
    told = text_of(row, "in_app", (get_language() or "vi")[:2])
    return Line(
        id=row.pk,
        kind=row.kind,
        subject=told.subject,
        text=told.text,
        link=row.link,
        at=row.at,
        is_unread=row.read_at is None,
        to_unit=row.to_unit_id is not None,
    )


def own(actor: Actor, notification_id: int) -> Notification:
    """One message of the actor's inboxes. Raises Missing."""
    row = Notification.objects.filter(pk=notification_id).first()
    if row is None or not any(getattr(row, field) == pk for field, pk in boxes(actor)):
        raise Missing(_("Không còn thông báo này. Hãy xem lại danh sách thông báo của bạn."))
    return row


def account_of(actor: Actor) -> Account:
    """The account that is signed in, with its person."""
    return Account.objects.select_related("person", "unit").get(pk=actor.account_id or 0)


def receiver(row: Notification) -> Any:
    """The account, person or unit that a message is to."""
    return row.to_account or row.to_person or row.to_unit
