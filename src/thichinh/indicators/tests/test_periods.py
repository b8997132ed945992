"""Periods as people and programs write them (domain notes 1.10)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thichinh.foundation.calendar import Period
from thichinh.foundation.errors import Refused
from thichinh.indicators.rules.periods import (
    follows,
    in_order,
    months,
    named_period,
    of_year,
    period_between,
    period_code,
)

YEAR_2021 = Period.of("year", 2021)
HALF_2022 = Period.of("half_year", 2022)


def test_people_and_programs_write_periods_differently() -> None:
    assert named_period("2021") == YEAR_2021
    assert named_period("2022-h1") == HALF_2022
    assert period_between("15/12/2020", "2021-12-14") == YEAR_2021
    assert follows(HALF_2022, YEAR_2021)
    assert in_order([HALF_2022, YEAR_2021, HALF_2022]) == [YEAR_2021, HALF_2022]


@pytest.mark.parametrize("text", ["2022-H3", "nửa năm", "2022-Q0", "2022-M13", "0000", "9999-H1"])
def test_a_period_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        named_period(text)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("31/2/2021", "2021-12-14", "from"),
        ("2021-12-14", "x", "to"),
        ("2/1/2021", "1/1/2021", "to"),
    ],
)
def test_the_wrong_day_is_named(first: str, last: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        period_between(first, last)
    assert field in refused.value.fields


@given(st.integers(2001, 2090))
def test_every_statutory_period_has_a_code_that_names_it(year: int) -> None:
    found = list(of_year(year))
    assert len(found) == 1 + 2 + 4 + 12
    assert [named_period(period_code(period)) for period in found] == found


@given(st.dates(date(2020, 1, 1), date(2022, 1, 1)), st.integers(0, 500))
def test_months_cover_a_span_without_gap(first: date, length: int) -> None:
    span = Period.between(first, first + timedelta(days=length))
    parts = months(span)
    assert parts[0].first <= span.first
    assert parts[-1].last >= span.last
    assert all(follows(later, earlier) for earlier, later in pairwise(parts))


def test_any_other_stretch_of_days_has_no_code() -> None:
    assert period_code(period_between("1/1/2021", "2/1/2021")) == ""
