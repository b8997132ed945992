"""What a page or program asks figures for: unit and periods, read from the query string."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from thichinh.accounts.rules import UnitNode
from thichinh.foundation.calendar import Period, PeriodKind
from thichinh.foundation.errors import Refused
from thichinh.indicators.rules.periods import (
    in_order,
    named_period,
    of_year,
    period_between,
    period_code,
)
from thichinh.stocks.rules import Where

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
    """One slice of the books besides the unit; empty means everything."""

    field: str = ""
    procedure: str = ""
    channel: str = ""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The dimensions cut by, with their values."""
        values = (("field", self.field), ("procedure", self.procedure), ("channel", self.channel))
        return [(name, value) for name, value in values if value]

    def where(self, root: int) -> Where:
        """The part of the books below a unit that this slice leaves."""
        dims = {name: int(v) if name == "channel" else v for name, v in self.pairs}
        return Where(root=root, dims=dims)


EVERYTHING = Cut()


def asked_cut(query: Query) -> Cut:
    """`field`, `procedure` and `channel` (1 direct, 2 online, 3 postal). Raises Refused."""
    field, procedure, channel = (
        (query.getlist(name) or [""])[-1].strip() for name in ("field", "procedure", "channel")
    )
    if channel not in ("", "1", "2", "3"):
        raise Refused(_("Kênh tiếp nhận là 1, 2 hoặc 3."), channel=_("Chọn 1, 2 hoặc 3."))
    return Cut(field, procedure, channel)


def asked_periods(query: Query) -> list[Period]:
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
    found = [named_period(text) for text in named]
    found += [period_between(a, b) for a, b in zip(starts, ends, strict=True)]
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
    """The choices: statutory periods of recent years, and the units this person may look at."""
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
    for found in of_year(year):
        if found.kind in kinds:
            name = found.label[:1].upper() + found.label[1:]
            yield Choice(period_code(found), name, found == chosen)


def _ends(period: Period) -> tuple[tuple[str, date], tuple[str, date]]:
    return ("from", period.first), ("to", period.last)
