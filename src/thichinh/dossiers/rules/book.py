"""The stocks of the book of dossiers, and in which one a dossier lies."""

from __future__ import annotations

from datetime import datetime

from thichinh.foundation.clock import ZONE

BOOK = "dossiers"

OUTSIDE, AWAITING, NOT_DUE, OVERDUE, PAUSED = range(5)
EARLY, ON_TIME, LATE, WITHDRAWN, STOPPED, REFUSED, TRANSIT = range(5, 12)

OPEN = (NOT_DUE, OVERDUE, PAUSED)
"""What a report calls "đang giải quyết"."""

EXPECTED = f"""
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
"""The stock of each dossier from its own facts, for the proof: nothing here reads the books. The one
parameter is the present instant."""

STOCKS = (
    "outside", "awaiting", "not_due", "overdue", "paused", "early", "on_time", "late", "withdrawn",
    "stopped", "refused", "transit",
)  # fmt: skip
"""Their names, by number."""


def open_stock(due_at: datetime, at: datetime) -> int:
    """Where an open dossier lies at an instant: the due instant itself is still in time."""
    return OVERDUE if at > due_at else NOT_DUE


def resolved_stock(due_at: datetime, at: datetime) -> int:
    """How a result at `at` counts: before the due day early, after the due instant late."""
    if at > due_at:
        return LATE
    early = at.astimezone(ZONE).date() < due_at.astimezone(ZONE).date()
    return EARLY if early else ON_TIME
