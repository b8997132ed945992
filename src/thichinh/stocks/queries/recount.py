"""The proof: count everything again and name what differs.

Independent looks at every book, at counts and at amounts: each leaf adds to every coarser cell that
the book declares; the sums of each day equal the movements, in coarse cells as in leaves; the months
equal the days; the openings equal the months; each item's movements form one chain from the outside
world and carry one amount along it; and the stock where an item lies is the one its own facts say, and
those facts are what the item's own history tells (both asked of the app that owns it). A book that no
installed app declares cannot be proved, and is named.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from thichinh.foundation.clock import now
from thichinh.stocks.rules import BOOKS, StockBook

SHOWN = 100
"""How many differences of each look are listed; `counts` says how many there are."""


@dataclass
class Recount:
    """What a recount found; `differences` is empty when the books are right."""

    movements: int = 0
    items: int = 0
    differences: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def recount() -> Recount:
    """Recount every registered book, in one snapshot when the caller's transaction has one."""
    found = Recount()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n), 0), count(*) FROM "
            "(SELECT count(*) AS n FROM stocks_movement GROUP BY book_id, item) x"
        )
        found.movements, found.items = (int(n) for n in cursor.fetchone())
    for look, sql in _LOOKS.items():
        _look(found, look, sql, [])
    _look(found, "undeclared", _UNDECLARED, [[book.code for book in BOOKS]])
    for book in BOOKS:
        _look(found, "chain", _CHAIN, [book.code], book)
        grains = [grain.code for grain in (book.leaf, *book.grains)]
        _look(found, "grains", _GRAINS, [grains, book.code, book.leaf.code], book)
        if book.amount is not None:
            _look(found, "amounts", _AMOUNTS, [book.code], book)
        if book.expected is not None:
            sql = _EXPECTED.format(number=_NUMBER, expected=book.expected())
            _look(found, "facts", sql, [book.code, book.code, now(), now()], book)
        if book.history is not None:
            _look(found, "history", book.history(), [], book)
    return found


def _look(
    found: Recount, look: str, sql: str, params: list[Any], book: StockBook | None = None
) -> None:
    """Add what one look finds: the first SHOWN of it, and how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT x.*, count(*) OVER () FROM ({sql}) x LIMIT {SHOWN}", params)
        names = [column.name for column in cursor.description or ()][:-1]
        rows = cursor.fetchall()
    if rows:
        found.counts[look] = found.counts.get(look, 0) + int(rows[0][-1])
    where = {"look": look} if book is None else {"look": look, "book": book.code}
    for row in rows:
        said = {n: _plain(n, value, book) for n, value in zip(names, row[:-1], strict=True)}
        found.differences.append(where | said)


def _plain(name: str, value: Any, book: StockBook | None) -> Any:
    if book is not None and name in ("source", "target", "books", "facts") and value is not None:
        return book.stocks[value]
    return value if isinstance(value, int | str | None) else str(value)


_UNDECLARED = """
SELECT code AS book FROM stocks_book b WHERE NOT code = ANY(%s)
AND EXISTS (SELECT FROM stocks_movement m WHERE m.book_id = b.id) ORDER BY code
"""
_NUMBER = "(SELECT b.id FROM stocks_book b WHERE b.code = %s)"
_CHAIN = f"""
SELECT item, source, target, at FROM (
    SELECT m.item, m.source, m.target, m.at,
           lag(m.target, 1, 0::smallint) OVER (PARTITION BY m.item ORDER BY m.at, m.id) AS came_from
    FROM stocks_movement m WHERE m.book_id = {_NUMBER}) x
WHERE came_from <> source ORDER BY item
"""
# What an item takes out of a stock is what it brought there: else a balance keeps the difference.
_AMOUNTS = f"""
SELECT item, at, brought, took FROM (
    SELECT m.item, m.at, m.source, m.amount AS took,
           lag(m.amount) OVER (PARTITION BY m.item ORDER BY m.at, m.id) AS brought
    FROM stocks_movement m WHERE m.book_id = {_NUMBER}) x
WHERE took IS NULL OR (source <> 0 AND took <> brought) ORDER BY item
"""
_GRAINS = f"""
SELECT l.id AS leaf, g.grain AS missing
FROM stocks_cell l CROSS JOIN unnest(%s::text[]) g(grain)
WHERE l.book_id = {_NUMBER} AND l.grain = %s AND NOT EXISTS (
    SELECT FROM stocks_cellparent p JOIN stocks_cell c ON c.id = p.cell_id
    WHERE p.leaf_id = l.id AND c.grain = g.grain)
"""
_EXPECTED = """
WITH lies AS (
    SELECT DISTINCT ON (x.item) x.item, x.target AS stock FROM (
        SELECT m.item, m.at, m.id, m.target FROM stocks_movement m WHERE m.book_id = {number}
        UNION ALL SELECT s.item, s.at, 9223372036854775807, s.target FROM stocks_scheduled s
        WHERE s.book_id = {number} AND s.at < %s) x
    ORDER BY x.item, x.at DESC, x.id DESC
), facts AS ({expected})
SELECT coalesce(l.item, f.item) AS item, l.stock AS books, f.stock AS facts
FROM (SELECT * FROM lies WHERE stock <> 0) l FULL JOIN facts f ON f.item = l.item
WHERE l.stock IS DISTINCT FROM f.stock ORDER BY 1
"""
_LOOKS = {
    "day = movements": """
WITH counted AS (
    SELECT p.cell_id, (m.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS "on", m.source, m.target,
           count(*) AS n, sum(m.amount) AS amount
    FROM stocks_movement m JOIN stocks_cellparent p ON p.leaf_id = m.cell_id
    LEFT JOIN stocks_tail t ON t.movement_id = m.id WHERE t.movement_id IS NULL
    GROUP BY 1, 2, 3, 4)
SELECT cell_id AS cell, "on", source, target, f.n AS kept, c.n AS counted,
       f.amount AS kept_amount, c.amount AS counted_amount
FROM stocks_dayflow f FULL JOIN counted c USING (cell_id, "on", source, target)
WHERE (f.n, f.amount) IS DISTINCT FROM (c.n, c.amount)
""",
    "month = days": """
WITH counted AS (
    SELECT d.cell_id, (date_trunc('month', d."on" - (b.month_day - 1))::date + (b.month_day - 1))
           AS "on", d.source, d.target, sum(d.n) AS n, sum(d.amount) AS amount
    FROM stocks_dayflow d JOIN stocks_cell c ON c.id = d.cell_id
    JOIN stocks_book b ON b.id = c.book_id GROUP BY 1, 2, 3, 4)
SELECT cell_id AS cell, "on", source, target, f.n AS kept, c.n AS counted,
       f.amount AS kept_amount, c.amount AS counted_amount
FROM stocks_monthflow f FULL JOIN counted c USING (cell_id, "on", source, target)
WHERE (f.n, f.amount) IS DISTINCT FROM (c.n, c.amount)
""",
    "opening = months": """
WITH flow AS (
    SELECT cell_id, "on", target AS stock, n, amount FROM stocks_monthflow
    UNION ALL SELECT cell_id, "on", source, -n, -amount FROM stocks_monthflow
), counted AS (
    SELECT f.cell_id, y."on", f.stock, sum(f.n) AS n, sum(f.amount) AS amount
    FROM flow f JOIN stocks_cell c ON c.id = f.cell_id
    JOIN stocks_closedyear y ON y.book_id = c.book_id AND y."on" > f."on" GROUP BY 1, 2, 3
    HAVING sum(f.n) <> 0 OR sum(f.amount) <> 0)
SELECT cell_id AS cell, "on", stock, k.n AS kept, c.n AS counted,
       k.amount AS kept_amount, c.amount AS counted_amount
FROM (SELECT * FROM stocks_closing WHERE n <> 0 OR amount <> 0) k
FULL JOIN counted c USING (cell_id, "on", stock)
WHERE (k.n, k.amount) IS DISTINCT FROM (c.n, c.amount)
""",
}
