"""Measures: what apps can count, declared once and evaluated together.

A measure of the books (`FlowMeasure`, `BalanceMeasure`) is a declaration: the engine asks the
books one question for any number of flows and one for any number of balances. A `ComputedMeasure`
brings its own computation. A `MeasureFamily` lets definitions declare measures: a register's
counts, a campaign's questions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, TypeVar

from thichinh.foundation.calendar import Period
from thichinh.foundation.contributions import Part, Registry
from thichinh.indicators.rules.formula import Value
from thichinh.stocks.rules import BOOKS, Pair, Where

Key = tuple[Any, ...]
What = Literal["count", "amount"]
N = TypeVar("N")


class Measure(Part):
    """Something an app can count, under a code of its own such as `app.measure`."""

    code: str
    title: str
    unit: str
    book: str


@dataclass(frozen=True)
class FlowMeasure(Measure):
    """How much moved along these pairs (source, target) of stocks in the period.

    A movement back along a pair is a correction and counts as minus one, so that
    opening + in - out = closing holds whatever was corrected. `only` keeps some values of
    dimensions of the book. `what`: the items, or the sum of their amounts.
    """

    code: str
    title: str
    book: str
    pairs: tuple[tuple[str, str], ...]
    only: Mapping[str, Collection[Any]] = field(default_factory=dict)
    unit: str = "items"
    what: What = "count"
    description: str = ""

    @cached_property
    def forward(self) -> frozenset[Pair]:
        """The pairs by stock number."""
        return BOOKS[self.book].pairs(*self.pairs)

    @cached_property
    def backward(self) -> frozenset[Pair]:
        """The way a correction takes, except where that is a flow of its own."""
        return frozenset((b, a) for a, b in self.forward) - self.forward

    def total(self, flows: Mapping[Pair, Any]) -> Fraction:
        """Net sum of what moved along the pairs."""
        there = sum(flows.get(pair, 0) for pair in self.forward)
        return Fraction(there - sum(flows.get(pair, 0) for pair in self.backward))


@dataclass(frozen=True)
class BalanceMeasure(Measure):
    """How much stood in these stocks when the period opened or closed."""

    code: str
    title: str
    book: str
    stocks: tuple[str, ...]
    at: Literal["start", "end"]
    only: Mapping[str, Collection[Any]] = field(default_factory=dict)
    unit: str = "items"
    what: What = "count"
    description: str = ""

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The stocks by number."""
        return frozenset(map(BOOKS[self.book].number, self.stocks))

    def total(self, balances: Mapping[int, Any]) -> Fraction:
        """Sum of what stood in the stocks."""
        return Fraction(sum(balances.get(stock, 0) for stock in self.numbers))

    def change(self, flows: Mapping[Pair, Any]) -> Fraction:
        """What the balance grew by while these flows happened."""
        grew = sum(
            n * ((target in self.numbers) - (source in self.numbers))
            for (source, target), n in flows.items()
        )
        return Fraction(grew)


@dataclass(frozen=True)
class ComputedMeasure(Measure):
    """A measure with a computation of its own, run in the snapshot in which the books are read.

    `compute(period, where, by)` answers a value per key (the key of no dimensions is `()`); a key
    that it does not answer has no value. `dims` are the dimensions it knows besides "unit": it is
    not asked for others. `items` names the records of `book` behind it, where it has any.
    """

    code: str
    title: str
    compute: Callable[[Period, Where, tuple[str, ...]], Mapping[Key, Value]]
    unit: str = "number"
    dims: frozenset[str] = frozenset()
    items: Callable[[Period, Where], Sequence[int]] | None = None
    book: str = ""
    description: str = ""


BookMeasure = FlowMeasure | BalanceMeasure

MEASURES: Registry[Measure] = Registry(Measure, lambda measure: measure.code)


@dataclass(frozen=True)
class MeasureFamily(Part):
    """Measures that definitions declare: those in force on a day, asked once per publication.

    Their codes begin with the family's and a dot. Raises Refused, with a sentence for whoever wrote
    the definition, when one cannot be a measure.
    """

    code: str
    measures: Callable[[date], Iterable[Measure]]


MEASURE_FAMILIES: Registry[MeasureFamily] = Registry(MeasureFamily, lambda family: family.code)
