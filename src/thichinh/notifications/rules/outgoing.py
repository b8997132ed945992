"""A message on its way out, and what came of it: values between the outbox and whoever carries it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from thichinh.notifications.rules.kinds import Channel


@dataclass(frozen=True)
class Outgoing:
    """One message to one address; a digest stands for several deliveries.

    `reference` is the same at every attempt, so that whoever gets it twice (we send at least once)
    can tell: Message-ID of an e-mail, `reference` of an SMS.
    """

    deliveries: tuple[int, ...]
    channel: Channel
    address: str
    subject: str
    text: str
    reference: str
    made_at: datetime


class Outcome(Enum):
    """How one attempt ended."""

    SENT = "sent"
    LATER = "later"
    """Nobody answered, or not now: try again."""
    NEVER = "never"
    """Refused for good: no such address."""


@dataclass(frozen=True)
class Result:
    """The outcome of an attempt, with what the other side said, for the IT officer."""

    outcome: Outcome
    detail: str = ""
    stops_batch: bool = False
    """The other side does not answer at all: no use asking it again right now."""
