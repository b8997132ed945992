"""Reporting periods: whole days in Việt Nam, both ends included; the statutory ones by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from thichinh.foundation.clock import ZONE
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import vn_date
from thichinh.indicators.models.definition import ReportingCalendarDefinition

MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}
_ROMAN = ("I", "II", "III", "IV")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Period:
    """From the first to the last day, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise Refused("Ngày kết thúc kỳ phải sau ngày bắt đầu.", to="Sau ngày bắt đầu kỳ.")

    @property
    def opens_at(self) -> datetime:
        """The first instant of the period."""
        return datetime.combine(self.start, time(), ZONE)

    @property
    def closes_at(self) -> datetime:
        """The first instant after the period."""
        return datetime.combine(self.end + ONE_DAY, time(), ZONE)

    def follows(self, other: Period) -> bool:
        """Whether this period begins the day after the other one ends."""
        return other.end + ONE_DAY == self.start

    def __str__(self) -> str:
        return f"{vn_date(self.start)} – {vn_date(self.end)}"


@dataclass(frozen=True)
class Statutory:
    """A period the law names: the n-th half, quarter or month of a reporting year."""

    kind: str
    year: int
    number: int
    period: Period

    @property
    def name(self) -> str:
        """As a report says it: 'năm 2021', '6 tháng đầu năm 2022', 'quý I/2022', 'tháng 3/2022'."""
        if self.kind == "year":
            return f"năm {self.year}"
        if self.kind == "half":
            return f"6 tháng {'đầu' if self.number == 1 else 'cuối'} năm {self.year}"
        if self.kind == "quarter":
            return f"quý {_ROMAN[self.number - 1]}/{self.year}"
        return f"tháng {self.number}/{self.year}"


def statutory(
    calendar: ReportingCalendarDefinition, kind: str, year: int, number: int = 1
) -> Statutory:
    """The n-th period of a kind in a reporting year; raises Refused for what does not exist."""
    if kind not in MONTHS or not 1 <= number <= 12 // MONTHS[kind]:
        raise Refused("Kỳ báo cáo này không có.", period="Chọn năm, 6 tháng, quý hoặc tháng.")
    first = year * 12 + calendar.first_month - 1 - (12 if calendar.first_month > 1 else 0)
    start = first + (number - 1) * MONTHS[kind]
    end = _day(calendar, start + MONTHS[kind]) - ONE_DAY
    return Statutory(kind, year, number, Period(_day(calendar, start), end))


def of_year(calendar: ReportingCalendarDefinition, year: int) -> Iterator[Statutory]:
    """Every statutory period of a reporting year, the longest first."""
    for kind, months in MONTHS.items():
        for number in range(1, 12 // months + 1):
            yield statutory(calendar, kind, year, number)


def recognised(calendar: ReportingCalendarDefinition, period: Period) -> Statutory | None:
    """The statutory period with exactly these days, if there is one."""
    years = {period.end.year, period.end.year + 1}
    candidates = (s for year in sorted(years) for s in of_year(calendar, year))
    return next((s for s in candidates if s.period == period), None)


def name_of(calendar: ReportingCalendarDefinition, period: Period) -> str:
    """The period in words."""
    known = recognised(calendar, period)
    return known.name if known else f"từ {vn_date(period.start)} đến {vn_date(period.end)}"


def previous_of(calendar: ReportingCalendarDefinition, period: Period) -> Period:
    """The period just before: of the same statutory kind, else of the same length."""
    known = recognised(calendar, period)
    last = period.start - ONE_DAY
    if known is None:
        return Period(last - (period.end - period.start), last)
    per_year = 12 // MONTHS[known.kind]
    year, number = divmod(known.year * per_year + known.number - 2, per_year)
    return statutory(calendar, known.kind, year, number + 1).period


def current(calendar: ReportingCalendarDefinition, kind: str, today: date) -> Statutory:
    """The statutory period of a kind that contains a day."""
    for year in (today.year, today.year + 1):
        for candidate in of_year(calendar, year):
            inside = candidate.period.start <= today <= candidate.period.end
            if candidate.kind == kind and inside:
                return candidate
    raise Refused("Kỳ báo cáo này không có.")


def months(calendar: ReportingCalendarDefinition, span: Period) -> list[Period]:
    """The reporting months of a span; the first and last are cut to it."""
    cuts = [span.start]
    index = span.start.year * 12 + span.start.month - 1
    while (day := _day(calendar, index)) <= span.end:
        if day > span.start:
            cuts.append(day)
        index += 1
    ends = [*(cut - ONE_DAY for cut in cuts[1:]), span.end]
    return [Period(start, end) for start, end in zip(cuts, ends, strict=True)]


def _day(calendar: ReportingCalendarDefinition, month_index: int) -> date:
    return date(month_index // 12, month_index % 12 + 1, calendar.first_day)
