"""Double entry over counted things: books as apps declare them, movements, places, time."""

from thichinh.stocks.rules.books import (
    BOOKS,
    UNIT,
    Amount,
    Dimension,
    Grain,
    Names,
    Pair,
    StockBook,
)
from thichinh.stocks.rules.items import ItemSource, Record
from thichinh.stocks.rules.moves import (
    CORRECT,
    Move,
    check_clock,
    check_correction,
    settled,
    taken_over,
)
from thichinh.stocks.rules.places import WHOLE, CellKey, Leaf, Where
from thichinh.stocks.rules.spans import Span, span

__all__ = [
    "BOOKS",
    "CORRECT",
    "UNIT",
    "WHOLE",
    "Amount",
    "CellKey",
    "Dimension",
    "Grain",
    "ItemSource",
    "Leaf",
    "Move",
    "Names",
    "Pair",
    "Record",
    "Span",
    "StockBook",
    "Where",
    "check_clock",
    "check_correction",
    "settled",
    "span",
    "taken_over",
]
