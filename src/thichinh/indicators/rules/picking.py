"""What a page or program asks figures for: unit and periods, read from the query string."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from thichinh.accounts.rules import UnitNode
from thichinh.foundation.calendar import STATUTORY, Period, PeriodKind, PeriodScheme
from thichinh.foundation.errors import Refused
from thichinh.indicators.rules.periods import (
    in_order,
    named_period,
    of_year,
    period_between,
    period_code,
)
from thichinh.stocks.rules import BOOKS, Dimension, Where

YEARS_OFFERED = 8


class Query(Protocol):
    """A query string: the values given for a name, in order."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True)
class Choice:
    """One period or unit to choose."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class YearChoices:
    """The periods of one reporting year."""

    year: int
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Picker:
    """What the period picker shows."""

    years: tuple[YearChoices, ...]
    units: tuple[Choice, ...]
    start: date
    end: date
    unit_code: str


@dataclass(frozen=True)
class Cut:
    """One slice of the books besides the unit: values of dimensions; empty means everything."""

    dims: tuple[tuple[str, Any], ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The dimensions cut by, with their values as an address carries them."""
        return [(name, str(value)) for name, value in self.dims]

    def where(self, root: int) -> Where:
        """The part of the books below a unit that this slice leaves."""
        return Where(root=root, dims=dict(self.dims))

    def labels(self, dimensions: Mapping[str, str]) -> list[str]:
        """The names of the values, by the books that have the dimensions."""
        return [BOOKS[dimensions[name]].named(name, [v])[v] for name, v in self.dims]


EVERYTHING = Cut()


def asked_cut(query: Query, dimensions: Mapping[str, str]) -> Cut:
    """What an address cuts by: `dimensions` names those there are, each with a book that has it.

    Raises Refused for a value that the dimension cannot have.
    """
    asked = {name: (query.getlist(name) or [""])[-1].strip() for name in dimensions}
    return Cut(
        tuple(
            (name, _value(BOOKS[dimensions[name]].dimension(name), text))
            for name, text in asked.items()
            if text
        )
    )


def _value(dimension: Dimension, text: str) -> Any:
    try:
        return dimension.value(text)
    except ValueError:
        sentence = _("“%(text)s” không phải là một giá trị của “%(name)s”.") % {
            "text": text,
            "name": dimension.title,
        }
        raise Refused(sentence, **{dimension.name: sentence}) from None


def asked_periods(query: Query, scheme: PeriodScheme = STATUTORY) -> list[Period]:
    """`period=2022-H1` or pairs of `from` and `to`, repeated for several; empty when not asked.

    Raises Refused naming the field that cannot be read.
    """
    starts = [text for text in query.getlist("from") if text.strip()]
    ends = [text for text in query.getlist("to") if text.strip()]
    named = [text for text in query.getlist("period") if text.strip()]
    for text in (*starts, *ends) if len(starts) != len(ends) else ():
        period_between(text, text)  # a date that cannot be read is refused first
    if len(starts) != len(ends):
        raise Refused(_("Nhập cả ngày đầu và ngày cuối kỳ."), to=_("Nhập ngày cuối kỳ."))
    found = [named_period(text, scheme) for text in named]
    found += [period_between(a, b, scheme) for a, b in zip(starts, ends, strict=True)]
    return in_order(found)


def query_of(periods: Iterable[Period], unit_code: str, cut: Cut = EVERYTHING) -> str:
    """The query string that asks for these periods again."""
    pairs = [(name, day.isoformat()) for p in periods for name, day in _ends(p)]
    return urlencode([*pairs, *cut.pairs, ("unit", unit_code)])


def picker(
    chosen: Period,
    unit: UnitNode,
    units: Iterable[UnitNode],
    kinds: Iterable[PeriodKind],
    today: date,
) -> Picker:
    """The choices: periods of recent years like the chosen one, and the units to look at."""
    last = max(today.year + (1 if today.month == 12 else 0), chosen.last.year)
    first = min(last - YEARS_OFFERED + 1, chosen.first.year)
    allowed = set(kinds)
    years = tuple(
        YearChoices(year, tuple(_choices(year, chosen, allowed)))
        for year in range(last, first - 1, -1)
    )
    return Picker(
        years,
        tuple(Choice(u.code, u.name, u.id == unit.id) for u in units),
        chosen.first,
        chosen.last,
        unit.code,
    )


def _choices(year: int, chosen: Period, kinds: set[PeriodKind]) -> Iterable[Choice]:
    for found in of_year(year, chosen.scheme):
        if found.kind in kinds:
            name = found.label[:1].upper() + found.label[1:]
            yield Choice(period_code(found), name, found == chosen)


def _ends(period: Period) -> tuple[tuple[str, date], tuple[str, date]]:
    return ("from", period.first), ("to", period.last)
