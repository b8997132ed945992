"""Reads whose cost follows the page that is shown, and not how much lies in the table.

A list that shows "what these units decide or took in, by deadline" has one order over many places of an
index. PostgreSQL would gather all of it and sort. `first_of` takes the head of every place in the order
of the index and merges the heads; `counts_up_to` stops counting where a person no longer cares.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Field, ForeignObject, Lookup, Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from thichinh.foundation.paging import Order

R = TypeVar("R", bound=Model)
MOST_COUNTED = 999
"""Counts of what waits stop here: a page then shows 999+."""


@Field.register_lookup
@ForeignObject.register_lookup
class _AnyOf(Lookup):
    """`field = ANY(array)`: one parameter and one text of the statement, however many the keys."""

    lookup_name = "any"

    def get_prep_lookup(self) -> list[int]:
        return [int(key) for key in self.rhs]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", (*params, self.rhs)


def any_of(field: str, keys: Collection[int]) -> Q:
    """The rows whose key in `field` is one of these. Of one key the order of an index is kept."""
    if not keys:
        return Q(**{f"{field}__in": ()})
    if len(keys) == 1:
        return Q(**{field: next(iter(keys))})
    return Q(**{f"{field}__any": sorted(keys)})


@dataclass(frozen=True)
class Places:
    """Rows that an index keeps in order for each of the `keys` of a field."""

    rows: QuerySet[Any]
    field: str
    keys: Collection[int]

    def all(self) -> QuerySet[Any]:
        return self.rows.filter(any_of(self.field, self.keys))

    def heads(self, order: Order, size: int, *more: str) -> tuple[str, tuple[Any, ...]]:
        """The first `size` rows of each place: their key and order, and `more` columns."""
        here = self.rows.filter(**{self.field: RawSQL("place.id", ())})
        columns = dict.fromkeys(("pk", order.field, *more))
        head = here.select_related(None).order_by(*order.fields).values(*columns)[:size]
        text, params = head.query.sql_with_params()
        found = (
            f"SELECT head.* FROM unnest(%s::bigint[]) AS place(id) CROSS JOIN LATERAL ({text}) head"
        )
        return found, (sorted(self.keys), *params)


def first_of(rows: QuerySet[R], places: Sequence[Places], order: Order, size: int) -> QuerySet[R]:
    """The first `size` of `rows`, all of which lie in the `places`. One query.

    At most `size` rows are read per place. Without places the order is that of the whole table.
    """
    ordered = rows.order_by(*order.fields)
    if not places:
        return ordered[:size]
    texts: list[str] = []
    params: list[Any] = []
    for place in places:
        try:
            text, values = place.heads(order, size)
        except EmptyResultSet:  # what is asked of this place cannot be
            continue
        texts.append(f"({text})")
        params += values
    if not texts:
        return rows.none()
    way = "DESC" if order.descending else "ASC"
    merged = (
        f"SELECT pk FROM ({' UNION '.join(texts)}) merged "
        f"ORDER BY {order.field} {way}, pk {way} LIMIT {int(size)}"
    )
    return ordered.filter(pk__in=RawSQL(merged, params))[:size]


class AtLeast(int):
    """A count that was stopped: there are more than this."""

    @classmethod
    def total(cls, counts: Iterable[int]) -> int:
        """The sum; of one that was stopped no more is known either."""
        known = list(counts)
        return cls(sum(known)) if any(isinstance(n, cls) for n in known) else sum(known)


def counts_up_to(
    asked: Mapping[str, Sequence[QuerySet[Any]]], most: int = MOST_COUNTED
) -> dict[str, int]:
    """How many rows each name's querysets have together, none twice; AtLeast(most) beyond. One query."""
    texts: list[str] = []
    params: list[Any] = []
    for sets in asked.values():
        pieces = []
        for rows in sets:
            try:
                text, values = rows.order_by().values("pk")[: most + 1].query.sql_with_params()
            except EmptyResultSet:
                continue
            pieces.append(f"({text})")
            params += values
        together = " UNION ".join(pieces)
        texts.append(f"(SELECT count(*) FROM ({together}) counted)" if pieces else "0")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(texts)}", params)
        found = cursor.fetchone()
    return {
        name: AtLeast(most) if n > most else int(n) for name, n in zip(asked, found, strict=True)
    }
