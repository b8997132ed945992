"""What the books have to be asked for a set of measures and periods, and their answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from thichinh.foundation.calendar import Period
from thichinh.indicators.rules.formula import Value
from thichinh.indicators.rules.measures import (
    BalanceMeasure,
    BookMeasure,
    ComputedMeasure,
    FlowMeasure,
    Key,
    Measure,
    What,
)
from thichinh.stocks import queries as stocks
from thichinh.stocks.rules import BOOKS, UNIT, Pair, Where

Shelf = tuple[str, What]
"""A book, and what of it is added up: one question each."""
Flows = Mapping[Key, Mapping[Pair, Any]]
Balances = Mapping[Key, Mapping[int, Any]]
_ONE_DAY = timedelta(days=1)


class Books:
    """Collects what is needed (`expect`), asks once (`read`), then answers (`values`)."""

    def __init__(self, where: Where, by: tuple[str, ...]) -> None:
        self.where = where
        self.by = by
        self.stretches: dict[Shelf, set[Period]] = defaultdict(set)
        self.instants: dict[Shelf, set[datetime]] = defaultdict(set)
        self.extra: dict[Shelf, set[str]] = defaultdict(set)
        self.computed: dict[tuple[str, Period], ComputedMeasure] = {}
        self.flows: dict[tuple[Shelf, Period], Flows] = {}
        self.balances: dict[tuple[Shelf, datetime], Balances] = {}
        self.own: dict[tuple[str, Period], Mapping[Key, Value]] = {}

    def expect(self, period: Period, measures: Iterable[Measure]) -> None:
        """Note what a period needs, of the measures that know the dimensions asked for."""
        for measure in filter(self.knows, measures):
            match measure:
                case ComputedMeasure(code=code):
                    self.computed[code, period] = measure
                    continue
                case FlowMeasure():
                    self.stretches[_shelf(measure)].add(period)
                case BalanceMeasure():
                    self.instants[_shelf(measure)].add(_instant(measure, period))
                case _:
                    raise TypeError(f"{measure!r} is no kind of measure that can be worked out")
            self.extra[_shelf(measure)] |= measure.only.keys() - set(self.by)

    def read(self) -> None:
        """Ask the books and let measures compute, all of it as of one and the same moment."""
        with stocks.one_snapshot():
            for shelf, periods in self.stretches.items():
                self._read_flows(shelf, periods)
            for shelf, instants in self.instants.items():
                for at in sorted(instants):
                    self.balances[shelf, at] = stocks.balances(
                        shelf[0], at, self.where, self._dimensions(shelf), what=shelf[1]
                    )
            for (code, period), measure in self.computed.items():
                self.own[code, period] = measure.compute(period, self.where, self.by)

    def knows(self, measure: Measure) -> bool:
        """Whether a measure can be cut and split as asked: a book has its own dimensions."""
        asked = {*self.where.dims, *self.by} - {UNIT}
        if isinstance(measure, ComputedMeasure):
            return asked <= measure.dims
        return asked <= {dimension.name for dimension in BOOKS[measure.book].dimensions}

    def values(self, measure: Measure, period: Period) -> Mapping[Key, Value]:
        """The value of one measure per key of the dimensions asked for."""
        if not self.knows(measure):
            return {}
        match measure:
            case FlowMeasure():
                return self._folded(measure, self.flows[_shelf(measure), period], measure.total)
            case BalanceMeasure():
                rows = self.balances[_shelf(measure), _instant(measure, period)]
                return self._folded(measure, rows, measure.total)
            case _:
                return self.own[measure.code, period]

    def otherwise(self, measure: Measure) -> Value:
        """The value of a measure for a key that it has not: nothing was counted there, which is 0;
        of what cannot be counted so, or computes for itself, there is none."""
        counts = not isinstance(measure, ComputedMeasure) and self.knows(measure)
        return Fraction(0) if counts else None

    def _read_flows(self, shelf: Shelf, periods: set[Period]) -> None:
        """Ask for each smallest stretch once; a longer period adds up those inside it."""
        stretches = _stretches(periods)
        book, what = shelf
        by = self._dimensions(shelf)
        read = {s: stocks.flows(book, s.start, s.end, self.where, by, what=what) for s in stretches}
        for period in periods:
            inside = [s for s in stretches if period.first <= s.first and s.last <= period.last]
            self.flows[shelf, period] = _added([read[s] for s in inside])

    def _dimensions(self, shelf: Shelf) -> tuple[str, ...]:
        return (*self.by, *sorted(self.extra[shelf]))

    def _folded(
        self,
        measure: BookMeasure,
        rows: Mapping[Key, Mapping[Any, Any]],
        total: Callable[[Mapping[Any, Any]], Fraction],
    ) -> dict[Key, Value]:
        """Sums per key, of the values the measure keeps and without dimensions nobody asked for."""
        names = self._dimensions(_shelf(measure))
        kept = [(names.index(name), frozenset(values)) for name, values in measure.only.items()]
        found: dict[Key, Value] = {}
        for key, row in rows.items():
            if all(key[at] in values for at, values in kept):
                short = key[: len(self.by)]
                found[short] = (found.get(short) or Fraction(0)) + total(row)
        return found


def _shelf(measure: BookMeasure) -> Shelf:
    return measure.book, measure.what


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
    total: dict[Key, dict[Pair, Any]] = defaultdict(lambda: defaultdict(int))
    for part in parts:
        for key, row in part.items():
            for pair, number in row.items():
                total[key][pair] += number
    return total
