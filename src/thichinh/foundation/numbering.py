"""Gap-free numbers per series, unit and year or day.

The row of the series is locked from the moment a number is taken until the transaction ends, so a
rolled-back act gives its number back and no other act can take a later one meanwhile. Take the
number late in a transaction: whoever comes next waits for its commit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import count

from django.db import connection, transaction

_TAKE = """
INSERT INTO foundation_numberseries (series, unit_id, period, last) VALUES {rows}
ON CONFLICT (series, unit_id, period)
DO UPDATE SET last = foundation_numberseries.last + excluded.last
RETURNING last
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
            _TAKE.format(rows=rows), [value for key, many in wanted for value in (*key, many)]
        )
        return [int(last) for (last,) in cursor.fetchall()]


def take_each(keys: Sequence[Key]) -> list[int]:
    """The next number of each of these series, a series as often as it is named, in this order."""
    counts = sorted(Counter(keys).items())
    if not counts:
        return []
    following = {
        key: count(last - many + 1) for (key, many), last in zip(counts, take(*counts), strict=True)
    }
    return [next(following[key]) for key in keys]
