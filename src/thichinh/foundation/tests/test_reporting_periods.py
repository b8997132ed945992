"""Reporting periods of Decree 09/2019: from the 15th, the year from 15 December."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thichinh.foundation.calendar import (
    CALENDAR_PERIODS,
    STATUTORY,
    Period,
    PeriodKind,
    PeriodScheme,
    school_years,
)
from thichinh.foundation.clock import ZONE
from thichinh.foundation.errors import Refused

KINDS = st.sampled_from([kind for kind in PeriodKind if kind is not PeriodKind.CUSTOM])
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("period", "first", "last", "label"),
    [
        (Period.of("year", 2021), (2020, 12, 15), (2021, 12, 14), "năm 2021"),
        (Period.of("half_year", 2022), (2021, 12, 15), (2022, 6, 14), "6 tháng đầu năm 2022"),
        (Period.of("half_year", 2022, 2), (2022, 6, 15), (2022, 12, 14), "6 tháng cuối năm 2022"),
        (Period.of("quarter", 2022, 1), (2021, 12, 15), (2022, 3, 14), "quý I năm 2022"),
        (Period.of("quarter", 2022, 4), (2022, 9, 15), (2022, 12, 14), "quý IV năm 2022"),
        (Period.of("month", 2022, 1), (2021, 12, 15), (2022, 1, 14), "tháng 1 năm 2022"),
        (Period.of("month", 2022, 12), (2022, 11, 15), (2022, 12, 14), "tháng 12 năm 2022"),
    ],
)
def test_statutory_periods_have_their_days_and_names(
    period: Period, first: tuple[int, int, int], last: tuple[int, int, int], label: str
) -> None:
    assert (period.first, period.last, period.label) == (date(*first), date(*last), label)


def test_the_two_periods_of_the_2022_report_are_recognised_by_their_days() -> None:
    year = Period.between(date(2020, 12, 15), date(2021, 12, 14))
    half = Period.between(date(2021, 12, 15), date(2022, 6, 14))
    assert (year, half) == (Period.of("year", 2021), Period.of("half_year", 2022))
    assert year.end == half.start == datetime(2021, 12, 15, tzinfo=ZONE)


def test_any_other_days_are_a_period_too() -> None:
    period = Period.between(date(2022, 3, 1), date(2022, 3, 10))
    assert period.kind is PeriodKind.CUSTOM
    assert period.label == "từ 1/3/2022 đến 10/3/2022"
    assert (period.previous().first, period.next().last) == (date(2022, 2, 19), date(2022, 3, 20))


def test_an_instant_belongs_to_its_day_in_viet_nam() -> None:
    half = Period.of("half_year", 2022)
    assert half.contains(datetime(2022, 6, 14, 16, 59, tzinfo=UTC))
    assert not half.contains(datetime(2022, 6, 14, 17, 0, tzinfo=UTC))


@pytest.mark.parametrize(("kind", "number"), [("quarter", 5), ("month", 0), ("custom", 1)])
def test_a_period_that_does_not_exist_is_refused(kind: str, number: int) -> None:
    with pytest.raises(Refused):
        Period.of(kind, 2022, number)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Refused):
        Period(date(2022, 2, 2), date(2022, 2, 1))


SCHEMES = st.sampled_from([STATUTORY, CALENDAR_PERIODS, school_years(9), school_years(8)])


def test_calendar_and_school_periods_begin_where_people_expect() -> None:
    day = date(2022, 10, 31)
    school = Period.containing("year", day, school_years(9))
    assert (school.first, school.last, school.label) == (
        date(2022, 9, 1), date(2023, 8, 31), "năm học 2022-2023",
    )  # fmt: skip
    assert Period.containing("month", day, school_years(9)).label == "tháng 10 năm 2022"
    plain = Period.containing("quarter", day, CALENDAR_PERIODS)
    assert (plain.first, plain.last, plain.label) == (
        date(2022, 10, 1), date(2022, 12, 31), "quý IV năm 2022",
    )  # fmt: skip
    assert Period.between(date(2022, 10, 1), date(2022, 12, 31), CALENDAR_PERIODS) == plain
    assert Period.between(date(2022, 10, 1), date(2022, 12, 31)).kind is PeriodKind.CUSTOM


@given(KINDS, DAYS, SCHEMES)
def test_periods_tile_time_without_gap_or_overlap(
    kind: PeriodKind, day: date, scheme: PeriodScheme
) -> None:
    period = Period.containing(kind, day, scheme)
    assert period.contains(day)
    assert Period.of(kind, period.year, period.number, scheme) == period
    assert period.next().first == period.last + timedelta(days=1)
    assert period.next().previous() == period
    assert period.next().start == period.end


@given(DAYS, SCHEMES)
def test_longer_periods_are_made_of_whole_months(day: date, scheme: PeriodScheme) -> None:
    month = Period.containing(PeriodKind.MONTH, day, scheme)
    assert scheme.month_start(day) == month.first
    assert scheme.month_after(day) == month.next().first
    assert scheme.year_start(day) == Period.containing(PeriodKind.YEAR, day, scheme).first
    for kind in (PeriodKind.QUARTER, PeriodKind.HALF_YEAR, PeriodKind.YEAR):
        longer = Period.containing(kind, day, scheme)
        assert longer.first <= month.first
        assert month.last <= longer.last
        assert longer.year == month.year


@given(DAYS, DAYS)
def test_days_name_themselves_the_same_way_twice(one: date, other: date) -> None:
    period = Period.between(min(one, other), max(one, other))
    assert Period.between(period.first, period.last) == period
