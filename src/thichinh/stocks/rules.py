"""Double entry over counted things: values, the registry of books, and the split of time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from django.utils.translation import gettext as _

from thichinh.accounts.rules import Actor
from thichinh.foundation.calendar import month_start_15, start_of
from thichinh.foundation.clock import ZONE
from thichinh.foundation.errors import Refused

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Move:
    """One item goes from one stock to another at an instant (stocks by their number)."""

    at: datetime
    source: int
    target: int


@dataclass(frozen=True, slots=True)
class CellKey:
    """The dimensions of a leaf: competent unit, field, procedure, channel."""

    unit_id: int
    field: str
    procedure: str
    channel: int


@dataclass(frozen=True, slots=True)
class Where:
    """Which part of a book is asked for.

    `root`: a unit with everything below it. `units`: exactly these units. Neither: the whole book.
    """

    root: int | None = None
    units: frozenset[int] | None = None
    field: str | None = None
    procedure: str | None = None
    channel: int | None = None


WHOLE = Where()


@dataclass(frozen=True)
class StockBook:
    """A book: its stocks in the order of their numbers, the first being the world outside.

    `title` names the book, `owed` the stocks of what we still owe somebody an answer for, `passing`
    those that items leave one part of the book by and enter another: a part's balance there counts
    nothing that lies anywhere.
    `expected` is SQL that counts from the things themselves: it selects (item, stock) for every
    item that should be in the books at the instant it takes as its only parameter; the proof
    compares it with the movements.
    """

    code: str
    stocks: tuple[str, ...]
    titles: dict[str, str] = field(default_factory=dict)
    expected: Callable[[], str] | None = None
    title: str = ""
    owed: tuple[str, ...] = ()
    passing: tuple[str, ...] = ()

    def titled(self, stock: int) -> str:
        """The Vietnamese name of a stock, by its number."""
        name = self.stocks[stock]
        return self.titles.get(name, name)

    def number(self, name: str) -> int:
        return self.stocks.index(name)

    def pairs(self, *moves: tuple[str, str]) -> frozenset[Pair]:
        """Named (source, target) pairs as numbers."""
        return frozenset((self.number(a), self.number(b)) for a, b in moves)


_books: dict[str, StockBook] = {}


def register_book(book: StockBook) -> None:
    """Make a book known; called once in `apps.ready`."""
    _books[book.code] = book


def book_named(code: str) -> StockBook:
    return _books[code]


def books() -> list[StockBook]:
    return list(_books.values())


class ItemLine(Protocol):
    """One item of a book as a reader may see it."""

    @property
    def number(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def link(self) -> str: ...
    @property
    def note(self) -> str: ...


class ItemSource(Protocol):
    """What the app that keeps a book's items offers, so that a balance opens to its records."""

    def lines(self, items: Sequence[int], actor: Actor) -> Mapping[int, ItemLine]:
        """Those of the items that this actor may see."""
        ...

    def lock(self, item: int) -> None:
        """Keep everybody else from acting on an item until the transaction ends."""
        ...

    def sees_all(self, actor: Actor) -> bool:
        """Whether there is no item this actor may not see."""
        ...


Names = Callable[[Iterable[Any]], Mapping[Any, str]]
"""From the codes of a dimension to their Vietnamese names."""

_sources: dict[str, ItemSource] = {}
_names: dict[str, Names] = {}


def register_items(book: str, source: ItemSource) -> None:
    """Say who turns the items of a book into records; called once in `apps.ready`."""
    _sources[book] = source


def item_source(book: str) -> ItemSource | None:
    return _sources.get(book)


def register_names(dimension: str, names: Names) -> None:
    """Say who names the values of a dimension; called once in `apps.ready`."""
    _names[dimension] = names


def names_of(dimension: str, codes: Iterable[Any]) -> dict[Any, str]:
    """A name for each code; one nobody can name stands for itself."""
    wanted = list(codes)
    known = _names[dimension](wanted) if dimension in _names else {}
    return {code: known.get(code, str(code)) for code in wanted}


def settled(scheduled: Move | None, at: datetime) -> Move | None:
    """The scheduled movement, if time has made it before an act at `at`.

    An act at the very instant of the deadline is still in time.
    """
    return scheduled if scheduled is not None and scheduled.at < at else None


CORRECT = "stock.correct"
"""To correct the books. Nobody who acts on dossiers, and nobody who looks after the machine,
holds it by a role that we ship: a correction is another pair of hands."""


def check_correction(book: StockBook, source: int, wrong: int, right: int, reason: str) -> None:
    """Raise Refused unless a movement to `wrong` can be made one to `right`, for a reason."""
    if not 0 <= right < len(book.stocks):
        raise Refused(_("Sổ không có ngăn này."))
    if right == wrong:
        raise Refused(_("Lần chuyển này đã đến đúng ngăn đó, không có gì để sửa."))
    if not reason.strip():
        raise Refused(reason=_("Hãy ghi lý do sửa."))


@dataclass(frozen=True, slots=True)
class Span:
    """How a stretch of time [start, end) is read: raw edges, whole days, whole months."""

    raw: tuple[tuple[datetime, datetime], ...]
    days: tuple[tuple[date, date], ...]
    months: tuple[date, date] | None


def span(start: datetime, end: datetime) -> Span:
    """Split [start, end) into statutory months, the days around them, and the ragged instants."""
    first, last = _midnight_from(start), _midnight_until(end)
    if first > last:
        return Span(((start, end),) if start < end else (), (), None)
    raw = tuple((a, b) for a, b in ((start, start_of(first)), (start_of(last), end)) if a < b)
    month_from, month_to = _month_from(first), month_start_15(last)
    if month_from >= month_to:
        return Span(raw, ((first, last),) if first < last else (), None)
    days = tuple((a, b) for a, b in ((first, month_from), (month_to, last)) if a < b)
    return Span(raw, days, (month_from, month_to))


def year_start(day: date) -> date:
    """The 15 December on or before a day: statutory years begin there."""
    begun = date(day.year, 12, 15)
    return begun if begun <= day else date(day.year - 1, 12, 15)


A_MONTH = timedelta(days=31)
"""From one 15th at least to the next, and not to the one after it."""


def _midnight_from(at: datetime) -> date:
    local = at.astimezone(ZONE)
    day = local.date()
    return day if local == start_of(day) else day + timedelta(days=1)


def _midnight_until(at: datetime) -> date:
    return at.astimezone(ZONE).date()


def _month_from(day: date) -> date:
    """The first 15th that is not before a day."""
    begun = month_start_15(day)
    return begun if begun == day else month_start_15(begun + A_MONTH)
