"""The books as people read them: what is owed on a day, and what a period did to every stock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from thichinh.accounts.queries import unit_choices, unit_tree
from thichinh.accounts.rules import Actor, UnitNode
from thichinh.foundation.errors import Missing, NotAllowed
from thichinh.stocks.queries.books import balances, flow_items, flows, stock_items
from thichinh.stocks.rules import ItemPage, Pair, StockBook, Where, item_source, names_of

PERMISSION = "stock.view"
PAGE = 50


@dataclass(frozen=True)
class LedgerRow:
    """One unit or field, and how many lay in each stock asked for."""

    code: str
    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class StockLine:
    """One stock over a period: opening + came in - went out = closing."""

    stock: int
    title: str
    opening: int
    came: int
    went: int
    closing: int

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
        return min(mine, key=lambda node: (node.kind != "town", node.id != actor.unit_id))
    for node in mine:
        if node.code == code:
            return node
    raise NotAllowed(_("Tài khoản của bạn không được xem sổ cái của đơn vị này."))


def ledger_rows(book: StockBook, at: datetime, where: Where, by: str) -> list[LedgerRow]:
    """What lay in the owed stocks just before an instant, per unit or field, the most first."""
    stocks = [book.number(name) for name in book.owed]
    standing = balances(book.code, at, where, (by,))
    counts = {key[0]: tuple(row.get(s, 0) for s in stocks) for key, row in standing.items()}
    held = {key: row for key, row in counts.items() if any(row)}
    codes, names = _named(by, list(held))
    rows = [LedgerRow(codes[key], names[key], row) for key, row in held.items()]
    return sorted(rows, key=lambda row: (-row.total, row.name))


def _named(by: str, keys: Sequence[object]) -> tuple[Mapping[object, str], Mapping[object, str]]:
    if by != "unit":
        return {key: str(key) for key in keys}, names_of(by, keys)
    nodes = unit_tree().nodes
    ids = [key for key in keys if isinstance(key, int)]
    return {key: nodes[key].code for key in ids}, {key: nodes[key].name for key in ids}


def stock_lines(
    book: StockBook, start: datetime, end: datetime, where: Where
) -> tuple[list[StockLine], list[tuple[Pair, int]]]:
    """Every stock over [start, end), and each flow with its number, the largest first."""
    opening = balances(book.code, start, where).get((), {})
    closing = balances(book.code, end, where).get((), {})
    moved = flows(book.code, start, end, where).get((), {})
    lines = [
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
    return lines, sorted(moved.items(), key=lambda item: (-item[1], item[0]))


def open_items(
    book: StockBook, asked: ItemsAsked, actor: Actor, after: str = ""
) -> tuple[int, ItemPage]:
    """How many items are behind a number, and one page of those this actor may see."""
    source = item_source(book.code)
    if source is None:
        raise Missing(_("Số này không mở được đến từng hồ sơ."))
    items = _items(book, asked)
    return len(items), source.page(items, actor, after, PAGE)


def _items(book: StockBook, asked: ItemsAsked) -> list[int]:
    if asked.pair is not None and asked.start is not None:
        found: Iterable[int] = flow_items(
            book.code, asked.start, asked.at, [asked.pair], asked.where
        )
        return list(dict.fromkeys(found))
    return stock_items(book.code, asked.at, asked.stocks, asked.where)
