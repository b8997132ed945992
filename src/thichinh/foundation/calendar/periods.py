"""Reporting periods, and the schemes that say on which days months and years begin.

Reports under Decree 09/2019/NĐ-CP count months from the 15th and the year from 15 December; other
books count calendar months and years, or school years.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from django.utils.translation import gettext as _

from thichinh.foundation.calendar.legal import local_time, start_of
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import vn_date

_ONE_DAY = timedelta(days=1)
_ROMAN = ("I", "II", "III", "IV")


class PeriodKind(StrEnum):
    """The periods a report may cover; CUSTOM is any stretch of days."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    CUSTOM = "custom"


_MONTHS = {
    PeriodKind.MONTH: 1,
    PeriodKind.QUARTER: 3,
    PeriodKind.HALF_YEAR: 6,
    PeriodKind.YEAR: 12,
}


@dataclass(frozen=True)
class PeriodScheme:
    """On which day of the calendar month a period's month begins, and in which month its year.

    `lead` is by how many months a year begins before January of the calendar year it is named
    after: 1 for the statutory year (December of the year before), 0 for the calendar year, negative
    for a school year, which bears the name of the year in which it begins and of the next.
    """

    code: str
    day: int
    lead: int

    def month_start(self, day: date) -> date:
        """The day on which the month of a day begins."""
        return self._begun(self._month(day))

    def month_after(self, day: date) -> date:
        """The day on which the month after that of a day begins."""
        return self._begun(self._month(day) + 1)

    def year_start(self, day: date) -> date:
        """The day on which the year of a day begins."""
        return self._begun(self.year_of(day) * 12 - self.lead)

    def year_after(self, day: date) -> date:
        """The day on which the year after that of a day begins."""
        return self._begun((self.year_of(day) + 1) * 12 - self.lead)

    def year_of(self, day: date) -> int:
        """The number of the year that holds a day."""
        return (self._month(day) + self.lead) // 12

    def place_in_year(self, day: date) -> int:
        """Which month of its year holds a day, from 0."""
        return (self._month(day) + self.lead) % 12

    def days(self, year: int, begins: int, months: int) -> tuple[date, date]:
        """First and last day of some months of a year; `begins` counts them from 0."""
        first = year * 12 - self.lead + begins
        return self._begun(first), self._begun(first + months) - _ONE_DAY

    def _month(self, day: date) -> int:
        """Months since year 0 of the calendar month in which the month of a day begins."""
        return day.year * 12 + day.month - 1 - (day.day < self.day)

    def _begun(self, months: int) -> date:
        return date(months // 12, months % 12 + 1, self.day)


STATUTORY = PeriodScheme("statutory", day=15, lead=1)
"""Decree 09/2019/NĐ-CP, article 12: months from the 15th, the year from 15 December."""
CALENDAR_PERIODS = PeriodScheme("calendar", day=1, lead=0)


def school_years(first_month: int) -> PeriodScheme:
    """Calendar months in years that begin with this month (2 to 12), such as September."""
    if not 2 <= first_month <= 12:
        raise ValueError(f"a school year begins in month 2 to 12, not {first_month}")
    return PeriodScheme("school", day=1, lead=1 - first_month)


@dataclass(frozen=True)
class Period:
    """Whole days from `first` to `last`, both included; `start` to `end` as half-open instants.

    Months, quarters, halves and years are those of its scheme.
    """

    first: date
    last: date
    kind: PeriodKind = PeriodKind.CUSTOM
    scheme: PeriodScheme = STATUTORY

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Refused(_("Kỳ báo cáo phải kết thúc sau ngày bắt đầu."))

    @classmethod
    def of(cls, kind: str, year: int, number: int = 1, scheme: PeriodScheme = STATUTORY) -> Self:
        """The n-th month, quarter or half of a reporting year, or the year itself."""
        known = PeriodKind(kind)
        if known is PeriodKind.CUSTOM or not 1 <= number <= 12 // _MONTHS[known]:
            raise Refused(_("Kỳ báo cáo này không có."))
        months = _MONTHS[known]
        first, last = scheme.days(year, (number - 1) * months, months)
        return cls(first, last, known, scheme)

    @classmethod
    def containing(cls, kind: str, day: date, scheme: PeriodScheme = STATUTORY) -> Self:
        """The period of a kind that holds a day."""
        months = _MONTHS[PeriodKind(kind)]
        number = scheme.place_in_year(day) // months + 1
        return cls.of(kind, scheme.year_of(day), number, scheme)

    @classmethod
    def between(cls, first: date, last: date, scheme: PeriodScheme = STATUTORY) -> Self:
        """The days from first to last: the period of the scheme where they make one."""
        for kind in _MONTHS:
            period = cls.containing(kind, first, scheme)
            if (period.first, period.last) == (first, last):
                return period
        return cls(first, last, scheme=scheme)

    @property
    def start(self) -> datetime:
        """The first instant of the period."""
        return start_of(self.first)

    @property
    def end(self) -> datetime:
        """The first instant after the period."""
        return start_of(self.last + _ONE_DAY)

    @property
    def year(self) -> int:
        """The reporting year; the statutory one begins on 15 December of the year before."""
        return self.scheme.year_of(self.first)

    @property
    def number(self) -> int:
        """Which of its kind in the reporting year, from 1; always 1 for CUSTOM."""
        if self.kind is PeriodKind.CUSTOM:
            return 1
        return self.scheme.place_in_year(self.first) // _MONTHS[self.kind] + 1

    def contains(self, moment: date) -> bool:
        """Whether a day, or an instant on a clock in Việt Nam, falls into the period."""
        day = local_time(moment).date() if isinstance(moment, datetime) else moment
        return self.first <= day <= self.last

    def previous(self) -> Self:
        """The period just before, of the same kind or of the same number of days."""
        last = self.first - _ONE_DAY
        if self.kind is PeriodKind.CUSTOM:
            return type(self)(last - (self.last - self.first), last, scheme=self.scheme)
        return self.containing(self.kind, last, self.scheme)

    def next(self) -> Self:
        """The period just after, of the same kind or of the same number of days."""
        first = self.last + _ONE_DAY
        if self.kind is PeriodKind.CUSTOM:
            return type(self)(first, first + (self.last - self.first), scheme=self.scheme)
        return self.containing(self.kind, first, self.scheme)

    @property
    def label(self) -> str:
        """The name a report uses: '6 tháng đầu năm 2022', 'quý I năm 2022', 'tháng 3 năm 2022'."""
        if self.kind is PeriodKind.CUSTOM:
            dates = {"first": vn_date(self.first), "last": vn_date(self.last)}
            return _("từ %(first)s đến %(last)s") % dates
        if self.scheme.lead < 0:
            return self._school_label()
        if self.kind is PeriodKind.YEAR:
            return _("năm %(year)d") % {"year": self.year}
        if self.kind is PeriodKind.HALF_YEAR:
            return _("6 tháng %(half)s năm %(year)d") % {"half": self._half(), "year": self.year}
        if self.kind is PeriodKind.QUARTER:
            return _("quý %(n)s năm %(year)d") % {"n": _ROMAN[self.number - 1], "year": self.year}
        return _("tháng %(n)d năm %(year)d") % {"n": self.number, "year": self.year}

    def _school_label(self) -> str:
        """A month by its calendar name; what is longer by the two years of its school year."""
        if self.kind is PeriodKind.MONTH:
            return _("tháng %(n)d năm %(year)d") % {"n": self.first.month, "year": self.first.year}
        years = _("năm học %(year)d-%(next)d") % {"year": self.year, "next": self.year + 1}
        if self.kind is PeriodKind.YEAR:
            return years
        if self.kind is PeriodKind.HALF_YEAR:
            return _("6 tháng %(half)s của %(years)s") % {"half": self._half(), "years": years}
        return _("quý %(n)s của %(years)s") % {"n": _ROMAN[self.number - 1], "years": years}

    def _half(self) -> str:
        return _("đầu") if self.number == 1 else _("cuối")
