"""How the front waits for the body of a request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]

from thichinh.launcher import front


class Sender:
    """A connection that sends these pieces, then nothing more."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces

    async def __call__(self) -> bytes:
        return b"".join(self.pieces)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece


class Silent(Sender):
    """A connection that never sends the end."""

    async def __call__(self) -> bytes:
        await asyncio.Event().wait()
        raise AssertionError


def arrived(sender: Sender, stated: int | None) -> bytes:
    headers = {} if stated is None else {"content-length": str(stated)}
    scope: Any = SimpleNamespace(method="POST", headers=headers)
    protocol: Any = sender
    return asyncio.run(front.arrived(scope, protocol)).read()


@pytest.mark.parametrize("stated", [10, None])
def test_a_whole_body_arrives_with_and_without_a_stated_length(stated: int | None) -> None:
    assert arrived(Sender(b"x" * 6, b"y" * 4), stated) == b"x" * 6 + b"y" * 4


def test_a_long_body_arrives_in_pieces() -> None:
    half = b"x" * front.AT_ONCE
    assert arrived(Sender(half, half), 2 * front.AT_ONCE) == half * 2


def test_half_a_form_is_never_acted_on() -> None:
    with pytest.raises(ProtocolClosed):
        arrived(Sender(b"x" * front.AT_ONCE), 2 * front.AT_ONCE)


def test_a_short_body_that_does_not_come_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "PATIENCE", 0.01)
    with pytest.raises(TimeoutError):
        arrived(Silent(), 10)
