"""How somebody can be reached, and what is shown of it to others."""

from __future__ import annotations

from dataclasses import dataclass

from thichinh.notifications.rules.kinds import Channel, KindGroup, NotificationKind

MASK = "•"


@dataclass(frozen=True)
class Reach:
    """A receiver's addresses, language, and the `group:channel` they do not want."""

    email: str = ""
    phone: str = ""
    language: str = "vi"
    unwanted: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()

    def address(self, channel: Channel) -> str:
        return self.email if channel == "email" else self.phone


def choice(group: KindGroup, channel: Channel) -> str:
    """How a choice is kept: `work:sms`."""
    return f"{group.code}:{channel}"


def outward(kind: NotificationKind, reach: Reach) -> list[Channel]:
    """The channels a message goes out by: allowed, with an address, and wanted."""
    return [c for c in kind.channels if reach.address(c) and is_wanted(kind, c, reach)]


def is_wanted(kind: NotificationKind, channel: Channel, reach: Reach) -> bool:
    """What the receiver said of this group and channel, else what the kind does by itself."""
    said = choice(kind.group, channel)
    if said in reach.unwanted:
        return False
    return said in reach.wanted or channel in kind.default


def masked(address: str) -> str:
    """Enough to recognise one's own: `a•••@example.vn`, `•••••••456`."""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}{MASK * 3}@{host}"
    return MASK * max(len(address) - 3, 0) + address[-3:] if address else ""
