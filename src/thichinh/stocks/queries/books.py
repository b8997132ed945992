"""What the books say: flows over a time and balances at an instant.

Every read is one SQL statement, hence one snapshot: folded sums, plus the movements not yet folded,
plus what time has scheduled and nobody has posted. It is exact at any moment, and its cost depends
on the period asked for, not on the age of the books.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, overload

from thichinh.foundation.calendar import local_time, start_of
from thichinh.foundation.clock import now
from thichinh.stocks.models import Proof
from thichinh.stocks.queries.cells import Sql, cells, keys, leaves, rows, typed, union
from thichinh.stocks.queries.kept import latest_opening, number
from thichinh.stocks.rules import BOOKS, WHOLE, Pair, Span, Where, span

Key = tuple[Any, ...]
Flows = dict[Key, dict[Pair, int]]
Balances = dict[Key, dict[int, int]]
FlowAmounts = dict[Key, dict[Pair, Decimal]]
BalanceAmounts = dict[Key, dict[int, Decimal]]
What = Literal["count", "amount"]
"""How many items, or the sum of their amounts in the unit that the book declares."""

NOTHING = -1
"""Stands in the place of a source when a closing balance is read as a flow out of the past."""
_BEGINNING = start_of(date(1975, 1, 1))


@overload
def flows(
    book: str,
    start: datetime,
    end: datetime,
    where: Where = ...,
    by: tuple[str, ...] = ...,
    what: Literal["count"] = ...,
) -> Flows: ...
@overload
def flows(
    book: str,
    start: datetime,
    end: datetime,
    where: Where = ...,
    by: tuple[str, ...] = ...,
    *,
    what: Literal["amount"],
) -> FlowAmounts: ...
def flows(
    book: str,
    start: datetime,
    end: datetime,
    where: Where = WHOLE,
    by: tuple[str, ...] = (),
    what: What = "count",
) -> Any:
    """What went from which stock to which in [start, end), grouped by dimensions.

    `by` names "unit" or dimensions of the book; keys are tuples of their values in that order, and
    () alone is the key of a total. Raises LookupError for a dimension that the book does not have,
    or for amounts of a book that counts none.
    """
    sql, params = union(_flow_parts(_Part(book, where, by, what), start, end))
    adder = _adder(what)
    found: Any = defaultdict(lambda: defaultdict(adder))
    for *key, source, target, n in rows(_grouped(sql, by), params):
        found[typed(book, by, key)][source, target] = adder(n)
    return found


@overload
def month_flows(
    book: str, start: date, end: date, where: Where = ..., what: Literal["count"] = ...
) -> dict[date, dict[Pair, int]]: ...
@overload
def month_flows(
    book: str, start: date, end: date, where: Where = ..., *, what: Literal["amount"]
) -> dict[date, dict[Pair, Decimal]]: ...
def month_flows(
    book: str, start: date, end: date, where: Where = WHOLE, what: What = "count"
) -> Any:
    """Flows per month of the book's period scheme, for the months that begin in [start, end)."""
    scheme, part, adder = BOOKS[book].periods, _Part(book, where, (), what), _adder(what)
    months: dict[date, Any] = {}
    month = start
    while month < end:
        months[month] = {}
        month = scheme.month_after(month)
    sql, params = part.selected(
        f"f.on, f.source, f.target, {part.kept} "
        "FROM stocks_monthflow f JOIN stocks_cell c ON c.id = f.cell_id"
    )
    pieces = [(f"{sql} f.on >= %s AND f.on < %s", [*params, start, end])]
    sql, params = part.selected(
        f"m.at, m.source, m.target, {part.moved} FROM stocks_tail t "
        "JOIN stocks_movement m ON m.id = t.movement_id JOIN stocks_cell c ON c.id = m.cell_id",
        leaf="m",
    )
    pieces.append((f"{sql} m.at >= %s AND m.at < %s", [*params, start_of(start), start_of(end)]))
    for sql, params in pieces:
        for on, source, target, n in rows(sql, params):
            first = scheme.month_start(local_time(on).date()) if isinstance(on, datetime) else on
            counts = months.setdefault(first, {})
            counts[source, target] = counts.get((source, target), adder()) + adder(n)
    return months


@overload
def balances(
    book: str,
    at: datetime,
    where: Where = ...,
    by: tuple[str, ...] = ...,
    what: Literal["count"] = ...,
) -> Balances: ...
@overload
def balances(
    book: str,
    at: datetime,
    where: Where = ...,
    by: tuple[str, ...] = ...,
    *,
    what: Literal["amount"],
) -> BalanceAmounts: ...
def balances(
    book: str,
    at: datetime,
    where: Where = WHOLE,
    by: tuple[str, ...] = (),
    what: What = "count",
) -> Any:
    """What lay in each stock just before the instant `at`, grouped by dimensions as `flows` are."""
    closing, part, adder = latest_opening(book, at), _Part(book, where, by, what), _adder(what)
    start = start_of(closing) if closing else _BEGINNING
    # What was dated before the closing but is not folded or posted yet is not in it.
    pieces = list(_flow_parts(part, start, at, since=_BEGINNING))
    if closing:
        pieces.append(_opening(part, closing))
    sql, params = union(pieces)
    found: Any = defaultdict(lambda: defaultdict(adder))
    for *key, source, target, n in rows(_grouped(sql, by), params):
        stocks = found[typed(book, by, key)]
        stocks[target] += adder(n)
        if source != NOTHING:
            stocks[source] -= adder(n)
    return found


def first_day(book: str) -> date | None:
    """The day of the first movement in a book: before it there is nothing to ask for."""
    mine, known = number(book)
    sql = f"SELECT m.at FROM stocks_movement m WHERE m.book_id = {mine} ORDER BY m.at LIMIT 1"
    found = rows(sql, [known])
    return local_time(found[0][0]).date() if found else None


def last_proof() -> Proof | None:
    """The latest recount of the books, if any."""
    return Proof.objects.order_by("-id").first()


def capped(end: datetime) -> datetime:
    """Time has made a scheduled movement only once its instant lies in the past."""
    return min(end, now())


@dataclass(frozen=True)
class _Part:
    """The part of a book that is asked for, the dimensions to group it by, and what is added up."""

    book: str
    where: Where
    by: tuple[str, ...]
    what: What = "count"

    def __post_init__(self) -> None:
        if self.what == "amount" and BOOKS[self.book].amount is None:
            raise LookupError(f"the book {self.book} counts no amounts")

    @property
    def kept(self) -> str:
        """The column of a sum."""
        return "f.n" if self.what == "count" else "f.amount"

    @property
    def moved(self) -> str:
        """What one movement adds."""
        return "1" if self.what == "count" else "m.amount"

    @property
    def due(self) -> str:
        """What one scheduled movement adds."""
        return "1" if self.what == "count" else "s.amount"

    def selected(self, what: str, leaf: str = "") -> Sql:
        """A select over these cells; `what` is its columns and its tables, which name `c`.

        `leaf` is the table of movements among them, if any.
        """
        inside, params = (
            leaves(self.book, self.where, leaf) if leaf else cells(self.book, self.where, self.by)
        )
        return f"SELECT {keys(self.book, self.by)}{what} WHERE {inside} AND ", params


def _flow_parts(
    part: _Part, start: datetime, end: datetime, since: datetime | None = None
) -> Iterator[Sql]:
    """The selects that add up to the flows in [start, end).

    What is unfolded or scheduled counts from `since` on, for a sum that begins with a closing.
    """
    pieces = span(start, end, BOOKS[part.book].periods)
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
            f"f.source, f.target, {part.kept} AS n FROM {table} f JOIN stocks_cell c ON c.id = f.cell_id"
        )
        yield f'{sql} f."on" >= %s AND f."on" < %s', [*params, first, last]


def _tail(part: _Part, pieces: Span, start: datetime, since: datetime | None) -> Iterator[Sql]:
    """What of the same days the fold has not added up yet."""
    days = [*pieces.days, *([pieces.months] if pieces.months else [])]
    begin = since or min((start_of(first) for first, _ in days), default=start)
    stop = max((start_of(last) for _, last in days), default=start)
    if begin < stop:
        sql, params = part.selected(
            f"m.source, m.target, {part.moved} AS n FROM stocks_tail t "
            "JOIN stocks_movement m ON m.id = t.movement_id "
            "JOIN stocks_cell c ON c.id = m.cell_id",
            leaf="m",
        )
        yield f"{sql} m.at >= %s AND m.at < %s", [*params, begin, stop]


def _raw(part: _Part, pieces: Span) -> Iterator[Sql]:
    """The movements themselves, where a time begins or ends within a day."""
    for begin, stop in pieces.raw:
        sql, params = part.selected(
            f"m.source, m.target, {part.moved} AS n FROM stocks_movement m "
            "JOIN stocks_cell c ON c.id = m.cell_id",
            leaf="m",
        )
        yield f"{sql} m.at >= %s AND m.at < %s", [*params, begin, stop]


def _scheduled(part: _Part, begin: datetime, end: datetime) -> Sql:
    """What time has made and nobody has posted yet."""
    sql, params = part.selected(
        f"s.source, s.target, {part.due} AS n FROM stocks_scheduled s JOIN stocks_cell c ON c.id = s.cell_id",
        leaf="s",
    )
    return f"{sql} s.at >= %s AND s.at < %s", [*params, begin, capped(end)]


def _opening(part: _Part, closing: date) -> Sql:
    """What lay in the stocks when a year began."""
    sql, params = part.selected(
        f"{NOTHING}, f.stock, {part.kept} AS n FROM stocks_closing f JOIN stocks_cell c ON c.id = f.cell_id"
    )
    return f'{sql} f."on" = %s', [*params, closing]


def _grouped(sql: str, by: tuple[str, ...]) -> str:
    names = "".join(f'"{name}", ' for name in by)
    return f"SELECT {names}source, target, sum(n) FROM ({sql}) x GROUP BY {names}source, target"


def _adder(what: What) -> Callable[..., Any]:
    """In what the sums are answered; without an argument, nothing."""
    return int if what == "count" else Decimal
