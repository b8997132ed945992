"""Gap-free numbers per series, unit and year or day.

The row of the series is locked from the moment a number is taken until the transaction ends, so a
rolled-back act gives its number back and no other act can take a later one meanwhile. Take the
number late in a transaction: whoever comes next waits for its commit.
"""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction

_TAKE = """
INSERT INTO foundation_numberseries (series, unit_id, period, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (series, unit_id, period) DO UPDATE SET last = foundation_numberseries.last + 1
RETURNING last
"""
_RAISE = """
INSERT INTO foundation_numberseries (series, unit_id, period, last)
SELECT %s, * FROM unnest(%s::bigint[], %s::text[], %s::bigint[])
ON CONFLICT (series, unit_id, period)
DO UPDATE SET last = greatest(foundation_numberseries.last, excluded.last)
"""


def next_number(series: str, unit_id: int, year: int) -> int:
    """The next number of this series in this unit and year, from 1."""
    return _take(series, unit_id, str(year))


def next_daily(series: str, unit_id: int, day: date) -> int:
    """The next number of this series in this unit and day, from 1."""
    return _take(series, unit_id, day.strftime("%Y%m%d"))


def _take(series: str, unit_id: int, period: str) -> int:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A number is only taken inside an act.")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [series, unit_id, period])
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def raise_to(series: str, rows: dict[tuple[int, str], int]) -> None:
    """After a bulk load that numbered its rows itself: let the series go on behind them."""
    units, periods = [unit for unit, _ in rows], [period for _, period in rows]
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, [series, units, periods, list(rows.values())])
