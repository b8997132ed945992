"""What crosses the wire about notifications."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema


class NotificationOut(Schema):
    """A message as its reader sees it; `link` is a path of this house."""

    id: int
    kind: str
    subject: str
    text: str
    link: str
    at: datetime
    is_unread: bool
    to_unit: bool


class InboxOut(Schema):
    """Unread first; pass `next` as `after` to go on, '' at the end. `unread` stops at 100."""

    notifications: list[NotificationOut]
    unread: int
    next: str


class ReadOut(Schema):
    """How many became read."""

    read: int


class DeliveryOut(Schema):
    """A way out: state 1 waiting, 2 sent, 3 given up, 4 channel not configured."""

    id: int
    channel: str
    address: str
    state: int
    tries: int
    due_at: datetime
    sent_at: datetime | None
    reason: str


class LoggedOut(Schema):
    """A message of the log; addresses are masked."""

    id: int
    kind: str
    to: str
    reference: str
    at: datetime
    read_at: datetime | None
    deliveries: list[DeliveryOut]


class LogOut(Schema):
    """One page, the newest first; `next` is null at the end."""

    notifications: list[LoggedOut]
    next: int | None
