"""Reporting years run from 15 December to 14 December (domain notes 1.10)."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thichinh.foundation.clock import ZONE
from thichinh.foundation.errors import Refused
from thichinh.indicators.models.definition import ReportingCalendarDefinition
from thichinh.indicators.rules.asking import named_period, period_between
from thichinh.indicators.rules.periods import (
    Period,
    current,
    months,
    name_of,
    of_year,
    previous_of,
    statutory,
)

CALENDAR = ReportingCalendarDefinition(
    code="c", effective_from=date(2000, 1, 1), name="c", first_day=15, first_month=12
)
YEAR_2021 = Period(date(2020, 12, 15), date(2021, 12, 14))
HALF_2022 = Period(date(2021, 12, 15), date(2022, 6, 14))


def test_the_periods_of_the_2022_report_have_their_names() -> None:
    assert statutory(CALENDAR, "year", 2021).period == YEAR_2021
    assert statutory(CALENDAR, "half", 2022, 1).period == HALF_2022
    assert name_of(CALENDAR, YEAR_2021) == "năm 2021"
    assert name_of(CALENDAR, HALF_2022) == "6 tháng đầu năm 2022"
    assert statutory(CALENDAR, "quarter", 2022, 1).period.end == date(2022, 3, 14)
    assert name_of(CALENDAR, Period(date(2022, 2, 15), date(2022, 3, 14))) == "tháng 3/2022"
    assert name_of(CALENDAR, Period(date(2022, 1, 1), date(2022, 1, 2))) == (
        "từ 1/1/2022 đến 2/1/2022"
    )


def test_a_calendar_that_begins_in_january_has_ordinary_months() -> None:
    plain = CALENDAR.model_copy(update={"first_day": 1, "first_month": 1})
    assert statutory(plain, "month", 2022, 2).period == Period(date(2022, 2, 1), date(2022, 2, 28))
    assert statutory(plain, "year", 2022).period == Period(date(2022, 1, 1), date(2022, 12, 31))


def test_the_last_day_is_included_to_its_last_instant() -> None:
    assert HALF_2022.opens_at == datetime(2021, 12, 15, tzinfo=ZONE)
    assert HALF_2022.closes_at == datetime(2022, 6, 15, tzinfo=ZONE)
    assert HALF_2022.follows(YEAR_2021)


@given(st.dates(date(2001, 1, 1), date(2090, 1, 1)), st.sampled_from(["year", "half", "month"]))
def test_every_day_lies_in_one_period_of_a_kind_and_the_one_before_touches_it(
    day: date, kind: str
) -> None:
    found = current(CALENDAR, kind, day).period
    assert found.start <= day <= found.end
    before = previous_of(CALENDAR, found)
    assert found.follows(before)
    assert current(CALENDAR, kind, before.end).period == before


@given(st.integers(2001, 2090))
def test_the_periods_of_a_kind_tile_the_year(year: int) -> None:
    whole = statutory(CALENDAR, "year", year).period
    for kind in ("half", "quarter", "month"):
        parts = [s.period for s in of_year(CALENDAR, year) if s.kind == kind]
        assert (parts[0].start, parts[-1].end) == (whole.start, whole.end)
        assert all(b.follows(a) for a, b in itertools.pairwise(parts))


@given(st.dates(date(2020, 1, 1), date(2022, 1, 1)), st.integers(0, 500))
def test_months_cut_a_span_without_gap(start: date, length: int) -> None:
    span = Period(start, start + timedelta(days=length))
    parts = months(CALENDAR, span)
    assert (parts[0].start, parts[-1].end) == (span.start, span.end)
    assert all(b.follows(a) for a, b in itertools.pairwise(parts))
    assert all(p.start.day == 15 for p in parts[1:])


def test_people_and_programs_write_periods_differently() -> None:
    assert named_period(CALENDAR, "2021") == YEAR_2021
    assert named_period(CALENDAR, "2022-h1") == HALF_2022
    assert period_between("15/12/2020", "2021-12-14") == YEAR_2021
    for wrong in ("2022-H3", "nửa năm", "2022-Q0", "2022-M13"):
        with pytest.raises(Refused):
            named_period(CALENDAR, wrong)
    with pytest.raises(Refused) as refused:
        period_between("31/2/2021", "2021-12-14")
    assert "from" in refused.value.fields
    with pytest.raises(Refused):
        period_between("2021-12-14", "2020-12-15")
