"""What must be true of the database after the kills, each as one question in SQL."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import psycopg

from tests.kills.clients import Receipts

Row = tuple[Any, ...]

# Each selects what should not be there.
NEVER = {
    "a dossier filed under no key, or a key with no dossier": """
        SELECT coalesce(d.number, k.response->>'number') FROM dossiers_dossier d
        FULL JOIN (SELECT * FROM foundation_idempotencykey WHERE response ? 'secret') k
          ON k.response->>'number' = d.number
        WHERE d.id IS NULL OR k.id IS NULL""",
    "a key answered with two dossiers, or a dossier under two keys": """
        SELECT response->>'number', count(*) FROM foundation_idempotencykey
        WHERE response ? 'secret' GROUP BY 1 HAVING count(*) > 1""",
    "a gap in the numbers of an organ and day": """
        SELECT left(number, -5), count(*), max(right(number, 4)::int) FROM dossiers_dossier
        GROUP BY 1 HAVING count(*) <> max(right(number, 4)::int)
          OR count(DISTINCT right(number, 4)) <> count(*)""",
    "a series that runs ahead of its dossiers": """
        SELECT s.period, sum(s.last) FROM foundation_numberseries s WHERE s.series = 'dossier'
        GROUP BY 1 HAVING sum(s.last) <> (
          SELECT count(*) FROM dossiers_dossier WHERE number LIKE '%-' || right(s.period, 6) || '-%')
        """,
    "a gap in the register of a desk and year, or a series that runs ahead of it": """
        SELECT d.receiving_unit_id, d.register_year, count(*), max(d.register_number), max(s.last)
        FROM dossiers_dossier d LEFT JOIN foundation_numberseries s
          ON s.series = 'register' AND s.unit_id = d.receiving_unit_id
          AND s.period = d.register_year::text
        WHERE d.register_year IS NOT NULL GROUP BY 1, 2
        HAVING count(*) <> max(d.register_number) OR max(s.last) IS DISTINCT FROM count(*)""",
    "a register that is not in the order of reception": """
        SELECT number, received_at, before FROM (
          SELECT number, received_at, lag(received_at) OVER (
            PARTITION BY receiving_unit_id, register_year ORDER BY register_number) AS before
          FROM dossiers_dossier WHERE register_year IS NOT NULL) places
        WHERE before > received_at""",
    "acts that are not those of the dossier": """
        SELECT d.number, d.revision, count(a.id), max(a.seq) FROM dossiers_dossier d
        LEFT JOIN dossiers_act a ON a.dossier_id = d.id GROUP BY d.id
        HAVING count(a.id) <> d.revision OR max(a.seq) <> d.revision""",
    "a state that the last act did not lead to": """
        SELECT d.number, d.state, a.to_state FROM dossiers_dossier d
        JOIN dossiers_act a ON a.dossier_id = d.id AND a.seq = d.revision
        WHERE a.to_state <> d.state""",
    "acts without their audit rows": """
        SELECT d.number, d.revision, count(e.id) FROM dossiers_dossier d
        LEFT JOIN foundation_auditentry e
          ON e.object_type = 'dossiers.dossier' AND e.object_id = d.id
        GROUP BY d.id HAVING count(e.id) <> d.revision""",
    "an open dossier without its one task, or a closed one with a task": """
        SELECT d.number, d.state, count(t.id) FROM dossiers_dossier d
        LEFT JOIN work_task t ON t.subject_type = 'dossier' AND t.subject_id = d.id
          AND t.status IN (1, 2)
        GROUP BY d.id HAVING count(t.id) <> CASE WHEN d.closed_at IS NULL THEN 1 ELSE 0 END""",
    "a dossier without movements": """
        SELECT d.number FROM dossiers_dossier d
        WHERE NOT EXISTS (SELECT FROM stocks_movement m JOIN stocks_book b ON b.id = m.book_id
                          WHERE b.code = 'dossiers' AND m.item = d.id)""",
    "a proof that did not balance while all this went on": """
        SELECT id, differences FROM stocks_proof WHERE NOT balanced""",
    "a file named by a dossier that the store does not know": """
        SELECT a.id FROM dossiers_attachment a
        LEFT JOIN foundation_storedfile f ON f.sha256 = a.file_id WHERE f.sha256 IS NULL""",
}

UNFINISHED = """
SELECT id, task_name, status, attempts, args FROM procrastinate_jobs
WHERE status = 'doing' OR (status = 'todo' AND coalesce(scheduled_at, now()) <= now())
"""
# What runs every minute or sooner does not try again: the next one does its work.
FAILED = """
SELECT id, task_name, status, args FROM procrastinate_jobs
WHERE status IN ('failed', 'aborted', 'cancelled')
  AND task_name NOT IN ('stocks.keep_up', 'foundation.retry_stalled')
"""


def never_true(connection: psycopg.Connection[Row]) -> dict[str, list[Row]]:
    """Every question whose answer is not empty, with the first rows of it."""
    asked = {what: connection.execute(sql).fetchmany(5) for what, sql in NEVER.items()}
    return {what: rows for what, rows in asked.items() if rows}


def acknowledged_but_missing(connection: psycopg.Connection[Row], told: Receipts) -> list[str]:
    """Keys whose receipt is not in the database as it was given to the client."""
    sql = """
        SELECT k.key, d.number, d.secret FROM foundation_idempotencykey k
        JOIN dossiers_dossier d ON d.number = k.response->>'number'"""
    kept = {key: (number, secret) for key, number, secret in connection.execute(sql)}
    return [
        f"{key}: acknowledged {receipt['number']}, kept {kept.get(key)}"
        for key, receipt in told.filed.items()
        if kept.get(key) != (receipt["number"], receipt["secret"])
    ]


def kept_but_unknown(connection: psycopg.Connection[Row], told: Receipts) -> list[str]:
    """Dossiers under a key that no client ever sent."""
    sql = "SELECT key FROM foundation_idempotencykey WHERE response ? 'secret'"
    kept = {row[0] for row in connection.execute(sql)}
    return sorted(kept - told.filed.keys() - told.abandoned)


def acts_missing(connection: psycopg.Connection[Row], told: Receipts) -> list[str]:
    """Acts acknowledged that are not in the history exactly once."""
    sql = """
        SELECT d.number, a.verb, count(*) FROM dossiers_act a
        JOIN dossiers_dossier d ON d.id = a.dossier_id GROUP BY 1, 2"""
    kept = {(number, verb): n for number, verb, n in connection.execute(sql)}
    return [f"{act}: {kept.get(act, 0)} times" for act in told.acts if kept.get(act) != 1]


def files_unreadable(folder: Path, told: Receipts) -> list[str]:
    """Files acknowledged whose content is not in the store under its own hash."""
    wrong = []
    for sha256 in told.files:
        path = folder / sha256[:2] / sha256[2:4] / sha256
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            wrong.append(sha256)
    return wrong


def is_balanced(said: str) -> bool:
    """What `stocks prove --format json` says."""
    return bool(json.loads(said)["balanced"])
