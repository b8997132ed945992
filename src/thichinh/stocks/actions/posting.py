"""Writing movements: what an act does, what time has done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from thichinh.foundation import clock
from thichinh.stocks.actions.leaves import leaf_of
from thichinh.stocks.rules import BOOKS, CellKey, Leaf, Move, StockBook, check_clock, taken_over

MOVEMENT_FIELDS = ("at", "item", "cell", "book", "source", "target")
SCHEDULE_FIELDS = ("book", "item", "cell", "at", "source", "target")
"""The columns of bulk rows; movements come in the order in which they happened. A book that counts
amounts adds "amount"."""

_MOVEMENT = (
    "INSERT INTO stocks_movement (at, item, cell_id, book_id, source, target, amount) VALUES "
)
_SCHEDULE = (
    "INSERT INTO stocks_scheduled (book_id, item, cell_id, at, source, target, amount) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s)"
)
_TAKE_SCHEDULE = (
    "DELETE FROM stocks_scheduled WHERE book_id = %s AND item = %s "
    "RETURNING at, source, target, amount"
)


def post(
    book: str,
    item: int,
    key: CellKey,
    moves: Sequence[Move],
    *,
    schedule: Move | None = None,
    settle: bool = True,
    at: datetime | None = None,
) -> None:
    """Write an item's movements in the caller's transaction, and what time will do to it next.

    With `settle`, a movement that time had already made before the act is written first and any
    other is dropped: whoever acts on an item takes over its clock, also with no movement of his own
    (a deadline moved). `at` is the instant of the act, by default that of its first movement, else
    now. The caller holds the item's row lock. Raises ValueError for a clock that does not start
    where the item lies, and for an amount missing or not exact.
    """
    leaf = leaf_of(book, key)
    declared = BOOKS[book]
    with connection.cursor() as cursor:
        due = _taken_clock(cursor, leaf, item) if settle else None
        acted = at or (moves[0].at if moves else clock.now())
        written = taken_over(due, moves, schedule, acted)
        if written:
            values = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(written))
            flat = [
                value
                for m in written
                for value in (m.at, item, *leaf, m.source, m.target, _amount(declared, m))
            ]
            cursor.execute(_MOVEMENT + values, flat)
        elif schedule is not None:
            check_clock(_stock_of(cursor, leaf, item), schedule)
        if schedule is not None:
            row = (schedule.at, schedule.source, schedule.target, _amount(declared, schedule))
            cursor.execute(_SCHEDULE, [leaf.book, item, leaf.cell, *row])


def _taken_clock(cursor: Any, leaf: Leaf, item: int) -> Move | None:
    cursor.execute(_TAKE_SCHEDULE, [leaf.book, item])
    row = cursor.fetchone()
    return Move(*row) if row else None


def _stock_of(cursor: Any, leaf: Leaf, item: int) -> int:
    """Where the movements left an item; outside when it has none. Time may have moved it on since
    the act upstairs was shown: the worker writes what is due."""
    cursor.execute(
        "SELECT target FROM stocks_movement WHERE book_id = %s AND item = %s "
        "ORDER BY at DESC, id DESC LIMIT 1",
        [leaf.book, item],
    )
    row = cursor.fetchone()
    return int(row[0]) if row else 0


def _amount(book: StockBook, move: Move) -> Decimal | None:
    if book.amount is None and move.amount is None:
        return None
    if book.amount is None or move.amount is None:
        raise ValueError(f"the book {book.code} and a movement disagree about counting amounts")
    return book.amount.exact(move.amount)


GRACE = timedelta(minutes=2)
"""An act dated just before a deadline may still be committing: leave its schedule to it."""


def post_due(limit: int = 5000) -> int:
    """Write the movements that time made more than GRACE ago; returns how many.

    Dated at their own instant, so a worker that was down, or comes late, changes no figure.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "WITH due AS (SELECT id FROM stocks_scheduled WHERE at < %s ORDER BY at LIMIT %s "
            "FOR UPDATE SKIP LOCKED), made AS (DELETE FROM stocks_scheduled s USING due "
            "WHERE s.id = due.id RETURNING s.at, s.item, s.cell_id, s.book_id, s.source, s.target, "
            "s.amount) INSERT INTO stocks_movement (at, item, cell_id, book_id, source, target, "
            "amount) SELECT * FROM made",
            [clock.now() - GRACE, limit],
        )
        return int(cursor.rowcount)
