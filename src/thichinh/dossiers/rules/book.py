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

HISTORY = f"""
WITH chained AS (
    SELECT dossier_id, seq, verb, at, to_state, note, data,
           from_state = lag(to_state, 1, 0::smallint) OVER line AND seq = row_number() OVER line AS follows
    FROM dossiers_act WINDOW line AS (PARTITION BY dossier_id ORDER BY seq)
), told AS (
    SELECT dossier_id, max(seq) AS revision, bool_and(follows) AS follows,
           (array_agg(to_state ORDER BY seq DESC))[1] AS state,
           max(at) FILTER (WHERE verb IN ('receive', 'accept')) AS received_at,
           max(at) FILTER (WHERE verb = 'decide') AS resolved_at,
           coalesce(max(data ->> 'outcome') FILTER (WHERE verb = 'decide'), '') AS outcome,
           coalesce(max(note) FILTER (WHERE verb = 'decide' OR to_state IN (3, 7, 8)), '') AS note,
           max(at) FILTER (WHERE verb = 'return') AS returned_at,
           max(at) FILTER (WHERE to_state IN (3, 7, 8, 10)) AS closed_at
    FROM chained GROUP BY dossier_id
), settled AS (
    SELECT item, max(at) AS at FROM stocks_movement
    WHERE book_id = (SELECT id FROM stocks_book WHERE code = '{BOOK}')
      AND source IN ({NOT_DUE}, {OVERDUE}, {PAUSED}) AND target IN ({EARLY}, {ON_TIME}, {LATE})
    GROUP BY item
)
SELECT d.id AS item, d.number, x.what, x.kept, x.told
FROM dossiers_dossier d LEFT JOIN told t ON t.dossier_id = d.id LEFT JOIN settled s ON s.item = d.id
CROSS JOIN LATERAL (VALUES
    ('acts', 'true', coalesce(t.follows, false)::text),
    ('state', d.state::text, t.state::text),
    ('revision', d.revision::text, t.revision::text),
    ('outcome', d.outcome, t.outcome),
    ('note', d.note, t.note),
    ('received_at', d.received_at::text, t.received_at::text),
    ('resolved_at', d.resolved_at::text, t.resolved_at::text),
    ('resolved_at in the book', d.resolved_at::text, s.at::text),
    ('returned_at', d.returned_at::text, t.returned_at::text),
    ('closed_at', d.closed_at::text, t.closed_at::text)
) AS x(what, kept, told)
WHERE x.kept IS DISTINCT FROM x.told
ORDER BY d.id
"""
"""What a dossier says of itself and its acts, or the book, tell otherwise: an edited row shows here."""

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
