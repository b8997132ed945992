"""Which cells of a book are asked for, as SQL over `c`; and how SQL is asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from thichinh.accounts.queries import unit_tree
from thichinh.stocks.rules import Where

Sql = tuple[str, list[Any]]

_DIMENSIONS = {
    "unit": "c.unit_id",
    "field": "c.field",
    "procedure": "c.procedure",
    "channel": "c.channel",
}
_BELOW = "c.unit_id = ANY(%s) AND NOT c.rolled"


def keys(by: tuple[str, ...]) -> str:
    """The dimensions to group by, as columns of a select."""
    return "".join(f"{_DIMENSIONS[name]} AS {name}, " for name in by)


def cells(book: str, where: Where, by: tuple[str, ...]) -> Sql:
    """The coarsest kind of cell that can answer."""
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


def leaves(book: str, where: Where) -> Sql:
    """The same part of the book as leaves: what movements and schedules name."""
    parts, params = _filters(where)
    if where.root is not None:
        parts, params = [_BELOW, *parts], [_below(where.root), *params]
    return " AND ".join(["c.book = %s", *parts]), [book, *params]


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


def _below(root: int) -> list[int]:
    """The unit, everything below it, and whatever those took over from older units."""
    return sorted(unit_tree().subtree(root))


def _stands_alone(root: int) -> bool:
    """Whether the rolled cell of a unit is the whole of it: nothing was taken over from others."""
    tree = unit_tree()
    path = tree.nodes[root].path
    return all(tree.nodes[unit].path.startswith(path) for unit in tree.subtree(root))
