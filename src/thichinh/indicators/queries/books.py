"""What the books have to be asked for a set of measures and periods, and their answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

from thichinh.foundation.calendar import Period
from thichinh.indicators.rules import measures
from thichinh.indicators.rules.formula import Value
from thichinh.indicators.rules.measures import (
    AnyMeasure,
    BalanceMeasure,
    FlowMeasure,
    Key,
    Measure,
)
from thichinh.stocks import queries as stocks
from thichinh.stocks.rules import Pair, Where

Flows = Mapping[Key, Mapping[Pair, int]]
Balances = Mapping[Key, Mapping[int, int]]
T = TypeVar("T")
_ONE_DAY = timedelta(days=1)


class Books:
    """Collects what is needed (`expect`), asks once (`read`), then answers (`value`)."""

    def __init__(self, where: Where, by: tuple[str, ...]) -> None:
        self.where = where
        self.by = by
        self.stretches: dict[str, set[Period]] = defaultdict(set)
        self.instants: dict[str, set[datetime]] = defaultdict(set)
        self.by_channel: set[str] = set()
        self.own: dict[tuple[str, Period], Mapping[Key, Value]] = {}
        self.flows: dict[tuple[str, Period], Flows] = {}
        self.balances: dict[tuple[str, datetime], Balances] = {}

    def expect(self, period: Period, codes: Iterable[str]) -> None:
        """Note what a period needs; raises Missing for a measure nobody registered."""
        for measure in map(measures.measure, codes):
            if isinstance(measure, Measure):
                self.own[measure.code, period] = measure.compute(period, self.where, self.by)
                continue
            if isinstance(measure, FlowMeasure):
                self.stretches[measure.book].add(period)
            else:
                self.instants[measure.book].add(_instant(measure, period))
            if measure.channels:
                self.by_channel.add(measure.book)

    def read(self) -> None:
        """Ask the books, all of it as of one and the same moment."""
        with stocks.one_snapshot():
            for book, periods in self.stretches.items():
                self._read_flows(book, periods)
            for book, instants in self.instants.items():
                for at in sorted(instants):
                    rows = stocks.balances(book, at, self.where, self._dimensions(book))
                    self.balances[book, at] = rows

    def value(self, measure: AnyMeasure, period: Period) -> Mapping[Key, Value]:
        """The value of one measure per key of the dimensions asked for."""
        match measure:
            case FlowMeasure(book=book):
                return self._folded(measure, self.flows[book, period], measure.count)
            case BalanceMeasure(book=book):
                rows = self.balances[book, _instant(measure, period)]
                return self._folded(measure, rows, measure.count)
            case Measure(code=code):
                return self.own[code, period]

    def _read_flows(self, book: str, periods: set[Period]) -> None:
        """Ask for each smallest stretch once; a longer period adds up those inside it."""
        stretches = _stretches(periods)
        dimensions = self._dimensions(book)
        read = {s: stocks.flows(book, s.start, s.end, self.where, dimensions) for s in stretches}
        for period in periods:
            inside = [s for s in stretches if period.first <= s.first and s.last <= period.last]
            self.flows[book, period] = _added([read[s] for s in inside])

    def _dimensions(self, book: str) -> tuple[str, ...]:
        return (*self.by, "channel") if self._splits_channel(book) else self.by

    def _splits_channel(self, book: str) -> bool:
        return book in self.by_channel and "channel" not in self.by

    def _folded(
        self,
        measure: FlowMeasure | BalanceMeasure,
        rows: Mapping[Key, Mapping[T, int]],
        count: Callable[[Mapping[T, int]], int],
    ) -> dict[Key, Value]:
        """Counts per key, keeping the measure's channels and dropping a channel nobody asked for."""
        extra = self._splits_channel(measure.book)
        at = len(self.by) if extra else self.by.index("channel") if "channel" in self.by else None
        found: dict[Key, Value] = {}
        for key, row in rows.items():
            if measure.channels and at is not None and key[at] not in measure.channels:
                continue
            short = key[:-1] if extra else key
            found[short] = (found.get(short) or Fraction(0)) + count(row)
        return found


def _instant(measure: BalanceMeasure, period: Period) -> datetime:
    return period.start if measure.at == "start" else period.end


def _stretches(periods: set[Period]) -> list[Period]:
    """The periods cut wherever any of them begins or ends."""
    cuts = sorted({p.first for p in periods} | {p.last + _ONE_DAY for p in periods})
    pieces = [Period.between(a, b - _ONE_DAY) for a, b in pairwise(cuts)]
    return [c for c in pieces if any(p.first <= c.first and c.last <= p.last for p in periods)]


def _added(parts: list[Flows]) -> Flows:
    if len(parts) == 1:
        return parts[0]
    total: dict[Key, dict[Pair, int]] = defaultdict(lambda: defaultdict(int))
    for part in parts:
        for key, row in part.items():
            for pair, count in row.items():
                total[key][pair] += count
    return total
