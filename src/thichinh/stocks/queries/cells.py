"""Which cells of a book are asked for, as SQL over `c`; and how SQL is asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from thichinh.accounts.queries import unit_tree
from thichinh.stocks.queries.kept import number
from thichinh.stocks.rules import BOOKS, UNIT, Grain, StockBook, Where

Sql = tuple[str, list[Any]]

_BELOW = "c.unit_id = ANY(%s)"


def keys(book: str, by: tuple[str, ...]) -> str:
    """The dimensions to group by, as columns of a select. Raises LookupError for an unknown one."""
    known = BOOKS[book]
    return "".join(f'{_column(known, name)} AS "{name}", ' for name in by)


def typed(book: str, by: tuple[str, ...], key: Iterable[Any]) -> tuple[Any, ...]:
    """What the columns of `keys` answered, as values of the dimensions."""
    if not by:
        return ()
    known = BOOKS[book]
    return tuple(
        value if name == UNIT else known.dimension(name).value(value)
        for name, value in zip(by, key, strict=True)
    )


def cells(book: str, where: Where, by: tuple[str, ...]) -> Sql:
    """The cells of the coarsest grain that can answer."""
    known = BOOKS[book]
    parts, params = _filters(known, where)
    grain = _grain(known, where, by)
    if grain.rolled:
        place = ["c.unit_id = %s"]
        params = [where.root, *params]
    elif where.root is not None:
        place = [_BELOW]
        params = [_below(where.root), *params]
    else:
        place = []
    mine, book_number = number(book)
    kind = [f"c.book_id = {mine}", "c.grain = %s"]
    return " AND ".join([*kind, *place, *parts]), [book_number, grain.code, *params]


def leaves(book: str, where: Where, of: str = "") -> Sql:
    """The same part of the book as leaves: what movements and schedules name.

    With `of`, also that the rows of this table are the book's: their indexes begin with the book.
    """
    parts, params = _filters(BOOKS[book], where)
    if where.root is not None:
        parts, params = [_BELOW, *parts], [_below(where.root), *params]
    mine, known = number(book)
    tables = [table for table in ("c", of) if table]
    kind = [f"{table}.book_id = {mine}" for table in tables]
    return " AND ".join([*kind, *parts]), [*[known] * len(tables), *params]


def union(pieces: Iterable[Sql]) -> Sql:
    """One statement out of several selects."""
    listed = list(pieces)
    params = [value for _, values in listed for value in values]
    return " UNION ALL ".join(sql for sql, _ in listed), params


def rows(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    """What the database answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _grain(book: StockBook, where: Where, by: tuple[str, ...]) -> Grain:
    """The coarsest grain that keeps every dimension which the question names."""
    named = {*where.dims, *by} - {UNIT}
    rolls = where.root is not None and where.units is None and UNIT not in by
    fitting = [grain for grain in book.grains if named <= set(grain.dims)]
    rolled = [grain for grain in fitting if grain.rolled] if rolls else []
    if rolled and where.root is not None and _stands_alone(where.root):
        return min(rolled, key=lambda grain: len(grain.dims))
    plain = [grain for grain in fitting if not grain.rolled]
    return min([*plain, book.leaf], key=lambda grain: len(grain.dims))


def _column(book: StockBook, name: str) -> str:
    return "c.unit_id" if name == UNIT else f"c.dims->>'{book.dimension(name).name}'"


def _filters(book: StockBook, where: Where) -> tuple[list[str], list[Any]]:
    parts: list[str] = []
    params: list[Any] = []
    if where.units is not None:
        parts.append(_BELOW)
        params.append(sorted(where.units))
    for name, value in where.dims.items():
        parts.append(f"{_column(book, name)} = %s")
        params.append(str(book.dimension(name).value(value)))
    return parts, params


def _below(root: int) -> list[int]:
    """The unit, everything below it, and whatever those took over from older units."""
    return sorted(unit_tree().subtree(root))


def _stands_alone(root: int) -> bool:
    """Whether the rolled cell of a unit is the whole of it: nothing was taken over from others."""
    tree = unit_tree()
    path = tree.nodes[root].path
    return all(tree.nodes[unit].path.startswith(path) for unit in tree.subtree(root))
