"""The records that the items of a book are, as the app that owns them shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from thichinh.accounts.rules import Actor


@dataclass(frozen=True)
class Record:
    """One record behind a number, as far as this reader may see it."""

    number: str
    title: str
    link: str
    note: str = ""


class ItemSource(Protocol):
    """What the app that owns a book's items offers, so that every number opens to its records."""

    def records(self, items: Sequence[int], actor: Actor) -> Mapping[int, Record]:
        """Those of a few items that this actor may see."""
        ...

    def count(self, items: Sequence[int], actor: Actor) -> int:
        """How many of many items this actor may see."""
        ...

    def numbers(self, items: Sequence[int], actor: Actor, limit: int) -> list[str]:
        """The public numbers, in order, of those this actor may see."""
        ...

    def lock(self, item: int) -> None:
        """Keep everybody else from acting on an item until the transaction ends."""
        ...

    def sees_all(self, actor: Actor) -> bool:
        """Whether there is no item this actor may not see."""
        ...
