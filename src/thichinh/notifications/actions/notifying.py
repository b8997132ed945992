"""Telling somebody something, in the transaction of the act that it is about."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from thichinh.accounts.models import Account, Person, Unit
from thichinh.foundation import clock
from thichinh.foundation.definitions import current, version_row
from thichinh.foundation.errors import Missing
from thichinh.foundation.rows import insert_rows
from thichinh.notifications import queries, rules
from thichinh.notifications.models import Delivery
from thichinh.notifications.models.definition import HOURS, USUAL_HOURS, SendingHours
from thichinh.notifications.rules import NotificationKind, Reach

log = logging.getLogger(__name__)

_INSERT = """
INSERT INTO notifications_notification
  (kind, definition_id, to_account_id, to_person_id, to_unit_id, subject_type, subject_id, key,
   unit_id, link, reference, "values", at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING RETURNING id
"""
_DELIVERY = (
    "notification", "channel", "address", "language", "state", "digest", "due_at", "tries",
    "round", "reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class About:
    """What a message is about: its subject, the unit whose matter it is, the page that opens it.

    `reference` is the number that people know it by, and that the log is searched for.
    """

    subject_type: str
    subject_id: int
    unit_id: int
    link: str
    reference: str = ""


def notify(
    code: str,
    to: Account | Person | Unit,
    *,
    about: About,
    values: Mapping[str, str],
    key: str = "",
) -> int | None:
    """Tell a receiver about a subject, once per kind, subject, receiver and `key`.

    Returns the id of the message; None when it was told before, when nobody could read it (a person
    without account or address), or when the authority has published no texts for the kind. Costs
    at most three statements: the receiver's choices, the message, its ways out. What leaves the
    house is sent later, by a job. Raises KeyError for a kind
    that no app contributes, ValueError for other values than the kind wants.
    """
    kind = _kind(code, values)
    definition_id = _texts(kind)
    reach = queries.reach_of(to, kind.audience)
    channels = rules.outward(kind, reach)
    if definition_id is None or not (channels or queries.has_inbox(to)):
        return None
    at = clock.now()
    made = _insert(kind, definition_id, to, about, values, key, at)
    if made is not None and channels:
        rows = [_delivery(made, kind, channel, reach, at) for channel in channels]
        insert_rows(Delivery, _DELIVERY, rows)
    return made


def _kind(code: str, values: Mapping[str, str]) -> NotificationKind:
    kind = rules.NOTIFICATION_KINDS[code]
    given = {variable.name for variable in kind.variables}
    if given != set(values):
        raise ValueError(f"{code} wants {sorted(given)}, not {sorted(values)}")
    return kind


def _texts(kind: NotificationKind) -> int | None:
    """The version in force. An act never fails because nobody wrote the words for telling of it."""
    try:
        return version_row("notification", kind.code).pk
    except Missing:
        log.error("no texts in force for the notification %s: nobody is told", kind.code)
        return None


def _insert(
    kind: NotificationKind,
    definition_id: int,
    to: Account | Person | Unit,
    about: About,
    values: Mapping[str, str],
    key: str,
    at: datetime,
) -> int | None:
    if not about.link.startswith("/") or about.link.startswith("//"):
        raise ValueError(f"a message opens a page of this house, not {about.link!r}")
    row = (
        kind.code,
        definition_id,
        *(to.pk if isinstance(to, box) else None for box in (Account, Person, Unit)),
        about.subject_type,
        about.subject_id,
        key,
        about.unit_id,
        about.link,
        about.reference,
        json.dumps(dict(values), ensure_ascii=False),
        at,
    )
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, row)
        found = cursor.fetchone()
    return int(found[0]) if found else None


def _delivery(
    made: int, kind: NotificationKind, channel: rules.Channel, reach: Reach, at: datetime
) -> tuple[object, ...]:
    return (
        made,
        channel,
        reach.address(channel),
        reach.language,
        Delivery.State.WAITING.value,
        kind.urgency == "low",
        rules.first_try(at, hours(), kind.urgency),
        0,
        0,
        "",
    )


def hours() -> SendingHours:
    """When people are left alone here."""
    try:
        return current(HOURS, "default")
    except Missing:
        return USUAL_HOURS
