"""Reads of the books: flows, balances, items behind them, and the recount from scratch."""

from thichinh.stocks.queries.books import (
    Balances,
    Flows,
    balances,
    flow_items,
    flows,
    last_proof,
    month_flows,
    stock_items,
    unfolded,
)
from thichinh.stocks.queries.items import Passage, passages
from thichinh.stocks.queries.recount import Recount, recount

__all__ = [
    "Balances",
    "Flows",
    "Passage",
    "Recount",
    "balances",
    "flow_items",
    "flows",
    "last_proof",
    "month_flows",
    "passages",
    "recount",
    "stock_items",
    "unfolded",
]
