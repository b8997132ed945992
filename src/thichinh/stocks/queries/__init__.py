"""Reads of the books: flows, balances, items behind them, and the recount from scratch."""

from thichinh.stocks.queries.books import (
    Balances,
    Flows,
    balances,
    flow_items,
    flows,
    last_proof,
    month_flows,
    one_snapshot,
    stock_items,
    unfolded,
)
from thichinh.stocks.queries.items import Passage, passages
from thichinh.stocks.queries.ledger import (
    ItemsAsked,
    LedgerRow,
    StockLine,
    ledger_rows,
    ledger_unit,
    ledger_units,
    open_items,
    stock_lines,
)
from thichinh.stocks.queries.recount import Recount, recount

__all__ = [
    "Balances",
    "Flows",
    "ItemsAsked",
    "LedgerRow",
    "Passage",
    "Recount",
    "StockLine",
    "balances",
    "flow_items",
    "flows",
    "last_proof",
    "ledger_rows",
    "ledger_unit",
    "ledger_units",
    "month_flows",
    "one_snapshot",
    "open_items",
    "passages",
    "recount",
    "stock_items",
    "stock_lines",
    "unfolded",
]
