"""What the books say: flows over a time, balances at an instant, and the items behind both.

Every read is one SQL statement, hence one snapshot: folded sums, plus the movements not yet folded,
plus what time has scheduled and nobody has posted. It is exact at any moment, and its cost depends
on the period asked for, not on the age of the books.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from thichinh.accounts.queries import unit_tree
from thichinh.foundation.clock import ZONE, now
from thichinh.stocks.models import Proof
from thichinh.stocks.rules import WHOLE, Pair, Span, Where, day_start, span, year_start

Key = tuple[Any, ...]
Flows = dict[Key, dict[Pair, int]]
Balances = dict[Key, dict[int, int]]

_DIMENSIONS = {
    "unit": "c.unit_id",
    "field": "c.field",
    "procedure": "c.procedure",
    "channel": "c.channel",
}
NOTHING = -1
"""Stands in the place of a source when a closing balance is read as a flow out of the past."""


def flows(
    book: str, start: datetime, end: datetime, where: Where = WHOLE, by: tuple[str, ...] = ()
) -> Flows:
    """How many items went from which stock to which in [start, end), grouped by dimensions.

    Keys are tuples of the dimension values in the order of `by`; () alone is the key of a total.
    """
    sql, params = _flow_sql(book, span(start, end), start, end, where, by)
    found: Flows = defaultdict(lambda: defaultdict(int))
    for *key, source, target, n in _rows(_grouped(sql, by), params):
        found[tuple(key)][source, target] = int(n)
    return found


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Let several reads of the books see one and the same moment, whoever writes meanwhile.

    Inside another transaction the reads simply join it. The plans are the general ones: what is
    asked hits few rows through keys whatever the period, and planning anew costs more than reading.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        yield


def month_flows(
    book: str, start: date, end: date, where: Where = WHOLE
) -> dict[date, dict[Pair, int]]:
    """Flows per statutory month (its 15th) for the months that begin in [start, end)."""
    months: dict[date, dict[Pair, int]] = {}
    month = start
    while month < end:
        following = (month.replace(day=1) + timedelta(days=32)).replace(day=15)
        months[month] = {}
        month = following
    cells, cell_params = _cells(book, where, ())
    sql = (
        "SELECT f.on, f.source, f.target, sum(f.n) FROM stocks_monthflow f "
        f"JOIN stocks_cell c ON c.id = f.cell_id WHERE {cells} AND f.on >= %s AND f.on < %s "
        "GROUP BY 1, 2, 3"
    )
    for on, source, target, n in _rows(sql, [*cell_params, start, end]):
        months.setdefault(on, {})[source, target] = int(n)
    tail, tail_params = _leaves(book, where)
    sql = (
        "SELECT m.at, m.source, m.target FROM stocks_tail t "
        "JOIN stocks_movement m ON m.id = t.movement_id JOIN stocks_cell c ON c.id = m.cell_id "
        f"WHERE {tail} AND m.at >= %s AND m.at < %s"
    )
    for at, source, target in _rows(sql, [*tail_params, day_start(start), day_start(end)]):
        on = _month_of(at)
        counts = months.setdefault(on, {})
        counts[source, target] = counts.get((source, target), 0) + 1
    return months


def balances(book: str, at: datetime, where: Where = WHOLE, by: tuple[str, ...] = ()) -> Balances:
    """What lay in each stock just before the instant `at`, grouped by dimensions."""
    closing = _latest_closing(at)
    start = day_start(closing) if closing else _BEGINNING
    # What was dated before the closing but is not folded or posted yet is not in it.
    sql, params = _flow_sql(book, span(start, at), start, at, where, by, since=_BEGINNING)
    if closing:
        cells, cell_params = _cells(book, where, by)
        sql += (
            f" UNION ALL SELECT {_select(by)}{NOTHING}, f.stock, f.n FROM stocks_closing f "
            f"JOIN stocks_cell c ON c.id = f.cell_id WHERE {cells} AND f.on = %s"
        )
        params += [*cell_params, closing]
    found: Balances = defaultdict(lambda: defaultdict(int))
    for *key, source, target, n in _rows(_grouped(sql, by), params):
        stocks = found[tuple(key)]
        stocks[target] += int(n)
        if source != NOTHING:
            stocks[source] -= int(n)
    return found


def flow_items(
    book: str, start: datetime, end: datetime, pairs: Iterable[Pair], where: Where = WHOLE
) -> list[int]:
    """The items that moved so in [start, end): the records behind a flow, oldest first."""
    cells, cell_params = _leaves(book, where)
    wanted = list(pairs)
    if not wanted:
        return []
    sql = (
        "SELECT x.item FROM ("
        "SELECT m.item, m.at, m.source, m.target, m.cell_id FROM stocks_movement m "
        "WHERE m.at >= %s AND m.at < %s UNION ALL "
        "SELECT s.item, s.at, s.source, s.target, s.cell_id FROM stocks_scheduled s "
        "WHERE s.book = %s AND s.at >= %s AND s.at < %s) x "
        f"JOIN stocks_cell c ON c.id = x.cell_id WHERE {cells} AND {_pairs_sql(wanted)} "
        "ORDER BY x.at, x.item"
    )
    params = [start, end, book, start, _capped(end), *cell_params]
    return [int(item) for (item,) in _rows(sql, params)]


def stock_items(book: str, at: datetime, stocks: Iterable[int], where: Where = WHOLE) -> list[int]:
    """The items that lay in these stocks just before `at`: the records behind a balance."""
    cells, cell_params = _leaves(book, where)
    sql = (
        "SELECT item FROM ("
        "SELECT x.item, (array_agg(x.target ORDER BY x.at DESC, x.id DESC))[1] AS stock FROM ("
        "SELECT m.item, m.at, m.id, m.target, m.cell_id FROM stocks_movement m WHERE m.at < %s "
        "UNION ALL SELECT s.item, s.at, 9223372036854775807, s.target, s.cell_id "
        "FROM stocks_scheduled s WHERE s.book = %s AND s.at < %s) x "
        f"JOIN stocks_cell c ON c.id = x.cell_id WHERE {cells} GROUP BY x.item) last "
        "WHERE stock = ANY(%s) ORDER BY item"
    )
    return [
        int(item) for (item,) in _rows(sql, [at, book, _capped(at), *cell_params, list(stocks)])
    ]


def unfolded() -> int:
    """How many movements wait to be folded: reads stay exact, they only get slower."""
    return int(_rows("SELECT count(*) FROM stocks_tail", [])[0][0])


def last_proof() -> Proof | None:
    """The latest recount of the books, if any."""
    return Proof.objects.order_by("-id").first()


_BEGINNING = day_start(date(1975, 1, 1))


def _latest_closing(at: datetime) -> date | None:
    latest = year_start(at.astimezone(ZONE).date())
    found: date | None = _rows(
        'SELECT max("on") FROM stocks_closedyear WHERE "on" <= %s', [latest]
    )[0][0]
    return found


def _month_of(at: datetime) -> date:
    day = at.astimezone(ZONE).date()
    if day.day >= 15:
        return day.replace(day=15)
    return (day.replace(day=1) - timedelta(days=1)).replace(day=15)


def _capped(end: datetime) -> datetime:
    """Time has made a scheduled movement only once its instant lies in the past."""
    return min(end, now())


def _select(by: tuple[str, ...], alias: str = "c") -> str:
    return "".join(f"{_DIMENSIONS[name]} AS {name}, " for name in by)


def _grouped(sql: str, by: tuple[str, ...]) -> str:
    keys = "".join(f"{name}, " for name in by)
    return f"SELECT {keys}source, target, sum(n) FROM ({sql}) x GROUP BY {keys}source, target"


def _filters(where: Where) -> tuple[list[str], list[Any]]:
    parts, params = [], []
    if where.units is not None:
        parts.append("c.unit_id = ANY(%s)")
        params.append(sorted(where.units))
    for column in ("field", "procedure", "channel"):
        value = getattr(where, column)
        if value is not None:
            parts.append(f"c.{column} = %s")
            params.append(value)
    return parts, params


def _cells(book: str, where: Where, by: tuple[str, ...]) -> tuple[str, list[Any]]:
    """The coarsest kind of cell that can answer, as SQL over `c`."""
    parts, params = _filters(where)
    fine = where.procedure is not None or "procedure" in by
    coarse = (
        not fine
        and where.field is None
        and where.units is None
        and not ({"unit", "field"} & set(by))
    )
    if coarse and where.root is not None and _stands_alone(where.root):
        kind = ["c.rolled", "c.unit_id = %s"]
        return " AND ".join(["c.book = %s", *kind, *parts]), [book, where.root, *params]
    kind = ["NOT c.rolled", "c.procedure IS NOT NULL" if fine else "c.procedure IS NULL"]
    if where.root is not None:
        kind.append(_BELOW)
        params = [_below(where.root), *params]
    return " AND ".join(["c.book = %s", *kind, *parts]), [book, *params]


def _leaves(book: str, where: Where) -> tuple[str, list[Any]]:
    """The same part of the book as leaves: what movements and schedules name."""
    parts, params = _filters(where)
    if where.root is not None:
        parts, params = [_BELOW, *parts], [_below(where.root), *params]
    return " AND ".join(["c.book = %s", *parts]), [book, *params]


_BELOW = "c.unit_id = ANY(%s) AND NOT c.rolled"


def _below(root: int) -> list[int]:
    """The unit, everything below it, and whatever those took over from older units."""
    return sorted(unit_tree().subtree(root))


def _stands_alone(root: int) -> bool:
    """Whether the rolled cell of a unit is the whole of it: nothing was taken over from others."""
    tree = unit_tree()
    path = tree.nodes[root].path
    return all(tree.nodes[unit].path.startswith(path) for unit in tree.subtree(root))


def _flow_sql(
    book: str,
    parts: Span,
    start: datetime,
    end: datetime,
    where: Where,
    by: tuple[str, ...],
    since: datetime | None = None,
) -> tuple[str, list[Any]]:
    """Flows in [start, end) as SQL; what is unfolded or scheduled counts from `since` on."""
    cells, cell_params = _cells(book, where, by)
    leaves, leaf_params = _leaves(book, where)
    keys = _select(by)
    sql: list[str] = []
    params: list[Any] = []

    def folded(table: str, first: date, last: date) -> None:
        sql.append(
            f"SELECT {keys}f.source, f.target, f.n FROM {table} f JOIN stocks_cell c "
            f'ON c.id = f.cell_id WHERE {cells} AND f."on" >= %s AND f."on" < %s'
        )
        params.extend([*cell_params, first, last])

    if parts.months is not None:
        folded("stocks_monthflow", *parts.months)
    for first, last in parts.days:
        folded("stocks_dayflow", first, last)
    whole = [*parts.days, *([parts.months] if parts.months else [])]
    begin = since or min((day_start(a) for a, _ in whole), default=start)
    stop = max((day_start(b) for _, b in whole), default=start)
    if begin < stop:
        sql.append(
            f"SELECT {keys}m.source, m.target, 1 AS n FROM stocks_tail t "
            "JOIN stocks_movement m ON m.id = t.movement_id "
            f"JOIN stocks_cell c ON c.id = m.cell_id WHERE {leaves} AND m.at >= %s AND m.at < %s"
        )
        params.extend([*leaf_params, begin, stop])
    for first_instant, last_instant in parts.raw:
        sql.append(
            f"SELECT {keys}m.source, m.target, 1 AS n FROM stocks_movement m "
            f"JOIN stocks_cell c ON c.id = m.cell_id WHERE {leaves} AND m.at >= %s AND m.at < %s"
        )
        params.extend([*leaf_params, first_instant, last_instant])
    sql.append(
        f"SELECT {keys}s.source, s.target, 1 AS n FROM stocks_scheduled s "
        f"JOIN stocks_cell c ON c.id = s.cell_id WHERE {leaves} AND s.at >= %s AND s.at < %s"
    )
    params.extend([*leaf_params, since or start, _capped(end)])
    return " UNION ALL ".join(sql), params


def _pairs_sql(pairs: list[Pair]) -> str:
    listed = ", ".join(f"({int(a)}, {int(b)})" for a, b in pairs)
    return f"(x.source, x.target) IN ({listed})"


def _rows(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
