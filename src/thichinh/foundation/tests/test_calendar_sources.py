"""The shipped sheets against an independent source, the `holidays` package, and the moon.

Every day on which the two disagree about work is listed here with its reason; anything new
fails, whichever side changed.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from lunardate import LunarDate

from thichinh.foundation.calendar import DayKind, LegalCalendar, from_folder

FOLDER = Path(__file__).parents[4] / "definitions" / "national" / "calendars"
YEARS = range(2020, 2028)
MISSED_BY_THE_PACKAGE = {
    date(2026, 1, 2): "off by Dispatch 12729/VPCP-KGVX, made up on 10/1/2026",
    date(2024, 5, 4): "make-up Saturday: the package lists days off only",
    date(2025, 4, 26): "make-up Saturday: the package lists days off only",
    date(2026, 1, 10): "make-up Saturday: the package lists days off only",
    date(2026, 8, 22): "make-up Saturday: the package lists days off only",
    date(2026, 11, 24): "no act of law makes it a day off: a resolution of the Party alone",
    date(2027, 11, 24): "no act of law makes it a day off: a resolution of the Party alone",
}


@pytest.fixture(scope="module")
def calendar() -> LegalCalendar:
    return from_folder(FOLDER)


def _days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", YEARS)
def test_the_package_agrees_on_every_day_but_the_known_ones(
    calendar: LegalCalendar, year: int
) -> None:
    package = holidays.country_holidays("VN", years=year)
    worked = {day for day in _days(year) if day.weekday() < 5 and day not in package}
    ours = {day for day in _days(year) if calendar.is_working(day)}
    assert worked ^ ours == {day for day in MISSED_BY_THE_PACKAGE if day.year == year}


@pytest.mark.parametrize("year", YEARS)
def test_holidays_of_the_moon_stand_on_their_lunar_day(calendar: LegalCalendar, year: int) -> None:
    new_year = LunarDate(year, 1, 1).to_solar_date()
    hung_kings = LunarDate(year, 3, 10).to_solar_date()
    assert "mùng 1 tháng Giêng" in calendar.special[new_year].name
    assert "Hùng Vương" in calendar.special[hung_kings].name


@pytest.mark.parametrize("year", YEARS)
def test_every_weekend_holiday_is_made_good(calendar: LegalCalendar, year: int) -> None:
    """Labour Code 2019, articles 111.3 and 112: a holiday on a rest day is taken afterwards."""
    rows = [row for day, row in calendar.special.items() if day.year == year]
    off = [r for r in rows if r.kind in (DayKind.HOLIDAY, DayKind.COMPENSATORY)]
    free_weekdays = sum(row.day.weekday() < 5 for row in off)
    statutory = 10 if year < 2021 else 11  # Quốc khánh has two days since the code of 2019
    assert free_weekdays == statutory


def test_the_days_of_tet_2027_are_five_and_the_two_after_them_are_made_good(
    calendar: LegalCalendar,
) -> None:
    days = {day: row.kind for day, row in calendar.special.items() if day.year == 2027}
    tet = [kind for day, kind in sorted(days.items()) if day.month == 2]
    assert tet == [DayKind.HOLIDAY] * 5 + [DayKind.COMPENSATORY] * 2


def test_each_swap_names_its_other_half(calendar: LegalCalendar) -> None:
    swaps = [r for r in calendar.special.values() if r.kind is DayKind.SWAPPED_OFF]
    assert len(swaps) == 4
    for row in swaps:
        assert row.instead_of is not None
        made_up = calendar.special[row.instead_of]
        assert (made_up.kind, made_up.instead_of) == (DayKind.MAKE_UP, row.day)
        assert calendar.hours_on(made_up.day) == calendar.hours_on(row.day - timedelta(days=7))
        assert row.legal_basis


def test_what_is_not_yet_announced_says_so(calendar: LegalCalendar) -> None:
    provisional = {day for day, row in calendar.special.items() if row.provisional}
    assert {day.year for day in provisional} == {2027}
    assert provisional >= {day for day in calendar.special if day.year == 2027}
    assert calendar.announced_to == date(2027, 12, 31)
