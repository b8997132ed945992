"""The books as people read them: what is owed on a day, and what a period did to every stock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from thichinh.accounts.queries import own_authority, unit_choices, unit_tree
from thichinh.accounts.rules import Actor, UnitNode
from thichinh.foundation.errors import Missing, NotAllowed
from thichinh.stocks.models import Book
from thichinh.stocks.queries.books import balances, flows
from thichinh.stocks.queries.entries import Entry, Moved, Standing
from thichinh.stocks.queries.snapshot import one_snapshot
from thichinh.stocks.rules import BOOKS, UNIT, Pair, Record, StockBook, Where

PERMISSION = "stock.view"
PAGE = 50
MOST = 5000
"""How many items are asked about at once, for somebody who may see few of them."""


@dataclass(frozen=True)
class LedgerRow:
    """One unit or value of a dimension, and how many lay in each stock asked for.

    `amount` is what they come to in all of these stocks, in a book that counts amounts.
    """

    code: str
    name: str
    counts: tuple[int, ...]
    amount: Decimal | None = None

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class StockLine:
    """One stock over a period: opening + came in - went out = closing."""

    stock: int
    title: str
    opening: int | Decimal
    came: int | Decimal
    went: int | Decimal
    closing: int | Decimal

    @property
    def balances(self) -> bool:
        """Whether the line adds up; the world outside has no balance of its own."""
        return self.opening + self.came - self.went == self.closing


@dataclass(frozen=True)
class ItemsAsked:
    """Items behind one number: lying in a stock at an instant, or moved along a pair in a time."""

    where: Where
    at: datetime
    stocks: tuple[int, ...] = ()
    start: datetime | None = None
    pair: Pair | None = None

    def entries(self, book: str) -> Standing | Moved:
        """Where they are read."""
        if self.pair is not None and self.start is not None:
            return Moved(book, self.where, self.start, self.at, frozenset([self.pair]))
        return Standing(book, self.where, self.at, frozenset(self.stocks))


@dataclass(frozen=True)
class ItemPage:
    """Some items, the cursor of the next ones ('' after the last), and whether none is hidden."""

    rows: tuple[Record, ...]
    following: str
    whole: bool
    items: tuple[int, ...] = ()

    @property
    def numbered(self) -> list[tuple[int, Record]]:
        """Each row with the number of its item in the books."""
        return list(zip(self.items, self.rows, strict=True))


def oldest_book() -> StockBook:
    """What somebody reads who named no book: the one begun first, else the first that is declared."""
    declared = {book.code: book for book in BOOKS}
    if len(declared) > 1:
        for code in Book.objects.order_by("pk").values_list("code", flat=True):
            if code in declared:
                return declared[code]
    return next(iter(declared.values()))


def ledger_units(actor: Actor) -> list[UnitNode]:
    """Units whose books, with everything below them, the actor may read; existing ones first."""
    tree, reach = unit_tree(actor.epoch or None), actor.units(PERMISSION)
    choices = unit_choices(actor, PERMISSION)
    return [node for node in choices if actor.everywhere or tree.subtree(node.id) <= reach]


def ledger_unit(actor: Actor, code: str) -> UnitNode:
    """The unit asked for, else the widest one. Raises NotAllowed outside the actor's reach."""
    mine = ledger_units(actor)
    if not mine:
        raise NotAllowed(_("Tài khoản của bạn chưa được xem sổ cái của đơn vị nào."))
    if not code:
        root = own_authority().unit
        return min(mine, key=lambda node: (node.code != root, node.id != actor.unit_id))
    for node in mine:
        if node.code == code:
            return node
    raise NotAllowed(_("Tài khoản của bạn không được xem sổ cái của đơn vị này."))


def ledger_rows(book: StockBook, at: datetime, where: Where, by: str) -> list[LedgerRow]:
    """What lay in the owed stocks just before an instant, per unit or dimension, the most first."""
    stocks = [book.number(name) for name in book.owed]
    standing = balances(book.code, at, where, (by,))
    counts = {key[0]: tuple(row.get(s, 0) for s in stocks) for key, row in standing.items()}
    held = {key: row for key, row in counts.items() if any(row)}
    codes, names = _named(book, by, list(held))
    worth = _worth(book, at, where, by)
    rows = [
        LedgerRow(codes[key], names[key], row, worth.get(key) if book.amount else None)
        for key, row in held.items()
    ]
    return sorted(rows, key=lambda row: (-row.total, row.name))


def _worth(book: StockBook, at: datetime, where: Where, by: str) -> dict[object, Decimal]:
    """What the items in the owed stocks come to; nothing in a book that counts no amounts."""
    if book.amount is None:
        return {}
    stocks = [book.number(name) for name in book.owed]
    standing = balances(book.code, at, where, (by,), what="amount")
    zero = Decimal(0)
    return {key[0]: sum((row.get(s, zero) for s in stocks), zero) for key, row in standing.items()}


def _named(
    book: StockBook, by: str, keys: Sequence[object]
) -> tuple[Mapping[object, str], Mapping[object, str]]:
    if by != UNIT:
        return {key: str(key) for key in keys}, book.named(by, keys)
    nodes = unit_tree().nodes
    ids = [key for key in keys if isinstance(key, int)]
    return {key: nodes[key].code for key in ids}, {key: nodes[key].name for key in ids}


def stock_lines(
    book: StockBook, start: datetime, end: datetime, where: Where
) -> tuple[list[StockLine], list[tuple[Pair, int]]]:
    """Every stock over [start, end), and each flow with its number, the largest first."""
    with one_snapshot():
        opening = balances(book.code, start, where).get((), {})
        closing = balances(book.code, end, where).get((), {})
        moved = flows(book.code, start, end, where).get((), {})
    ordered = sorted(moved.items(), key=lambda item: (-item[1], item[0]))
    return _lines(book, opening, moved, closing), ordered


def stock_amounts(book: StockBook, start: datetime, end: datetime, where: Where) -> list[StockLine]:
    """The same lines in amounts. Raises LookupError for a book that counts none."""
    with one_snapshot():
        opening = balances(book.code, start, where, what="amount").get((), {})
        closing = balances(book.code, end, where, what="amount").get((), {})
        moved = flows(book.code, start, end, where, what="amount").get((), {})
    return _lines(book, opening, moved, closing)


def _lines(
    book: StockBook,
    opening: Mapping[int, int | Decimal],
    moved: Mapping[Pair, int | Decimal],
    closing: Mapping[int, int | Decimal],
) -> list[StockLine]:
    return [
        StockLine(
            stock,
            book.titled(stock),
            opening.get(stock, 0),
            sum(n for (_, target), n in moved.items() if target == stock),
            sum(n for (source, _), n in moved.items() if source == stock),
            closing.get(stock, 0),
        )
        for stock in range(len(book.stocks))
    ]


def open_items(
    book: StockBook, asked: ItemsAsked, actor: Actor, after: str = ""
) -> tuple[int, ItemPage]:
    """The number asked for, and one page of the items behind it that this actor may see."""
    source = book.items
    if source is None:
        raise Missing(_("Số này không mở được đến từng mục."))
    with one_snapshot():
        entries, cursor = asked.entries(book.code), _cursor(after)
        found: list[tuple[Entry, Record]] = []
        asking, more = PAGE + 1, True
        while more and len(found) <= PAGE:
            batch = entries.read(cursor, asking)
            more = len(batch) == asking
            seen = source.records([entry.item for entry in batch], actor)
            found += [(entry, seen[entry.item]) for entry in batch if entry.item in seen]
            cursor, asking = batch[-1] if batch else None, min(asking * 4, MOST)
        return entries.count, _page(found, source.sees_all(actor))


def _page(found: Sequence[tuple[Entry, Record]], whole: bool) -> ItemPage:
    more = len(found) > PAGE
    following = _written(found[PAGE - 1][0]) if more else ""
    shown = found[:PAGE]
    items = tuple(entry.item for entry, _ in shown)
    return ItemPage(tuple(line for _, line in shown), following, whole, items)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _written(entry: Entry) -> str:
    """An entry as the cursor of an address."""
    return f"{(entry.at - _EPOCH) // _MICROSECOND}-{entry.id}"


def _cursor(text: str) -> Entry | None:
    """The entry after which the page begins; what nobody can read begins at the top."""
    read = re.fullmatch(r"(\d{1,17})-(\d{1,19})", text, re.ASCII)
    if read is None or int(read[2]) >= 1 << 63:
        return None
    return Entry(_EPOCH + int(read[1]) * _MICROSECOND, int(read[2]), 0)
