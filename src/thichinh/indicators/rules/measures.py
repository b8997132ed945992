"""The register of measures: what apps can count, declared once and evaluated together.

A measure of the books (`FlowMeasure`, `BalanceMeasure`) is a declaration: the engine asks the
books one question for any number of flows and one for any number of balances. A `Measure` brings
its own computation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol

from django.utils.translation import gettext as _

from thichinh.accounts.rules import Actor
from thichinh.foundation.calendar import Period
from thichinh.foundation.errors import Missing
from thichinh.indicators.rules.formula import Value
from thichinh.stocks.rules import Pair, Where, book_named

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
        return book_named(self.book).pairs(*self.pairs)

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
        return frozenset(map(book_named(self.book).number, self.stocks))

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
class Record:
    """One record behind a number, as far as this reader may see it."""

    number: str
    title: str
    link: str
    note: str = ""


@dataclass(frozen=True)
class RecordPage:
    """One page of records and the cursor of the next one ('' after the last)."""

    rows: tuple[Record, ...]
    following: str
    visible: int


class RecordSource(Protocol):
    """What the app that owns a book's items offers for drill-down."""

    def records(self, items: Sequence[int], actor: Actor) -> Mapping[int, Record]:
        """Those of a few items that this actor may see."""
        ...

    def count(self, items: Sequence[int], actor: Actor) -> int:
        """How many of many items this actor may see."""
        ...

    def numbers(self, items: Sequence[int], actor: Actor, limit: int) -> list[str]:
        """Their public numbers, in order."""
        ...


Labels = Callable[[Iterable[Any]], Mapping[Any, str]]
"""From values of a dimension (field codes, procedure codes) to their Vietnamese names."""


@dataclass
class Register:
    """Measures by code, record sources by book, namers by dimension."""

    measures: dict[str, AnyMeasure] = field(default_factory=dict)
    sources: dict[str, RecordSource] = field(default_factory=dict)
    labels: dict[str, Labels] = field(default_factory=dict)


_register = Register()


def register(*measures: AnyMeasure) -> None:
    """Offer measures; called from an app's ready(). A code can be taken once."""
    for measure in measures:
        taken = _register.measures.get(measure.code)
        if taken is not None and taken != measure:
            raise ValueError(f"measure {measure.code} is registered twice")
        _register.measures[measure.code] = measure


def register_records(book: str, source: RecordSource) -> None:
    """Say who resolves the items of a book into records."""
    _register.sources[book] = source


def measure(code: str) -> AnyMeasure:
    """The measure with this code; raises Missing."""
    found = _register.measures.get(code)
    if found is None:
        raise Missing(_("Không có phép đo “%(code)s”.") % {"code": code})
    return found


def record_source(book: str) -> RecordSource | None:
    """Who resolves items of this book, if anyone does."""
    return _register.sources.get(book)


def register_labels(dimension: str, labels: Labels) -> None:
    """Say who names the values of a dimension."""
    _register.labels[dimension] = labels


def labels_of(dimension: str, values: Iterable[Any]) -> dict[Any, str]:
    """A name for each value of a dimension; one that nobody can name stands for itself."""
    wanted = list(values)
    namer = _register.labels.get(dimension)
    known = namer(wanted) if namer else {}
    return {value: known.get(value, str(value)) for value in wanted}
