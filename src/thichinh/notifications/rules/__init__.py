"""The law of notifications: kinds, texts, times and addresses as pure functions over values."""

from __future__ import annotations

from thichinh.notifications.rules.addresses import Reach, choice, is_wanted, masked, outward
from thichinh.notifications.rules.kinds import (
    CHANNELS,
    KEPT_SUBJECTS,
    NOTIFICATION_KINDS,
    Audience,
    Channel,
    KeepsMessages,
    KindGroup,
    NotificationKind,
    Variable,
    choices_for,
)
from thichinh.notifications.rules.outgoing import Outcome, Outgoing, Result
from thichinh.notifications.rules.texts import chosen, filled, text_problems
from thichinh.notifications.rules.times import first_try, next_try

__all__ = [
    "CHANNELS",
    "KEPT_SUBJECTS",
    "NOTIFICATION_KINDS",
    "Audience",
    "Channel",
    "KeepsMessages",
    "KindGroup",
    "NotificationKind",
    "Outcome",
    "Outgoing",
    "Reach",
    "Result",
    "Variable",
    "choice",
    "choices_for",
    "chosen",
    "filled",
    "first_try",
    "is_wanted",
    "masked",
    "next_try",
    "outward",
    "text_problems",
]
