"""Writing the books: post, schedule, correct; fold what was written; prove it all again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from thichinh.accounts.rules import Actor
from thichinh.foundation import audit, clock
from thichinh.foundation.calendar import PeriodScheme
from thichinh.foundation.errors import Refused
from thichinh.stocks.models import Book, ClosedYear, MonthFlow, Movement, Proof, Scheduled
from thichinh.stocks.queries import last_entry, recount
from thichinh.stocks.rules import (
    BOOKS,
    CORRECT,
    CellKey,
    Grain,
    Leaf,
    Move,
    StockBook,
    check_correction,
    taken_over,
)

MOVEMENT_FIELDS = ("at", "item", "cell", "book", "source", "target")
SCHEDULE_FIELDS = ("book", "item", "cell", "at", "source", "target")
"""The columns of bulk rows; movements come in the order in which they happened. A book that counts
amounts adds "amount"."""

_known_leaves: dict[tuple[str, CellKey], Leaf] = {}

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
        if schedule is not None:
            row = (schedule.at, schedule.source, schedule.target, _amount(declared, schedule))
            cursor.execute(_SCHEDULE, [leaf.book, item, leaf.cell, *row])


def _taken_clock(cursor: Any, leaf: Leaf, item: int) -> Move | None:
    cursor.execute(_TAKE_SCHEDULE, [leaf.book, item])
    row = cursor.fetchone()
    return Move(*row) if row else None


def _amount(book: StockBook, move: Move) -> Decimal | None:
    if book.amount is None and move.amount is None:
        return None
    if book.amount is None or move.amount is None:
        raise ValueError(f"the book {book.code} and a movement disagree about counting amounts")
    return book.amount.exact(move.amount)


def leaf_of(book: str, key: CellKey) -> Leaf:
    """The leaf of these dimensions, made with its coarser cells when first used."""
    known = _known_leaves.get((book, key))
    return known if known is not None else open_leaves(book, [key])[key]


def open_leaves(book: str, keys: Iterable[CellKey]) -> dict[CellKey, Leaf]:
    """Make leaves with their coarser cells in a few statements; before a bulk load, many.

    Somebody else may make the same ones at the same time. Raises ValueError for a key that does not
    have the book's dimensions, SystemError where the book was kept by another declaration.
    """
    declared, wanted = BOOKS[book], list(dict.fromkeys(keys))
    columns: dict[str, Any] = {
        "units": [key.unit_id for key in wanted],
        "dims": [json.dumps(declared.values(key), ensure_ascii=False) for key in wanted],
        "grain": declared.leaf.code,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        columns["book"] = _open_book(cursor, declared)
        cursor.execute(_NEW_LEAVES, columns)
        cursor.execute(_LEAF_IS_ITS_PARENT, columns)
        for grain in declared.grains:
            _open_grain(cursor, declared, grain, columns)
        cursor.execute(_OPENED, columns)
        made = {wanted[n - 1]: Leaf(cell, columns["book"]) for cell, n in cursor.fetchall()}
        transaction.on_commit(
            lambda: _known_leaves.update({(book, key): leaf for key, leaf in made.items()})
        )
    return made


def _open_book(cursor: Any, book: StockBook) -> int:
    """The number of a book, given with its first leaf. Raises SystemError for another declaration."""
    cursor.execute(_NEW_BOOK, [book.code, *map(json.dumps, kept_by(book)[:2]), *kept_by(book)[2:]])
    found = Book.objects.get(code=book.code)
    kept = (found.dimensions, found.grains, found.month_day, found.year_lead)
    if kept != kept_by(book):
        raise SystemError(
            f"the book {book.code} was kept by other dimensions, grains or periods ({kept}) than "
            f"it declares ({kept_by(book)}): run ./thichinh stocks rebuild"
        )
    return int(found.pk)


def kept_by(book: StockBook) -> tuple[list[str], list[str], int, int]:
    """What of a declaration decides how the sums of a book are kept."""
    grains = [grain.code for grain in book.grains]
    return list(book.leaf.dims), grains, book.periods.day, book.periods.lead


def _open_grain(cursor: Any, book: StockBook, grain: Grain, columns: dict[str, Any]) -> None:
    """The coarser cells of one grain, and which leaves add to them."""
    dropped = [name for name in book.leaf.dims if name not in grain.dims]
    asked = columns | {"coarse": grain.code, "dropped": dropped}
    place = _ABOVE if grain.rolled else _ALONE
    cursor.execute(_NEW_COARSE.format(place=place), asked)
    cursor.execute(_COARSE_PARENTS.format(place=place), asked)


def forget_cells() -> None:
    """For tests, whose cells are rolled back."""
    _known_leaves.clear()


@transaction.atomic
def correct(actor: Actor, movement: Movement, *, target: int, reason: str) -> None:
    """Undo an item's last movement by its opposite and write the right one, both naming it.

    Under the item's lock. Raises NotAllowed, and Refused for anything but the last movement: what
    came after it begins where it ended. A clock that no longer fits where the item lies is dropped.
    """
    actor.require(CORRECT, movement.cell.unit_id)
    book = BOOKS[movement.book.code]
    if book.items is not None:
        book.items.lock(movement.item)
    same = Movement.objects.filter(book=movement.book_id, item=movement.item)
    list(same.select_for_update(of=("self",)))
    check_correction(book, movement.source, movement.target, target, reason)
    if last_entry(book.code, movement.item) != movement.pk:
        raise Refused(_("Chỉ sửa được lần chuyển cuối cùng. Hãy tải lại trang."))
    for start, goal in ((movement.target, movement.source), (movement.source, target)):
        if start != goal:
            Movement.objects.create(
                at=movement.at,
                book_id=movement.book_id,
                item=movement.item,
                cell_id=movement.cell_id,
                source=start,
                target=goal,
                amount=movement.amount,
                corrects=movement,
            )
    clocks = Scheduled.objects.filter(book=movement.book_id, item=movement.item)
    dropped, _models = clocks.exclude(source=target).delete()
    data = {"target": target, "reason": reason, "dropped_clocks": dropped}
    audit.record(actor, "stock.corrected", movement, data=data)


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


MANY = 5000
"""Movements folded at once after which the tail is cleaned up at once too."""


def fold() -> int:
    """Add the unfolded tail to the sums; returns how many movements. One folder at a time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('stocks.fold'))")
        row = cursor.fetchone()
        if row is None or not row[0]:
            return 0
        cursor.execute(_BATCH)
        cursor.execute("SELECT coalesce(sum(n), 0) FROM fold_leaf")
        folded = int(cursor.fetchone()[0])
        if folded:
            for statement in (_SPREAD, _ADD_DAYS, _ADD_MONTHS, _LATE_CLOSINGS):
                cursor.execute(statement)
        cursor.execute("DROP TABLE IF EXISTS fold_leaf, fold_cell")
        _close_years(clock.today())
    if folded > MANY and not connection.in_atomic_block:
        # A read walks the whole tail: what a large fold took out of it must not lie in the way.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) stocks_tail, stocks_dayflow, stocks_monthflow")
    return folded


def prove() -> Proof:
    """Recount every book from its movements and from the things themselves; keep the result."""
    with transaction.atomic():
        result = recount()
        return Proof.objects.create(
            balanced=not result.differences,
            movements=result.movements,
            items=result.items,
            differences=result.differences,
            counts=result.counts,
        )


_BATCH = """
CREATE TEMP TABLE fold_leaf ON COMMIT DROP AS
WITH taken AS (DELETE FROM stocks_tail RETURNING movement_id)
SELECT m.cell_id AS leaf_id, (m.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS "on",
       m.source, m.target, count(*)::int AS n, sum(m.amount) AS amount
FROM stocks_movement m JOIN taken t ON t.movement_id = m.id
GROUP BY 1, 2, 3, 4
"""
_SPREAD = """
CREATE TEMP TABLE fold_cell ON COMMIT DROP AS
SELECT p.cell_id, l."on", l.source, l.target, sum(l.n)::int AS n, sum(l.amount) AS amount
FROM fold_leaf l JOIN stocks_cellparent p ON p.leaf_id = l.leaf_id
GROUP BY 1, 2, 3, 4
"""
_ADD_DAYS = """
INSERT INTO stocks_dayflow AS f (cell_id, "on", source, target, n, amount)
SELECT cell_id, "on", source, target, n, amount FROM fold_cell
ON CONFLICT (cell_id, "on", source, target)
DO UPDATE SET n = f.n + excluded.n, amount = f.amount + excluded.amount
"""
_ADD_MONTHS = """
INSERT INTO stocks_monthflow AS f (cell_id, "on", source, target, n, amount)
SELECT l.cell_id, (date_trunc('month', l."on" - (b.month_day - 1))::date + (b.month_day - 1)),
       l.source, l.target, sum(l.n), sum(l.amount)
FROM fold_cell l JOIN stocks_cell c ON c.id = l.cell_id JOIN stocks_book b ON b.id = c.book_id
GROUP BY 1, 2, 3, 4
ON CONFLICT (cell_id, "on", source, target)
DO UPDATE SET n = f.n + excluded.n, amount = f.amount + excluded.amount
"""
# A movement dated before a year that is already opened changes every opening since.
_LATE_CLOSINGS = """
INSERT INTO stocks_closing AS c (cell_id, "on", stock, n, amount)
SELECT d.cell_id, y."on", d.stock, sum(d.n), sum(d.amount) FROM (
    SELECT cell_id, "on", target AS stock, n, amount FROM fold_cell
    UNION ALL SELECT cell_id, "on", source, -n, -amount FROM fold_cell) d
JOIN stocks_cell p ON p.id = d.cell_id
JOIN stocks_closedyear y ON y.book_id = p.book_id AND y."on" > d."on"
GROUP BY 1, 2, 3
ON CONFLICT (cell_id, "on", stock)
DO UPDATE SET n = c.n + excluded.n, amount = c.amount + excluded.amount
"""
_OPEN_YEAR = """
WITH mine AS (SELECT id FROM stocks_cell WHERE book_id = %(book)s), year AS (
    SELECT f.* FROM stocks_monthflow f JOIN mine ON mine.id = f.cell_id
    WHERE f."on" >= coalesce(%(last)s, '-infinity'::date) AND f."on" < %(on)s)
INSERT INTO stocks_closing (cell_id, "on", stock, n, amount)
SELECT cell_id, %(on)s, stock, sum(n), sum(amount) FROM (
    SELECT k.cell_id, k.stock, k.n, k.amount FROM stocks_closing k JOIN mine ON mine.id = k.cell_id
        WHERE k."on" = %(last)s
    UNION ALL SELECT cell_id, target, n, amount FROM year
    UNION ALL SELECT cell_id, source, -n, -amount FROM year) d
GROUP BY cell_id, stock HAVING sum(n) <> 0 OR sum(amount) <> 0
"""


def _close_years(today: date) -> None:
    """Keep the opening balance of every year that has begun, by each book's periods."""
    for book in Book.objects.order_by("pk"):
        scheme = PeriodScheme("kept", book.month_day, book.year_lead)
        last = ClosedYear.objects.filter(book=book).aggregate(last=Max("on"))["last"]
        year = scheme.year_after(last) if last else _first_year(book, scheme)
        while year is not None and year <= today:
            with connection.cursor() as cursor:
                cursor.execute(_OPEN_YEAR, {"book": book.pk, "on": year, "last": last})
            ClosedYear.objects.create(book=book, on=year)
            last, year = year, scheme.year_after(year)


def _first_year(book: Book, scheme: PeriodScheme) -> date | None:
    months = MonthFlow.objects.filter(cell__book=book)
    first = months.aggregate(first=Min("on"))["first"]
    return scheme.year_start(first) if first else None


_NEW_BOOK = (
    "INSERT INTO stocks_book (code, dimensions, grains, month_day, year_lead) "
    "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (code) DO NOTHING"
)
_WANTED = (
    "(SELECT unit_id, dims::jsonb, nth FROM unnest(%(units)s::bigint[], %(dims)s::text[]) "
    "WITH ORDINALITY AS w(unit_id, dims, nth)) w"
)
_ALONE = f"SELECT w.unit_id AS leaf_unit, w.unit_id, w.dims FROM {_WANTED}"
_ABOVE = (
    f"SELECT w.unit_id AS leaf_unit, a.id AS unit_id, w.dims FROM {_WANTED} "
    "JOIN accounts_unit u ON u.id = w.unit_id JOIN accounts_unit a ON starts_with(u.path, a.path)"
)
_NEW_CELL = "INSERT INTO stocks_cell (book_id, grain, unit_id, dims) "
_IS_LEAF = "l.book_id = %(book)s AND l.grain = %(grain)s"
_NEW_PARENT = "INSERT INTO stocks_cellparent (leaf_id, cell_id) "
_NEW_LEAVES = (
    f"{_NEW_CELL} SELECT %(book)s, %(grain)s, unit_id, dims FROM {_WANTED} ON CONFLICT DO NOTHING"
)
_LEAF_IS_ITS_PARENT = (
    f"{_NEW_PARENT} SELECT l.id, l.id FROM {_WANTED} JOIN stocks_cell l ON {_IS_LEAF} "
    "AND l.unit_id = w.unit_id AND l.dims = w.dims ON CONFLICT DO NOTHING"
)
_NEW_COARSE = (
    f"{_NEW_CELL} SELECT DISTINCT %(book)s::smallint, %(coarse)s, p.unit_id, "
    "p.dims - %(dropped)s::text[] FROM ({place}) p ON CONFLICT DO NOTHING"
)
_COARSE_PARENTS = (
    f"{_NEW_PARENT} SELECT l.id, c.id FROM ({{place}}) p JOIN stocks_cell l ON {_IS_LEAF} "
    "AND l.unit_id = p.leaf_unit AND l.dims = p.dims "
    "JOIN stocks_cell c ON c.book_id = %(book)s AND c.grain = %(coarse)s "
    "AND c.unit_id = p.unit_id AND c.dims = p.dims - %(dropped)s::text[] ON CONFLICT DO NOTHING"
)
_OPENED = (
    f"SELECT l.id, w.nth FROM {_WANTED} JOIN stocks_cell l ON {_IS_LEAF} "
    "AND l.unit_id = w.unit_id AND l.dims = w.dims"
)
