"""Reads of notifications: one's own inbox, the log of one's units, how people are reached."""

from __future__ import annotations

from thichinh.notifications.queries.contacts import (
    contact_of,
    has_inbox,
    offered_choices,
    reach_of,
    usual_choices,
)
from thichinh.notifications.queries.inbox import (
    MOST_COUNTED,
    InboxPage,
    Line,
    account_of,
    boxes,
    inbox_page,
    line_of,
    own,
    receiver,
    unread_count,
)
from thichinh.notifications.queries.log import log_rows, logged, message_of
from thichinh.notifications.queries.texts import Wording, address_of, text_of

__all__ = [
    "MOST_COUNTED",
    "InboxPage",
    "Line",
    "Wording",
    "account_of",
    "address_of",
    "boxes",
    "contact_of",
    "has_inbox",
    "inbox_page",
    "line_of",
    "log_rows",
    "logged",
    "message_of",
    "offered_choices",
    "own",
    "reach_of",
    "receiver",
    "text_of",
    "unread_count",
    "usual_choices",
]
