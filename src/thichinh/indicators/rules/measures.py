"""The register of measures: what apps can count, declared once and evaluated together.

A measure of the books (`FlowMeasure`, `BalanceMeasure`) is a declaration: the engine asks the
books one question for any number of flows and one for any number of balances. A `Measure` brings
its own computation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from django.utils.translation import gettext as _

from thichinh.foundation.calendar import Period
from thichinh.foundation.errors import Missing
from thichinh.indicators.rules.formula import Value
from thichinh.stocks.rules import BOOKS, Pair, Record, Where

Key = tuple[Any, ...]


@dataclass(frozen=True)
class FlowMeasure:
    """How many things moved along these pairs (source, target) of stocks in the period.

    A movement back along a pair is a correction and counts as minus one, so that
    opening + in - out = closing holds whatever was corrected. `channels` keeps some channels only.
    """

    code: str
    title: str
    book: str
    pairs: tuple[tuple[str, str], ...]
    channels: frozenset[int] = frozenset()
    unit: str = "dossiers"
    description: str = ""

    @cached_property
    def forward(self) -> frozenset[Pair]:
        """The pairs by stock number."""
        return BOOKS[self.book].pairs(*self.pairs)

    @cached_property
    def backward(self) -> frozenset[Pair]:
        """The way a correction takes, except where that is a flow of its own."""
        return frozenset((b, a) for a, b in self.forward) - self.forward

    def count(self, flows: Mapping[Pair, int]) -> int:
        """Net number moved along the pairs."""
        there = sum(flows.get(pair, 0) for pair in self.forward)
        return there - sum(flows.get(pair, 0) for pair in self.backward)


@dataclass(frozen=True)
class BalanceMeasure:
    """How many things stood in these stocks when the period opened or closed."""

    code: str
    title: str
    book: str
    stocks: tuple[str, ...]
    at: Literal["start", "end"]
    channels: frozenset[int] = frozenset()
    unit: str = "dossiers"
    description: str = ""

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The stocks by number."""
        return frozenset(map(BOOKS[self.book].number, self.stocks))

    def count(self, balances: Mapping[int, int]) -> int:
        """Number standing in the stocks."""
        return sum(balances.get(stock, 0) for stock in self.numbers)

    def change(self, flows: Mapping[Pair, int]) -> int:
        """What the balance grew by while these flows happened."""
        grew = 0
        for (source, target), n in flows.items():
            grew += n * ((target in self.numbers) - (source in self.numbers))
        return grew


@dataclass(frozen=True)
class Measure:
    """A measure with a computation of its own.

    `compute(period, where, by)` answers a value per key (the key of no dimensions is `()`);
    `dims` are the dimensions it knows; `items` names its records, where it has any.
    """

    code: str
    title: str
    unit: str
    kind: str
    dims: frozenset[str]
    compute: Callable[[Period, Where, tuple[str, ...]], Mapping[Key, Value]]
    items: Callable[[Period, Where], Sequence[int]] | None = None
    book: str = ""
    description: str = ""


BookMeasure = FlowMeasure | BalanceMeasure
AnyMeasure = FlowMeasure | BalanceMeasure | Measure


@dataclass(frozen=True)
class RecordPage:
    """One page of records and the cursor of the next one ('' after the last)."""

    rows: tuple[Record, ...]
    following: str
    visible: int


@dataclass
class Register:
    """Measures by code."""

    measures: dict[str, AnyMeasure] = field(default_factory=dict)


_register = Register()


def register(*measures: AnyMeasure) -> None:
    """Offer measures; called from an app's ready(). A code can be taken once."""
    for measure in measures:
        taken = _register.measures.get(measure.code)
        if taken is not None and taken != measure:
            raise ValueError(f"measure {measure.code} is registered twice")
        _register.measures[measure.code] = measure


def measure(code: str) -> AnyMeasure:
    """The measure with this code; raises Missing."""
    found = _register.measures.get(code)
    if found is None:
        raise Missing(_("Không có phép đo “%(code)s”.") % {"code": code})
    return found
