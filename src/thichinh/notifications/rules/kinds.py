"""What can be told to whom: the kinds of notifications that apps contribute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils.functional import Promise

from thichinh.foundation.contributions import Part, Registry

Channel = Literal["email", "sms"]
"""How a message leaves the house. Beside it every message stands in the receiver's inbox here."""
CHANNELS: tuple[Channel, ...] = ("email", "sms")
Urgency = Literal["low", "normal", "urgent"]
Audience = Literal["citizen", "official", "unit"]

ALWAYS_KNOWN = {"authority": True, "link": False}
"""What every text may use, and whether an SMS may: the name on the door, the address to open."""


@dataclass(frozen=True)
class Variable:
    """A value that the texts of a kind may use. Only a public one may stand in an SMS.

    Public is what tells a stranger who reads the screen of a lost telephone nothing about anybody:
    a number, a date, the name of an office.
    """

    name: str
    meaning: str
    public: bool = False


@dataclass(frozen=True)
class KindGroup:
    """Kinds among which people choose together: "my things", "my work"."""

    code: str
    title: str | Promise


@dataclass(frozen=True, kw_only=True)
class NotificationKind(Part):
    """One kind of message, as an app contributes it; its texts are a definition of the same code.

    `channels` may leave the house besides the inbox, `default` are those used until the receiver
    chooses otherwise. `low` is joined into one e-mail a day, `urgent` does not wait for the morning.
    Raises ValueError for a kind that contradicts itself.
    """

    code: str
    title: str | Promise
    group: KindGroup
    audience: Audience
    urgency: Urgency = "normal"
    channels: tuple[Channel, ...] = ()
    default: tuple[Channel, ...] = ()
    variables: tuple[Variable, ...] = ()

    def __post_init__(self) -> None:
        if not set(self.default) <= set(self.channels):
            raise ValueError(f"{self.code}: a default channel is not one of its channels")
        if self.audience == "unit" and self.channels:
            raise ValueError(f"{self.code}: a unit reads in its inbox only, it has no address")
        if self.urgency == "low" and "sms" in self.channels:
            raise ValueError(f"{self.code}: what can wait for the daily e-mail is no SMS")

    @property
    def names(self) -> Mapping[str, bool]:
        """Every name its texts may use, and whether an SMS may use it."""
        return {**ALWAYS_KNOWN, **{v.name: v.public for v in self.variables}}


NOTIFICATION_KINDS: Registry[NotificationKind] = Registry(NotificationKind, lambda kind: kind.code)


@dataclass(frozen=True)
class KeepsMessages(Part):
    """Messages about a subject are kept while it is open, however old they are: that somebody was told
    belongs to the matter (decree 30/2020, article 29). `open_since(day)` are the ids of subjects that
    were not over yet at an instant."""

    subject_type: str
    open_since: Callable[[datetime], QuerySet[Any]]


KEPT_SUBJECTS: Registry[KeepsMessages] = Registry(KeepsMessages, lambda kept: kept.subject_type)


def choices_for(audiences: frozenset[str]) -> dict[KindGroup, tuple[Channel, ...]]:
    """What a person of these audiences may choose: the channels of each group that has any."""
    found: dict[KindGroup, set[Channel]] = {}
    for kind in NOTIFICATION_KINDS:
        if kind.audience in audiences and kind.channels:
            found.setdefault(kind.group, set()).update(kind.channels)
    return {group: tuple(c for c in CHANNELS if c in channels) for group, channels in found.items()}
