"""Gap-free numbers per series, unit and year or day.

The row of the series is locked from the moment a number is taken until the transaction ends, so a
rolled-back act gives its number back and no other act can take a later one meanwhile. Take the
number late in a transaction: whoever comes next waits for its commit.
"""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction

_TAKE = """
INSERT INTO foundation_numberseries (series, unit_id, period, last) VALUES {rows}
ON CONFLICT (series, unit_id, period)
DO UPDATE SET last = foundation_numberseries.last + excluded.last
RETURNING last
"""
_RAISE = """
INSERT INTO foundation_numberseries (series, unit_id, period, last)
SELECT %s, * FROM unnest(%s::bigint[], %s::text[], %s::bigint[])
ON CONFLICT (series, unit_id, period)
DO UPDATE SET last = greatest(foundation_numberseries.last, excluded.last)
"""


Key = tuple[str, int, str]
"""A series, a unit, a period."""


def of_year(series: str, unit_id: int, year: int) -> Key:
    return series, unit_id, str(year)


def of_day(series: str, unit_id: int, day: date) -> Key:
    return series, unit_id, day.strftime("%Y%m%d")


def next_number(series: str, unit_id: int, year: int) -> int:
    """The next number of this series in this unit and year, from 1."""
    return take((of_year(series, unit_id, year), 1))[0]


def next_daily(series: str, unit_id: int, day: date) -> int:
    """The next number of this series in this unit and day, from 1."""
    return take((of_day(series, unit_id, day), 1))[0]


def take(*wanted: tuple[Key, int]) -> list[int]:
    """So many numbers of each series, locked in this order; returns the last one of each."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A number is only taken inside an act.")
    rows = ", ".join(["(%s, %s, %s, %s)"] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE.format(rows=rows), [value for key, count in wanted for value in (*key, count)]
        )
        return [int(last) for (last,) in cursor.fetchall()]


def raise_to(series: str, rows: dict[tuple[int, str], int]) -> None:
    """After a bulk load that numbered its rows itself: let the series go on behind them."""
    units, periods = [unit for unit, _ in rows], [period for _, period in rows]
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, [series, units, periods, list(rows.values())])
