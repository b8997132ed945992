"""Writing the books: post, schedule, correct; fold what was written; prove it all again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from thichinh.accounts.rules import Actor
from thichinh.foundation import audit, clock
from thichinh.foundation.errors import Refused
from thichinh.stocks.models import Cell, CellParent, Movement, Proof, Scheduled
from thichinh.stocks.queries import last_entry, recount
from thichinh.stocks.rules import (
    CORRECT,
    CellKey,
    Move,
    book_named,
    check_correction,
    item_source,
    settled,
    year_start,
)

MOVEMENT_FIELDS = ("at", "item", "cell", "source", "target")
SCHEDULE_FIELDS = ("book", "item", "cell", "at", "source", "target")
"""The columns of bulk rows; movements come in the order in which they happened."""

_known_cells: dict[tuple[str, CellKey], int] = {}

_MOVEMENT = "INSERT INTO stocks_movement (at, item, cell_id, source, target) VALUES "
_SCHEDULE = (
    "INSERT INTO stocks_scheduled (book, item, cell_id, at, source, target) "
    "VALUES (%s, %s, %s, %s, %s, %s)"
)
_TAKE_SCHEDULE = (
    "DELETE FROM stocks_scheduled WHERE book = %s AND item = %s RETURNING at, source, target"
)


def post(
    book: str,
    item: int,
    key: CellKey,
    moves: Sequence[Move],
    *,
    schedule: Move | None = None,
    settle: bool = True,
) -> None:
    """Write an item's movements in the caller's transaction, and what time will do to it next.

    With `settle`, a movement that time had already made is written first and any other is
    dropped: whoever acts on an item takes over its clock. The caller holds the item's row lock.
    """
    cell = cell_id(book, key)
    with connection.cursor() as cursor:
        written = list(moves)
        if settle:
            cursor.execute(_TAKE_SCHEDULE, [book, item])
            row = cursor.fetchone()
            due = Move(*row) if row else None
            made = settled(due, moves[0].at) if moves else due
            if made is not None:
                written.insert(0, made)
        if written:
            values = ", ".join(["(%s, %s, %s, %s, %s)"] * len(written))
            flat = [v for m in written for v in (m.at, item, cell, m.source, m.target)]
            cursor.execute(_MOVEMENT + values, flat)
        if schedule is not None:
            cursor.execute(
                _SCHEDULE, [book, item, cell, schedule.at, schedule.source, schedule.target]
            )


def cell_id(book: str, key: CellKey) -> int:
    """The leaf of these dimensions, made with its coarser cells when first used."""
    known = _known_cells.get((book, key))
    if known is None:
        known = _make_cell(book, key)
        transaction.on_commit(lambda: _known_cells.setdefault((book, key), known))
    return known


def open_cells(book: str, keys: Iterable[CellKey]) -> None:
    """Make many leaves with their coarser cells in a few statements, before a bulk load."""
    wanted = list(dict.fromkeys(keys))
    columns: dict[str, Any] = {
        "book": book,
        "units": [key.unit_id for key in wanted],
        "fields": [key.field for key in wanted],
        "procedures": [key.procedure for key in wanted],
        "channels": [key.channel for key in wanted],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _OPEN_CELLS:
            cursor.execute(statement, columns)
        made = {CellKey(*row[1:]): row[0] for row in cursor.fetchall()}
        transaction.on_commit(
            lambda: _known_cells.update({(book, key): made[key] for key in wanted})
        )


def forget_cells() -> None:
    """For tests, whose cells are rolled back."""
    _known_cells.clear()


@transaction.atomic
def correct(actor: Actor, movement: Movement, *, target: int, reason: str) -> None:
    """Undo an item's last movement by its opposite and write the right one, both naming it.

    Under the item's lock. Raises NotAllowed, and Refused for anything but the last movement: what
    came after it begins where it ended. A clock that no longer fits where the item lies is dropped.
    """
    cell = movement.cell
    actor.require(CORRECT, cell.unit_id)
    source = item_source(cell.book)
    if source is not None:
        source.lock(movement.item)
    list(Movement.objects.select_for_update(of=("self",)).filter(item=movement.item))
    check_correction(book_named(cell.book), movement.source, movement.target, target, reason)
    if last_entry(cell.book, movement.item) != movement.pk:
        raise Refused(_("Chỉ sửa được lần chuyển cuối cùng của hồ sơ. Hãy tải lại trang."))
    for start, goal in ((movement.target, movement.source), (movement.source, target)):
        if start != goal:
            Movement.objects.create(
                at=movement.at,
                item=movement.item,
                cell_id=movement.cell_id,
                source=start,
                target=goal,
                corrects=movement,
            )
    clocks = Scheduled.objects.filter(book=cell.book, item=movement.item)
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
            "WHERE s.id = due.id RETURNING s.at, s.item, s.cell_id, s.source, s.target) "
            "INSERT INTO stocks_movement (at, item, cell_id, source, target) SELECT * FROM made",
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
       m.source, m.target, count(*)::int AS n
FROM stocks_movement m JOIN taken t ON t.movement_id = m.id
GROUP BY 1, 2, 3, 4
"""
_SPREAD = """
CREATE TEMP TABLE fold_cell ON COMMIT DROP AS
SELECT p.cell_id, l."on", l.source, l.target, sum(l.n)::int AS n
FROM fold_leaf l JOIN stocks_cellparent p ON p.leaf_id = l.leaf_id
GROUP BY 1, 2, 3, 4
"""
_ADD_DAYS = """
INSERT INTO stocks_dayflow AS f (cell_id, "on", source, target, n)
SELECT cell_id, "on", source, target, n FROM fold_cell
ON CONFLICT (cell_id, "on", source, target) DO UPDATE SET n = f.n + excluded.n
"""
_ADD_MONTHS = """
INSERT INTO stocks_monthflow AS f (cell_id, "on", source, target, n)
SELECT cell_id, (date_trunc('month', "on" - 14) + interval '14 days')::date,
       source, target, sum(n) FROM fold_cell GROUP BY 1, 2, 3, 4
ON CONFLICT (cell_id, "on", source, target) DO UPDATE SET n = f.n + excluded.n
"""
# A movement dated before a year that is already opened changes every opening since.
_LATE_CLOSINGS = """
INSERT INTO stocks_closing AS c (cell_id, "on", stock, n)
SELECT d.cell_id, y."on", d.stock, sum(d.n) FROM (
    SELECT cell_id, "on", target AS stock, n FROM fold_cell
    UNION ALL SELECT cell_id, "on", source, -n FROM fold_cell) d
JOIN stocks_closedyear y ON y."on" > d."on"
GROUP BY 1, 2, 3
ON CONFLICT (cell_id, "on", stock) DO UPDATE SET n = c.n + excluded.n
"""
_OPEN_YEAR = """
INSERT INTO stocks_closing (cell_id, "on", stock, n)
SELECT cell_id, %(on)s, stock, sum(n) FROM (
    SELECT cell_id, stock, n FROM stocks_closing WHERE "on" = %(last)s
    UNION ALL SELECT cell_id, target, n FROM stocks_monthflow
        WHERE "on" >= coalesce(%(last)s, '-infinity'::date) AND "on" < %(on)s
    UNION ALL SELECT cell_id, source, -n FROM stocks_monthflow
        WHERE "on" >= coalesce(%(last)s, '-infinity'::date) AND "on" < %(on)s) d
GROUP BY cell_id, stock HAVING sum(n) <> 0
"""


def _close_years(today: date) -> None:
    """Keep the opening balance of every statutory year that has begun."""
    with connection.cursor() as cursor:
        cursor.execute('SELECT max("on") FROM stocks_closedyear')
        last: date | None = cursor.fetchone()[0]
        cursor.execute('SELECT min("on") FROM stocks_monthflow')
        first: date | None = cursor.fetchone()[0]
        if first is None:
            return
        year = last.year + 1 if last else year_start(first).year
        while date(year, 12, 15) <= year_start(today):
            on = date(year, 12, 15)
            cursor.execute(_OPEN_YEAR, {"on": on, "last": last})
            cursor.execute('INSERT INTO stocks_closedyear ("on") VALUES (%s)', [on])
            last, year = on, year + 1


_WANTED = (
    "SELECT * FROM unnest(%(units)s::bigint[], %(fields)s::text[], %(procedures)s::text[], "
    "%(channels)s::smallint[]) AS w(unit_id, field, procedure, channel)"
)
_ABOVE = (
    f"FROM ({_WANTED}) w JOIN accounts_unit u ON u.id = w.unit_id "
    "JOIN accounts_unit a ON starts_with(u.path, a.path)"
)
_NEW_CELL = "INSERT INTO stocks_cell (book, unit_id, field, procedure, channel, rolled) "
_LEAF = (
    "JOIN stocks_cell l ON l.book = %(book)s AND NOT l.rolled AND l.unit_id = w.unit_id "
    "AND l.field = w.field AND l.procedure = w.procedure AND l.channel = w.channel "
)
_OPEN_CELLS = (
    f"{_NEW_CELL} SELECT %(book)s, unit_id, field, procedure, channel, false FROM ({_WANTED}) w "
    "ON CONFLICT DO NOTHING",
    f"{_NEW_CELL} SELECT DISTINCT %(book)s, unit_id, field, NULL, channel, false "
    f"FROM ({_WANTED}) w ON CONFLICT DO NOTHING",
    f"{_NEW_CELL} SELECT DISTINCT %(book)s, a.id, NULL, NULL, w.channel, true {_ABOVE} "
    "ON CONFLICT DO NOTHING",
    "INSERT INTO stocks_cellparent (leaf_id, cell_id) "
    f"SELECT l.id, c.id FROM ({_WANTED}) w {_LEAF} "
    "JOIN stocks_cell c ON c.book = %(book)s AND NOT c.rolled AND c.unit_id = w.unit_id "
    "AND c.field = w.field AND c.channel = w.channel "
    "AND (c.procedure = w.procedure OR c.procedure IS NULL) ON CONFLICT DO NOTHING",
    f"INSERT INTO stocks_cellparent (leaf_id, cell_id) SELECT l.id, c.id {_ABOVE} {_LEAF} "
    "JOIN stocks_cell c ON c.book = %(book)s AND c.rolled AND c.unit_id = a.id "
    "AND c.channel = w.channel ON CONFLICT DO NOTHING",
    f"SELECT l.id, w.unit_id, w.field, w.procedure, w.channel FROM ({_WANTED}) w {_LEAF}",
)


def _make_cell(book: str, key: CellKey) -> int:
    """Insert the leaf and its parents; somebody else may do the same at the same time."""
    leaf = _cell(book, key.unit_id, key.field, key.procedure, key.channel, rolled=False)
    parents = [leaf, _cell(book, key.unit_id, key.field, None, key.channel, rolled=False)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id FROM accounts_unit u JOIN accounts_unit a ON starts_with(u.path, a.path) "
            "WHERE u.id = %s",
            [key.unit_id],
        )
        above = [int(row[0]) for row in cursor.fetchall()]
    parents += [_cell(book, unit, None, None, key.channel, rolled=True) for unit in above]
    CellParent.objects.bulk_create(
        [CellParent(leaf_id=leaf, cell_id=parent) for parent in parents], ignore_conflicts=True
    )
    return leaf


def _cell(
    book: str, unit: int, field: str | None, procedure: str | None, channel: int, *, rolled: bool
) -> int:
    cell = Cell(
        book=book, unit_id=unit, field=field, procedure=procedure, channel=channel, rolled=rolled
    )
    Cell.objects.bulk_create([cell], ignore_conflicts=True)
    return Cell.objects.values_list("pk", flat=True).get(
        book=book, unit_id=unit, field=field, procedure=procedure, channel=channel, rolled=rolled
    )
