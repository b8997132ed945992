"""The book of dossiers: its stocks, and in which one a dossier lies."""

from __future__ import annotations

from datetime import datetime

from thichinh.foundation.clock import ZONE
from thichinh.stocks.rules import StockBook

BOOK = "dossiers"

OUTSIDE, AWAITING, NOT_DUE, OVERDUE, PAUSED = range(5)
EARLY, ON_TIME, LATE, WITHDRAWN, STOPPED, REFUSED, TRANSIT = range(5, 12)

OPEN = (NOT_DUE, OVERDUE, PAUSED)
"""What a report calls "đang giải quyết"."""

# The stock of a dossier from its own facts, for the proof: nothing here reads the books. The one
# parameter is the present instant.
_EXPECTED = f"""
SELECT id AS item, (CASE
    WHEN state = 1 THEN {AWAITING}
    WHEN state = 3 THEN {REFUSED}
    WHEN state = 7 THEN {WITHDRAWN}
    WHEN state = 8 THEN {STOPPED}
    WHEN state IN (5, 6) THEN {PAUSED}
    WHEN resolved_at > due_at THEN {LATE}
    WHEN (resolved_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
       < (due_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date THEN {EARLY}
    WHEN resolved_at IS NOT NULL THEN {ON_TIME}
    WHEN due_at < %s THEN {OVERDUE}
    ELSE {NOT_DUE} END)::smallint AS stock
FROM dossiers_dossier WHERE state <> 0
"""

DOSSIERS = StockBook(
    code=BOOK,
    stocks=(
        "outside",
        "awaiting",
        "not_due",
        "overdue",
        "paused",
        "early",
        "on_time",
        "late",
        "withdrawn",
        "stopped",
        "refused",
        "transit",
    ),
    titles={
        "outside": "Bên ngoài",
        "awaiting": "Chờ tiếp nhận",
        "not_due": "Đang giải quyết, trong hạn",
        "overdue": "Đang giải quyết, quá hạn",
        "paused": "Tạm dừng tính hạn",
        "early": "Đã giải quyết trước hạn",
        "on_time": "Đã giải quyết đúng hạn",
        "late": "Đã giải quyết quá hạn",
        "withdrawn": "Đã rút",
        "stopped": "Dừng giải quyết",
        "refused": "Không tiếp nhận",
        "transit": "Chuyển đơn vị giải quyết",
    },
    expected=lambda: _EXPECTED,
    title="Hồ sơ thủ tục hành chính",
    owed=("awaiting", "not_due", "overdue", "paused"),
    passing=("outside", "transit"),
)


def open_stock(due_at: datetime, at: datetime) -> int:
    """Where an open dossier lies at an instant: the due instant itself is still in time."""
    return OVERDUE if at > due_at else NOT_DUE


def resolved_stock(due_at: datetime, at: datetime) -> int:
    """How a result at `at` counts: before the due day early, after the due instant late."""
    if at > due_at:
        return LATE
    early = at.astimezone(ZONE).date() < due_at.astimezone(ZONE).date()
    return EARLY if early else ON_TIME
