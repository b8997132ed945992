"""Keyset paging: a page begins after (or ends before) a row, however deep; nothing is counted.

The order is one field and the primary key. The cursor in an address names the two values of the row
at the edge; one that makes no sense begins at the beginning.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_date, parse_datetime

R = TypeVar("R", bound=Model)
Edge = tuple[Any, int]
LONGEST = 500
_READERS: dict[str, Callable[[str], Any]] = {
    "t": parse_datetime,
    "d": parse_date,
    "n": Decimal,
    "s": str,
}


@dataclass(frozen=True)
class Order:
    """One field (or annotation) without nulls, up or down; the primary key settles ties alike."""

    field: str
    descending: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """For `order_by`."""
        sign = "-" if self.descending else ""
        return (f"{sign}pk",) if self.field == "pk" else (f"{sign}{self.field}", f"{sign}pk")

    @property
    def reversed(self) -> Order:
        return Order(self.field, not self.descending)

    def beyond(self, edge: Edge) -> Q:
        """What comes after an edge. The first condition alone lets the index begin there."""
        value, pk = edge
        compare = "lt" if self.descending else "gt"
        if self.field == "pk":
            return Q(**{f"pk__{compare}": pk})
        further = Q(**{f"{self.field}__{compare}": value})
        level = Q(**{self.field: value, f"pk__{compare}": pk})
        return Q(**{f"{self.field}__{compare}e": value}) & (further | level)


@dataclass(frozen=True)
class KeysetPage(Generic[R]):
    """Some rows in order, and the cursors to go on and back ('' at an end)."""

    rows: list[R]
    next: str = ""
    previous: str = ""


First = Callable[[Order, Q, int], Iterable[R]]
"""Reads the first rows in an order that meet a condition, at most so many."""


def keyset_page(
    rows: QuerySet[R],
    order: Order,
    size: int,
    *,
    after: str = "",
    before: str = "",
    first: First[R] | None = None,
) -> KeysetPage[R]:
    """One page of a queryset, going on `after` or back `before` a cursor. One query.

    `first` reads them where the database would read too much for one query over `rows`.
    """
    first = first or partial(_first, rows)
    back = _edge(rows, order.reversed, before)
    if back is not None:
        found = list(first(order.reversed, order.reversed.beyond(back), size + 1))
        kept = found[:size][::-1]
        return _page(kept, order, more_after=True, more_before=len(found) > size)
    start = _edge(rows, order, after)
    found = list(first(order, order.beyond(start) if start is not None else Q(), size + 1))
    return _page(found[:size], order, more_after=len(found) > size, more_before=start is not None)


def _first(rows: QuerySet[R], order: Order, beyond: Q, most: int) -> list[R]:
    return list(rows.filter(beyond).order_by(*order.fields)[:most])


def _edge(rows: QuerySet[R], order: Order, cursor: str) -> Edge | None:
    """What a cursor names; None for one written under an order by another kind of field."""
    edge = read_cursor(cursor)
    try:
        if edge is not None:
            rows.filter(order.beyond(edge))
    except (ValidationError, ValueError, TypeError):
        return None
    return edge


def _page(rows: Sequence[R], order: Order, *, more_after: bool, more_before: bool) -> KeysetPage[R]:
    return KeysetPage(
        list(rows),
        next=written_cursor(rows[-1], order) if rows and more_after else "",
        previous=written_cursor(rows[0], order) if rows and more_before else "",
    )


def written_cursor(row: Model, order: Order) -> str:
    """The cursor of a row under an order."""
    value = row
    for name in order.field.split("__"):
        value = getattr(value, name)
    text = json.dumps([*_typed(value), row.pk], ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _typed(value: Any) -> tuple[str, str]:
    match value:
        case datetime():
            return "t", value.isoformat()
        case date():
            return "d", value.isoformat()
        case int() | Decimal():
            return "n", str(value)
        case str():
            return "s", value
        case _:
            raise TypeError(f"a list cannot be paged by a {type(value).__name__}")


def _is_storable(text: str) -> bool:
    """Whether a table could hold it: no NUL, no half of a surrogate pair."""
    return not any(c == "\x00" or "\ud800" <= c <= "\udfff" for c in text)


def read_cursor(text: str) -> Edge | None:
    """The edge that a cursor names, or None where it makes no sense."""
    if not text or len(text) > LONGEST:
        return None
    try:
        kind, value, pk = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        read = _READERS[kind](value)
    except (ValueError, TypeError, KeyError, InvalidOperation, RecursionError):
        return None
    is_key = isinstance(pk, int) and not isinstance(pk, bool) and 0 <= pk < 1 << 63
    if read is None or not is_key or (isinstance(read, str) and not _is_storable(read)):
        return None
    if isinstance(read, datetime) and read.tzinfo is None:
        return None
    if isinstance(read, Decimal) and not (read.is_finite() and abs(read) < 1 << 63):
        return None
    return read, pk
