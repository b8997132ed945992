"""What a page or program asks figures for: unit and periods, read from the query string."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from urllib.parse import urlencode

from thichinh.accounts.rules import UnitNode
from thichinh.foundation.errors import Refused
from thichinh.indicators.models.definition import ReportingCalendarDefinition
from thichinh.indicators.rules.asking import named_period, period_between
from thichinh.indicators.rules.periods import Period, of_year, recognised

_LETTER = {"half": "H", "quarter": "Q", "month": "M"}
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


def asked_periods(query: Query, calendar: ReportingCalendarDefinition) -> list[Period]:
    """`period=2022-H1` or pairs of `from` and `to`, repeated for several; empty when not asked.

    Raises Refused naming the field that cannot be read.
    """
    starts = [text for text in query.getlist("from") if text.strip()]
    ends = [text for text in query.getlist("to") if text.strip()]
    named = [text for text in query.getlist("period") if text.strip()]
    if len(starts) != len(ends):
        raise Refused("Nhập cả ngày đầu và ngày cuối kỳ.", to="Nhập ngày cuối kỳ.")
    found = [named_period(calendar, text) for text in named]
    found += [period_between(a, b) for a, b in zip(starts, ends, strict=True)]
    return sorted(found)


def query_of(periods: Iterable[Period], unit_code: str) -> str:
    """The query string that asks for these periods again."""
    pairs = [(name, day.isoformat()) for p in periods for name, day in _ends(p)]
    return urlencode([*pairs, ("unit", unit_code)])


def picker(
    calendar: ReportingCalendarDefinition,
    chosen: Period,
    unit: UnitNode,
    units: Iterable[UnitNode],
    kinds: Iterable[str],
    today: date,
) -> Picker:
    """The choices: statutory periods of recent years, and the units this person may look at."""
    last = max(today.year + (1 if today.month == 12 else 0), chosen.end.year)
    first = min(last - YEARS_OFFERED + 1, chosen.start.year)
    allowed = set(kinds)
    years = tuple(
        YearChoices(year, tuple(_choices(calendar, year, chosen, allowed)))
        for year in range(last, first - 1, -1)
    )
    return Picker(
        years,
        tuple(Choice(u.code, u.name, u.id == unit.id) for u in units),
        chosen.start,
        chosen.end,
        unit.code,
    )


def period_code(calendar: ReportingCalendarDefinition, period: Period) -> str:
    """'2022-H1' for a statutory period, '' for any other."""
    known = recognised(calendar, period)
    if known is None:
        return ""
    return str(known.year) + (
        f"-{_LETTER[known.kind]}{known.number}" if known.kind != "year" else ""
    )


def _choices(
    calendar: ReportingCalendarDefinition, year: int, chosen: Period, kinds: set[str]
) -> Iterable[Choice]:
    for found in of_year(calendar, year):
        if found.kind in kinds:
            name = found.name[:1].upper() + found.name[1:]
            code = period_code(calendar, found.period)
            yield Choice(code, name, found.period == chosen)


def _ends(period: Period) -> tuple[tuple[str, date], tuple[str, date]]:
    return ("from", period.start), ("to", period.end)
