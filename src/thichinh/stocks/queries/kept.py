"""The row of a book: its number, and whether its sums are kept as the book declares."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from thichinh.foundation.calendar import local_time
from thichinh.stocks.rules import BOOKS

_numbers: dict[str, int] = {}


def number(book: str) -> tuple[str, Any]:
    """The number of a book as SQL with its one parameter; null where nothing was ever written in it.

    Known once a process has read `latest_opening`, else looked up where it stands.
    """
    known = _numbers.get(book)
    return ("%s", known) if known else ("(SELECT b.id FROM stocks_book b WHERE b.code = %s)", book)


def latest_opening(book: str, at: datetime) -> date | None:
    """The start of the latest year before an instant whose opening balances are kept.

    Raises SystemError where the sums are kept by another declaration than the book's.
    """
    year = BOOKS[book].periods.year_start(local_time(at).date())
    with connection.cursor() as cursor:
        if book in _numbers:
            cursor.execute(_LATEST, [_numbers[book], year])
            latest: date | None = cursor.fetchone()[0]
            return latest
        cursor.execute(_ROW, [year, book])
        found = cursor.fetchone()
    if found is None:
        return None
    pk, dimensions, grains, *periods, latest = found
    BOOKS[book].check_kept(json.loads(dimensions), json.loads(grains), *periods)
    transaction.on_commit(lambda: _numbers.setdefault(book, pk))
    return latest


def forget_numbers() -> None:
    """For tests, whose books are rolled back."""
    _numbers.clear()


_LATEST = 'SELECT max("on") FROM stocks_closedyear WHERE book_id = %s AND "on" <= %s'
_ROW = (
    "SELECT b.id, b.dimensions::text, b.grains::text, b.month_day, b.year_lead, "
    '(SELECT max(y."on") FROM stocks_closedyear y WHERE y.book_id = b.id AND y."on" <= %s) '
    "FROM stocks_book b WHERE b.code = %s"
)
