"""Writes of notifications: telling, sending, reading, choosing."""

from __future__ import annotations

from thichinh.notifications.actions.definitions import TEXTS, check_texts
from thichinh.notifications.actions.notifying import About, notify
from thichinh.notifications.actions.outbox import (
    BATCH,
    forget_old,
    resend,
    set_aside,
    take_back,
    take_due,
    write_outcome,
)
from thichinh.notifications.actions.reading import choose, mark_all_read, mark_read

__all__ = [
    "BATCH",
    "TEXTS",
    "About",
    "check_texts",
    "choose",
    "forget_old",
    "mark_all_read",
    "mark_read",
    "notify",
    "resend",
    "set_aside",
    "take_back",
    "take_due",
    "write_outcome",
]
