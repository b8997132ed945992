"""What the books say: flows over a time and balances at an instant.

Every read is one SQL statement, hence one snapshot: folded sums, plus the movements not yet folded,
plus what time has scheduled and nobody has posted. It is exact at any moment, and its cost depends
on the period asked for, not on the age of the books.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from thichinh.foundation.calendar import local_time, month_start_15, start_of
from thichinh.foundation.clock import now
from thichinh.stocks.models import Proof
from thichinh.stocks.queries.cells import Sql, cells, keys, leaves, rows, union
from thichinh.stocks.rules import A_MONTH, WHOLE, Pair, Span, Where, span, year_start

Key = tuple[Any, ...]
Flows = dict[Key, dict[Pair, int]]
Balances = dict[Key, dict[int, int]]

NOTHING = -1
"""Stands in the place of a source when a closing balance is read as a flow out of the past."""
_BEGINNING = start_of(date(1975, 1, 1))


def flows(
    book: str, start: datetime, end: datetime, where: Where = WHOLE, by: tuple[str, ...] = ()
) -> Flows:
    """How many items went from which stock to which in [start, end), grouped by dimensions.

    Keys are tuples of the dimension values in the order of `by`; () alone is the key of a total.
    """
    sql, params = union(_flow_parts(_Part(book, where, by), start, end))
    found: Flows = defaultdict(lambda: defaultdict(int))
    for *key, source, target, n in rows(_grouped(sql, by), params):
        found[tuple(key)][source, target] = int(n)
    return found


def month_flows(
    book: str, start: date, end: date, where: Where = WHOLE
) -> dict[date, dict[Pair, int]]:
    """Flows per statutory month (its 15th) for the months that begin in [start, end)."""
    months: dict[date, dict[Pair, int]] = {}
    month = start
    while month < end:
        months[month] = {}
        month = month_start_15(month + A_MONTH)
    inside, params = cells(book, where, ())
    sql = (
        "SELECT f.on, f.source, f.target, sum(f.n) FROM stocks_monthflow f "
        f"JOIN stocks_cell c ON c.id = f.cell_id WHERE {inside} AND f.on >= %s AND f.on < %s "
        "GROUP BY 1, 2, 3"
    )
    for on, source, target, n in rows(sql, [*params, start, end]):
        months.setdefault(on, {})[source, target] = int(n)
    inside, params = leaves(book, where)
    sql = (
        "SELECT m.at, m.source, m.target FROM stocks_tail t "
        "JOIN stocks_movement m ON m.id = t.movement_id JOIN stocks_cell c ON c.id = m.cell_id "
        f"WHERE {inside} AND m.at >= %s AND m.at < %s"
    )
    for at, source, target in rows(sql, [*params, start_of(start), start_of(end)]):
        on = month_start_15(local_time(at).date())
        counts = months.setdefault(on, {})
        counts[source, target] = counts.get((source, target), 0) + 1
    return months


def balances(book: str, at: datetime, where: Where = WHOLE, by: tuple[str, ...] = ()) -> Balances:
    """What lay in each stock just before the instant `at`, grouped by dimensions."""
    closing, part = _latest_closing(at), _Part(book, where, by)
    start = start_of(closing) if closing else _BEGINNING
    # What was dated before the closing but is not folded or posted yet is not in it.
    pieces = list(_flow_parts(part, start, at, since=_BEGINNING))
    if closing:
        pieces.append(_opening(part, closing))
    sql, params = union(pieces)
    found: Balances = defaultdict(lambda: defaultdict(int))
    for *key, source, target, n in rows(_grouped(sql, by), params):
        stocks = found[tuple(key)]
        stocks[target] += int(n)
        if source != NOTHING:
            stocks[source] -= int(n)
    return found


def first_day(book: str) -> date | None:
    """The day of the first movement in a book: before it there is nothing to ask for."""
    sql = (
        "SELECT m.at FROM stocks_movement m JOIN stocks_cell c ON c.id = m.cell_id "
        "WHERE c.book = %s ORDER BY m.at LIMIT 1"
    )
    found = rows(sql, [book])
    return local_time(found[0][0]).date() if found else None


def last_proof() -> Proof | None:
    """The latest recount of the books, if any."""
    return Proof.objects.order_by("-id").first()


def capped(end: datetime) -> datetime:
    """Time has made a scheduled movement only once its instant lies in the past."""
    return min(end, now())


@dataclass(frozen=True)
class _Part:
    """The part of a book that is asked for, and the dimensions to group it by."""

    book: str
    where: Where
    by: tuple[str, ...]

    def selected(self, what: str, leaf: bool = False) -> Sql:
        """A select over these cells; `what` is its columns and its tables, which name `c`."""
        inside, params = (
            leaves(self.book, self.where) if leaf else cells(self.book, self.where, self.by)
        )
        return f"SELECT {keys(self.by)}{what} WHERE {inside} AND ", params


def _flow_parts(
    part: _Part, start: datetime, end: datetime, since: datetime | None = None
) -> Iterator[Sql]:
    """The selects that add up to the flows in [start, end).

    What is unfolded or scheduled counts from `since` on, for a sum that begins with a closing.
    """
    pieces = span(start, end)
    yield from _folded(part, pieces)
    yield from _tail(part, pieces, start, since)
    yield from _raw(part, pieces)
    yield _scheduled(part, since or start, end)


def _folded(part: _Part, pieces: Span) -> Iterator[Sql]:
    """The sums of whole months and days."""
    tables = [("stocks_monthflow", pieces.months)] if pieces.months else []
    tables += [("stocks_dayflow", days) for days in pieces.days]
    for table, (first, last) in tables:
        sql, params = part.selected(
            f"f.source, f.target, f.n FROM {table} f JOIN stocks_cell c ON c.id = f.cell_id"
        )
        yield f'{sql} f."on" >= %s AND f."on" < %s', [*params, first, last]


def _tail(part: _Part, pieces: Span, start: datetime, since: datetime | None) -> Iterator[Sql]:
    """What of the same days the fold has not added up yet."""
    days = [*pieces.days, *([pieces.months] if pieces.months else [])]
    begin = since or min((start_of(first) for first, _ in days), default=start)
    stop = max((start_of(last) for _, last in days), default=start)
    if begin < stop:
        sql, params = part.selected(
            "m.source, m.target, 1 AS n FROM stocks_tail t "
            "JOIN stocks_movement m ON m.id = t.movement_id "
            "JOIN stocks_cell c ON c.id = m.cell_id",
            leaf=True,
        )
        yield f"{sql} m.at >= %s AND m.at < %s", [*params, begin, stop]


def _raw(part: _Part, pieces: Span) -> Iterator[Sql]:
    """The movements themselves, where a time begins or ends within a day."""
    for begin, stop in pieces.raw:
        sql, params = part.selected(
            "m.source, m.target, 1 AS n FROM stocks_movement m "
            "JOIN stocks_cell c ON c.id = m.cell_id",
            leaf=True,
        )
        yield f"{sql} m.at >= %s AND m.at < %s", [*params, begin, stop]


def _scheduled(part: _Part, begin: datetime, end: datetime) -> Sql:
    """What time has made and nobody has posted yet."""
    sql, params = part.selected(
        "s.source, s.target, 1 AS n FROM stocks_scheduled s JOIN stocks_cell c ON c.id = s.cell_id",
        leaf=True,
    )
    return f"{sql} s.at >= %s AND s.at < %s", [*params, begin, capped(end)]


def _opening(part: _Part, closing: date) -> Sql:
    """What lay in the stocks when a year began."""
    sql, params = part.selected(
        f"{NOTHING}, f.stock, f.n FROM stocks_closing f JOIN stocks_cell c ON c.id = f.cell_id"
    )
    return f'{sql} f."on" = %s', [*params, closing]


def _latest_closing(at: datetime) -> date | None:
    latest = year_start(local_time(at).date())
    sql = 'SELECT max("on") FROM stocks_closedyear WHERE "on" <= %s'
    found: date | None = rows(sql, [latest])[0][0]
    return found


def _grouped(sql: str, by: tuple[str, ...]) -> str:
    names = "".join(f"{name}, " for name in by)
    return f"SELECT {names}source, target, sum(n) FROM ({sql}) x GROUP BY {names}source, target"
