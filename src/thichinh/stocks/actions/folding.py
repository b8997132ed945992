"""The sums that the fold keeps: added to, built anew by another declaration, proved."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from thichinh.foundation import clock
from thichinh.foundation.calendar import PeriodScheme
from thichinh.foundation.errors import Missing
from thichinh.stocks.actions.leaves import reopen_grains
from thichinh.stocks.models import Book, ClosedYear, MonthFlow, Proof
from thichinh.stocks.queries import recount
from thichinh.stocks.rules import BOOKS

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


def rebuild(code: str) -> int:
    """Keep the sums of a book by what it declares now; returns how many movements were added up.

    Its coarser cells are made anew and all its movements go back on the tail, from which reads count
    them meanwhile, and are folded again. Raises Missing for a book in which nothing is written, and
    SystemError where its dimensions changed: no movement says where it belongs in a new one.
    """
    written = list(Book.objects.order_by("code").values_list("code", flat=True))
    if code in written and code not in BOOKS:
        raise Missing(
            _("Không ứng dụng nào đang cài khai báo sổ “%(code)s”. Hãy cài lại ứng dụng của sổ ấy.")
            % {"code": code}
        )
    if code not in written:
        known = ", ".join(written)
        raise Missing(_("Sổ này chưa ghi gì. Sổ đã có: %(known)s.") % {"known": known or "–"})
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('stocks.fold'))")
        number = reopen_grains(cursor, BOOKS[code])
        cursor.execute(_BACK_ON_THE_TAIL, [number])
    return fold()


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


_BACK_ON_THE_TAIL = """
INSERT INTO stocks_tail (movement_id) SELECT id FROM stocks_movement WHERE book_id = %s
ON CONFLICT DO NOTHING
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
