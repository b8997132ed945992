"""Items of a book that are rows of one table: what the books' pages and figures ask about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

from thichinh.accounts.rules import SYSTEM, Actor
from thichinh.stocks.queries.entries import book_units
from thichinh.stocks.rules import Record

R = TypeVar("R", bound=Model)


@dataclass(frozen=True, kw_only=True)
class RowItems(Generic[R]):
    """An `ItemSource`: each item is a row with this id.

    `seen(actor)` are the rows that somebody may see, those of the units where they hold
    `permission`; `number` is the column with the public number; `record` shows a row, which comes
    with the relations named by `related`.
    """

    book: str
    permission: str
    seen: Callable[[Actor], QuerySet[R]]
    record: Callable[[R], Record]
    number: str = "number"
    related: tuple[str, ...] = ()

    def records(self, items: Sequence[int], actor: Actor) -> dict[int, Record]:
        """See `ItemSource`, as for the others."""
        rows = self.seen(actor).filter(pk__in=items).select_related(*self.related)
        return {row.pk: self.record(row) for row in rows}

    def lock(self, item: int) -> None:
        self.seen(SYSTEM).select_for_update().filter(pk=item).first()

    def sees_all(self, actor: Actor) -> bool:
        return actor.everywhere or actor.units(self.permission) >= book_units(self.book)

    def count(self, items: Sequence[int], actor: Actor) -> int:
        return len(items) if self.sees_all(actor) else self._among(items, actor).count()

    def numbers(self, items: Sequence[int], actor: Actor, limit: int) -> list[str]:
        rows = self._among(items, actor).order_by(self.number)
        return list(rows.values_list(self.number, flat=True)[:limit])

    def _among(self, items: Sequence[int], actor: Actor) -> QuerySet[Any]:
        """An array is one parameter however long it is."""
        wanted = RawSQL("SELECT unnest(%s::bigint[])", [list(items)])
        return self.seen(actor).filter(pk__in=wanted)
