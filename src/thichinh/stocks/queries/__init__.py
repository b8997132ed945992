"""Reads of the books: flows, balances, items behind them, and the recount from scratch."""

from thichinh.stocks.queries.books import (
    Balances,
    Flows,
    balances,
    first_day,
    flows,
    last_proof,
    month_flows,
)
from thichinh.stocks.queries.corrections import (
    Correctable,
    Correction,
    correctable,
    correction_count,
    corrections,
)
from thichinh.stocks.queries.entries import book_units, flow_items, stock_items
from thichinh.stocks.queries.items import Passage, last_entry, passages
from thichinh.stocks.queries.kept import forget_numbers
from thichinh.stocks.queries.ledger import (
    ItemPage,
    ItemsAsked,
    LedgerRow,
    StockLine,
    ledger_rows,
    ledger_unit,
    ledger_units,
    oldest_book,
    open_items,
    stock_amounts,
    stock_lines,
)
from thichinh.stocks.queries.records import RowItems
from thichinh.stocks.queries.recount import Recount, recount
from thichinh.stocks.queries.snapshot import one_snapshot

__all__ = [
    "Balances",
    "Correctable",
    "Correction",
    "Flows",
    "ItemPage",
    "ItemsAsked",
    "LedgerRow",
    "Passage",
    "Recount",
    "RowItems",
    "StockLine",
    "balances",
    "book_units",
    "correctable",
    "correction_count",
    "corrections",
    "first_day",
    "flow_items",
    "flows",
    "forget_numbers",
    "last_entry",
    "last_proof",
    "ledger_rows",
    "ledger_unit",
    "ledger_units",
    "month_flows",
    "oldest_book",
    "one_snapshot",
    "open_items",
    "passages",
    "recount",
    "stock_amounts",
    "stock_items",
    "stock_lines",
]
