"""The items behind a number, the latest entry first: as many as are asked for, and no history.

An item lies where its last movement before the instant put it. Whoever reads the entries of a stock
from the latest on, and skips the items that moved on, has a page of them after about a page of
entries; the balance says after how many there are no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from thichinh.stocks.queries.books import balances, capped, flows
from thichinh.stocks.queries.cells import Sql, leaves, rows
from thichinh.stocks.queries.kept import number
from thichinh.stocks.queries.snapshot import one_snapshot
from thichinh.stocks.rules import BOOKS, WHOLE, Pair, Where

_AFTER = 1 << 62
"""Added to the number of a scheduled movement: it comes after all that is posted for its instant."""
_POSTED = (
    "SELECT m.at, m.id, m.item FROM stocks_movement m "
    "JOIN stocks_cell c ON c.id = m.cell_id WHERE {inside} AND {what}"
)
_MADE = (
    f"SELECT s.at, s.id + {_AFTER}, s.item FROM stocks_scheduled s "
    "JOIN stocks_cell c ON c.id = s.cell_id WHERE {inside} AND {what}"
)
# OFFSET 0 keeps these questions where they stand: asked of one item after the other, by its key.
_LIES_THERE = (
    "m.target = w.stock AND m.at < %s{place} AND NOT EXISTS (SELECT 1 FROM stocks_movement n "
    "JOIN stocks_cell c ON c.id = n.cell_id WHERE {inside} AND n.item = m.item "
    "AND (n.at, n.id) > (m.at, m.id) AND n.at < %s OFFSET 0) "
    "AND NOT EXISTS (SELECT 1 FROM stocks_scheduled s JOIN stocks_cell c ON c.id = s.cell_id "
    "WHERE {inside} AND s.book_id = m.book_id AND s.item = m.item "
    "AND s.at >= m.at AND s.at < %s OFFSET 0)"
)
_FELL_THERE = (
    "s.target = ANY(%s) AND s.at < %s{place} AND NOT EXISTS (SELECT 1 FROM stocks_movement n "
    "JOIN stocks_cell c ON c.id = n.cell_id "
    "WHERE {inside} AND n.book_id = s.book_id AND n.item = s.item "
    "AND n.at > s.at AND n.at < %s OFFSET 0)"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A movement that put an item where somebody looks for it."""

    at: datetime
    id: int
    item: int


@dataclass(frozen=True)
class Standing:
    """What lies in these stocks just before an instant."""

    book: str
    where: Where
    at: datetime
    stocks: frozenset[int]

    @property
    def count(self) -> int:
        """The balance; where items only pass through, no balance counts them, so they are read."""
        numbers = self._numbers.values()
        known = [n for n in numbers if n is not None]
        return sum(known) if len(known) == len(numbers) else len(self.read())

    def read(self, after: Entry | None = None, limit: int | None = None) -> list[Entry]:
        """The items after this one in the order of their last movement, the latest first."""
        left = self._left(after)
        if not left:
            return []
        posted, params = self._posted("<", after)
        sql = (
            "SELECT x.at, x.id, x.item FROM unnest(%s::smallint[], %s::bigint[]) w (stock, n) "
            f"CROSS JOIN LATERAL ({posted} ORDER BY m.at DESC, m.id DESC LIMIT least(w.n, %s)) x"
        )
        params = [list(left), list(left.values()), *params, limit]
        made, more = self._made(after)
        return _latest(f"{sql} UNION ALL {made}", [*params, *more], limit)

    @cached_property
    def _numbers(self) -> dict[int, int | None]:
        """The balance of each stock; None where items only pass through."""
        names, passing = BOOKS[self.book].stocks, BOOKS[self.book].passing
        row = balances(self.book, self.at, self.where).get((), {})
        return {s: None if names[s] in passing else row.get(s, 0) for s in sorted(self.stocks)}

    def _left(self, after: Entry | None) -> dict[int, int | None]:
        """How many items of each stock come after this one, of those that have any."""
        passed: dict[int, int] = {}
        if after is not None:
            posted, params = self._posted(">=", after)
            sql = (
                "SELECT w.stock, count(*) FROM unnest(%s::smallint[]) w (stock) "
                f"CROSS JOIN LATERAL ({posted}) x GROUP BY 1"
            )
            passed = dict(rows(sql, [sorted(self.stocks), *params]))
        left = {s: n if n is None else n - passed.get(s, 0) for s, n in self._numbers.items()}
        return {stock: n for stock, n in left.items() if n is None or n > 0}

    def _posted(self, order: str, cursor: Entry | None) -> Sql:
        """The movements into the stock `w.stock` after which the item did not move."""
        inside, cells = leaves(self.book, self.where)
        mine, of_mine = leaves(self.book, self.where, "m")
        place, where = _place("m.at, m.id", order, cursor)
        sql = _POSTED.format(inside=mine, what=_LIES_THERE.format(inside=inside, place=place))
        return sql, [*of_mine, self.at, *where, *cells, self.at, *cells, capped(self.at)]

    def _made(self, cursor: Entry | None) -> Sql:
        """What time has put there and nobody has posted yet."""
        inside, cells = leaves(self.book, self.where)
        mine, of_mine = leaves(self.book, self.where, "s")
        place, where = _place(f"s.at, s.id + {_AFTER}", "<", cursor)
        sql = _MADE.format(inside=mine, what=_FELL_THERE.format(inside=inside, place=place))
        stocks, until = sorted(self.stocks), capped(self.at)
        return sql, [*of_mine, stocks, until, *where, *cells, self.at]


@dataclass(frozen=True)
class Moved:
    """What went along these pairs in [start, end): an item as often as it went."""

    book: str
    where: Where
    start: datetime
    end: datetime
    pairs: frozenset[Pair]

    @property
    def count(self) -> int:
        """The flow."""
        row = flows(self.book, self.start, self.end, self.where).get((), {})
        return sum(row.get(pair, 0) for pair in self.pairs)

    def read(self, after: Entry | None = None, limit: int | None = None) -> list[Entry]:
        """The movements after this one, the latest first."""
        return _latest(*self._moved(after, limit), limit)

    def items(self) -> list[int]:
        """All of them, as items, the oldest first."""
        sql, params = self._moved(None, None)
        wanted = f"SELECT item FROM ({sql}) x (at, id, item) ORDER BY at, id"
        return [int(item) for (item,) in rows(wanted, params)]

    def _moved(self, after: Entry | None, limit: int | None) -> Sql:
        inside, cells = leaves(self.book, self.where, "m")
        pairs = ", ".join(f"({int(a)}, {int(b)})" for a, b in sorted(self.pairs))
        moved = "({0}.source, {0}.target) IN (" + pairs + ") AND {0}.at >= %s AND {0}.at < %s"
        place, where = _place("m.at, m.id", "<", after)
        posted = _POSTED.format(inside=inside, what=moved.format("m") + place)
        params = [*cells, self.start, self.end, *where, limit]
        inside, cells = leaves(self.book, self.where, "s")
        place, where = _place(f"s.at, s.id + {_AFTER}", "<", after)
        made = _MADE.format(inside=inside, what=moved.format("s") + place)
        sql = f"({posted} ORDER BY m.at DESC, m.id DESC LIMIT %s) UNION ALL {made}"
        params += [*cells, self.start, capped(self.end), *where]
        return sql, params


def flow_items(
    book: str, start: datetime, end: datetime, pairs: Iterable[Pair], where: Where = WHOLE
) -> list[int]:
    """The items that moved so in [start, end): the records behind a flow, oldest first."""
    wanted = frozenset(pairs)
    return Moved(book, where, start, end, wanted).items() if wanted else []


def stock_items(book: str, at: datetime, stocks: Iterable[int], where: Where = WHOLE) -> list[int]:
    """The items that lay in these stocks just before `at`: the records behind a balance."""
    with one_snapshot():
        found = Standing(book, where, at, frozenset(stocks)).read()
    return sorted(entry.item for entry in found)


def book_units(book: str) -> frozenset[int]:
    """The units that anything in this book was ever moved in."""
    mine, known = number(book)
    sql = f"SELECT DISTINCT unit_id FROM stocks_cell WHERE book_id = {mine} AND grain = %s"
    return frozenset(unit for (unit,) in rows(sql, [known, BOOKS[book].leaf.code]))


def _place(columns: str, order: str, cursor: Entry | None) -> Sql:
    """The condition that keeps what comes on one side of a cursor."""
    if cursor is None:
        return "", []
    return f" AND ({columns}) {order} (%s, %s)", [cursor.at, cursor.id]


def _latest(sql: str, params: list[object], limit: int | None) -> list[Entry]:
    wanted = f"SELECT at, id, item FROM ({sql}) x (at, id, item) ORDER BY at DESC, id DESC LIMIT %s"
    return [Entry(*row) for row in rows(wanted, [*params, limit])]
