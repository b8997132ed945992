"""Who carries messages out: a port with one sender per channel."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Protocol

from thichinh.notifications.rules import Channel, Outcome, Outgoing, Result

log = logging.getLogger("thichinh.notifications.console")

SILENT_SECONDS = 10
"""How long one attempt waits for the other side."""


class Sender(Protocol):
    """Carries the messages of one channel, a batch at a time."""

    @property
    def channel(self) -> Channel: ...

    def is_configured(self) -> bool:
        """Whether this installation has anything to send with."""
        ...

    def send(self, batch: Sequence[Outgoing]) -> Iterator[tuple[Outgoing, Result]]:
        """Try each in order and say what came of it; never raises for a failing other side."""
        ...


class ConsoleSender:
    """Writes messages into the log of the worker: for trying the example town."""

    def __init__(self, channel: Channel) -> None:
        self.channel: Channel = channel

    def is_configured(self) -> bool:
        return True

    def send(self, batch: Sequence[Outgoing]) -> Iterator[tuple[Outgoing, Result]]:
        for message in batch:
            log.warning("%s → %s: %s", message.channel, message.address, message.text)
            yield message, Result(Outcome.SENT, "console")
