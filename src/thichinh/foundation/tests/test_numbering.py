"""Numbers have no gap and no double, whoever rolls back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thichinh.foundation.models import NumberSeries
from thichinh.foundation.numbering import next_daily, next_number, of_year, take_each


class _Changed(Exception):
    """Somebody changed their mind inside the transaction."""


def test_a_number_is_only_taken_inside_an_act(transactional_db: None) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        next_number("HS", 1, 2021)


@pytest.mark.django_db
def test_series_units_years_and_days_count_apart() -> None:
    assert [next_number("HS", 1, 2021), next_number("HS", 1, 2021)] == [1, 2]
    assert next_number("HS", 2, 2021) == 1
    assert next_number("HS", 1, 2022) == 1
    assert next_number("VB", 1, 2021) == 1
    assert next_daily("HS", 1, date(2021, 3, 1)) == 1


@pytest.mark.django_db
def test_many_numbers_at_once_follow_what_each_series_holds_in_the_order_asked() -> None:
    next_number("HS", 1, 2021)
    one, other = of_year("HS", 1, 2021), of_year("HS", 2, 2021)
    assert take_each([other, one, other, one]) == [1, 2, 2, 3]
    assert next_number("HS", 1, 2021) == 4
    assert take_each([]) == []


def _write(keeps: list[bool]) -> list[int]:
    """One writer: takes a number per act; some acts are undone."""
    taken = []
    try:
        for keep in keeps:
            try:
                with transaction.atomic():
                    number = next_number("HS", 1, 2021)
                    if not keep:
                        raise _Changed
                taken.append(number)
            except _Changed:
                continue
    finally:
        connection.close()
    return taken


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(plans=st.lists(st.lists(st.booleans(), max_size=12), min_size=16, max_size=16))
def test_sixteen_writers_with_rollbacks_leave_no_gap_and_no_double(
    transactional_db: None, plans: list[list[bool]]
) -> None:
    NumberSeries.objects.all().delete()
    with ThreadPoolExecutor(16) as pool:
        taken = sorted(n for numbers in pool.map(_write, plans) for n in numbers)
    assert taken == list(range(1, sum(map(sum, plans)) + 1))
