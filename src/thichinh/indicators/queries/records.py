"""From a value down to the records behind it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from thichinh.accounts.rules import Actor
from thichinh.foundation.calendar import Period
from thichinh.foundation.errors import Missing
from thichinh.indicators.rules.catalogue import Catalogue
from thichinh.indicators.rules.measures import (
    BalanceMeasure,
    ComputedMeasure,
    FlowMeasure,
    Measure,
)
from thichinh.stocks import queries as stocks
from thichinh.stocks.rules import BOOKS, ItemSource, Record, StockBook, Where

MOST = 5000
"""How many records are asked for at once, for somebody who may see few of them."""


@dataclass(frozen=True)
class BookItems:
    """The items of one book that a value counts, each as often as it counts."""

    book: str
    items: tuple[int, ...]
    count: int


@dataclass(frozen=True)
class RecordPage:
    """One page of records and the cursor of the next one ('' after the last)."""

    rows: tuple[Record, ...]
    following: str
    visible: int


@stocks.one_snapshot()
def behind(catalogue: Catalogue, code: str, period: Period, where: Where) -> list[BookItems]:
    """The items behind an indicator or a measure, book by book in the order of its formula.

    An item means something only within its book: two books may have the same numbers. Raises
    Missing for a ratio, which has none.
    """
    signed = catalogue.signed_measures(code)
    if signed is None:
        raise Missing(
            _("Chỉ tiêu này không phải là một phép đếm: hãy mở từng số trong công thức để xem.")
        )
    totals: dict[str, Counter[int]] = {}
    for sign, name in signed:
        measure = catalogue.measure(name)
        total = totals.setdefault(measure.book, Counter())
        for item, times in _items(measure, period, where).items():
            total[item] += sign * times
    return [
        BookItems(
            book, tuple(sorted(item for item, times in total.items() if times)), total.total()
        )
        for book, total in totals.items()
    ]


def record_page(found: BookItems, actor: Actor, after: str = "", limit: int = 50) -> RecordPage:
    """One page of the records this actor may see, from the first received on."""
    source = _source(found.book)
    seen: list[tuple[int, Record]] = []
    last = int(after) if re.fullmatch(r"\d{1,19}", after, re.ASCII) else 0
    start, asking = bisect_right(found.items, last), limit + 1
    while start < len(found.items) and len(seen) <= limit:
        batch = found.items[start : start + asking]
        records = source.records(batch, actor)
        seen += [(item, records[item]) for item in batch if item in records]
        start, asking = start + asking, min(asking * 4, MOST)
    following = str(seen[limit - 1][0]) if len(seen) > limit else ""
    rows = tuple(record for _, record in seen[:limit])
    return RecordPage(rows, following, source.count(found.items, actor))


def record_numbers(found: BookItems, actor: Actor, limit: int = 1000) -> list[str]:
    """The public numbers of the records this actor may see."""
    return _source(found.book).numbers(found.items, actor, limit)


def _source(book: str) -> ItemSource:
    source = BOOKS[book].items if book in BOOKS else None
    if source is None:
        raise Missing(_("Số này không mở được đến từng mục."))
    return source


def _items(measure: Measure, period: Period, where: Where) -> Counter[int]:
    match measure:
        case FlowMeasure():
            return _moved(measure, period, where)
        case BalanceMeasure():
            return _standing(measure, period, where)
        case ComputedMeasure() if measure.items is not None:
            return Counter(measure.items(period, where))
        case _:
            raise Missing(
                _("Phép đo “%(title)s” không có danh sách để mở.") % {"title": measure.title}
            )


def _moved(measure: FlowMeasure, period: Period, where: Where) -> Counter[int]:
    items: Counter[int] = Counter()
    for part in _parts(where, measure):
        stretch = (measure.book, period.start, period.end)
        items.update(stocks.flow_items(*stretch, measure.forward, part))
        items.subtract(stocks.flow_items(*stretch, measure.backward, part))
    return items


def _standing(measure: BalanceMeasure, period: Period, where: Where) -> Counter[int]:
    instant = period.start if measure.at == "start" else period.end
    items: Counter[int] = Counter()
    for part in _parts(where, measure):
        items.update(stocks.stock_items(measure.book, instant, measure.numbers, part))
    return items


def _parts(where: Where, measure: FlowMeasure | BalanceMeasure) -> list[Where]:
    """The parts of the book a measure looks at: one for each combination of values it keeps."""
    _check_dimensions(where, BOOKS[measure.book])
    parts = [where]
    for name, values in measure.only.items():
        asked = where.dims.get(name)
        wanted = sorted(values) if asked is None else [v for v in values if v == asked]
        parts = [part.with_dim(name, value) for part in parts for value in wanted]
    return parts


def _check_dimensions(where: Where, book: StockBook) -> None:
    for name in where.dims.keys() - {dimension.name for dimension in book.dimensions}:
        raise Missing(
            _("Sổ “%(book)s” không chia theo “%(name)s”.") % {"book": book.title, "name": name}
        )
