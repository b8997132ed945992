"""Reporting periods of Decree 09/2019/NĐ-CP: months from the 15th, the year from 15 December."""

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
_FIRST_DAY = 15
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
class Period:
    """Whole days from `first` to `last`, both included; `start` to `end` as half-open instants."""

    first: date
    last: date
    kind: PeriodKind = PeriodKind.CUSTOM

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Refused(_("Kỳ báo cáo phải kết thúc sau ngày bắt đầu."))

    @classmethod
    def of(cls, kind: str, year: int, number: int = 1) -> Self:
        """The n-th month, quarter or half of a reporting year, or the year itself."""
        known = PeriodKind(kind)
        if known is PeriodKind.CUSTOM or not 1 <= number <= 12 // _MONTHS[known]:
            raise Refused(_("Kỳ báo cáo này không có."))
        months = _MONTHS[known]
        begins = year * 12 - 1 + (number - 1) * months  # December of the year before is month -1
        return cls(_fifteenth(begins), _fifteenth(begins + months) - _ONE_DAY, known)

    @classmethod
    def containing(cls, kind: str, day: date) -> Self:
        """The statutory period of a kind that holds a day."""
        months = _MONTHS[PeriodKind(kind)]
        since = _reporting_month(day)
        year, month = divmod(since + 1, 12)
        return cls.of(kind, year, month // months + 1)

    @classmethod
    def between(cls, first: date, last: date) -> Self:
        """The days from first to last: the statutory period where they make one."""
        for kind in _MONTHS:
            period = cls.containing(kind, first)
            if (period.first, period.last) == (first, last):
                return period
        return cls(first, last)

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
        """The reporting year, which begins on 15 December of the year before."""
        return (_reporting_month(self.first) + 1) // 12

    @property
    def number(self) -> int:
        """Which of its kind in the reporting year, from 1; always 1 for CUSTOM."""
        if self.kind is PeriodKind.CUSTOM:
            return 1
        return (_reporting_month(self.first) + 1) % 12 // _MONTHS[self.kind] + 1

    def contains(self, moment: date) -> bool:
        """Whether a day, or an instant on a clock in Việt Nam, falls into the period."""
        day = local_time(moment).date() if isinstance(moment, datetime) else moment
        return self.first <= day <= self.last

    def previous(self) -> Self:
        """The period just before, of the same kind or of the same number of days."""
        last = self.first - _ONE_DAY
        if self.kind is PeriodKind.CUSTOM:
            return type(self)(last - (self.last - self.first), last)
        return self.containing(self.kind, last)

    def next(self) -> Self:
        """The period just after, of the same kind or of the same number of days."""
        first = self.last + _ONE_DAY
        if self.kind is PeriodKind.CUSTOM:
            return type(self)(first, first + (self.last - self.first))
        return self.containing(self.kind, first)

    @property
    def label(self) -> str:
        """The name a report uses: '6 tháng đầu năm 2022', 'quý I năm 2022', 'tháng 3 năm 2022'."""
        if self.kind is PeriodKind.YEAR:
            return _("năm %(year)d") % {"year": self.year}
        if self.kind is PeriodKind.HALF_YEAR:
            half = _("đầu") if self.number == 1 else _("cuối")
            return _("6 tháng %(half)s năm %(year)d") % {"half": half, "year": self.year}
        if self.kind is PeriodKind.QUARTER:
            return _("quý %(n)s năm %(year)d") % {"n": _ROMAN[self.number - 1], "year": self.year}
        if self.kind is PeriodKind.MONTH:
            return _("tháng %(n)d năm %(year)d") % {"n": self.number, "year": self.year}
        dates = {"first": vn_date(self.first), "last": vn_date(self.last)}
        return _("từ %(first)s đến %(last)s") % dates


def month_start_15(day: date) -> date:
    """The 15th on which the reporting month of a day begins."""
    return _fifteenth(_reporting_month(day))


def _reporting_month(day: date) -> int:
    """Months since year 0 of the month in which the reporting month of a day begins."""
    return day.year * 12 + day.month - 1 - (day.day < _FIRST_DAY)


def _fifteenth(months: int) -> date:
    return date(months // 12, months % 12 + 1, _FIRST_DAY)
