"""Section 1.3: kept sums against recounting in DuckDB (<= 0.2), ten years against one (<= 1.3).

Kept sums answer without reading the facts; DuckDB reads them all, so this measures what keeping sums
saves and says nothing of DuckDB as such. Three ratios, for a half-year of statutory months and for a
period that begins and ends in the middle of such months (the days at its edges are counted one by
one). With ten years of history (about 250,000 dossiers) against one year: <= 1.3. Against recounting
the same facts in Parquet: faster at 250,000 (<= 1), and at 4 million at least five times faster
(<= 0.2). Both sides give the same ten figures, or the benchmark fails. The facts are synthetic and
set-based: they enter the books as movements and are folded by the same fold as any others.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection, transaction
from tests import measured_town

from benchmarks._rounds import Limit, Rounds, in_turn
from thichinh.accounts.models import Unit
from thichinh.dossiers.rules.book import BOOK
from thichinh.foundation.bulk import references_checked_at_the_end
from thichinh.foundation.calendar import Period, start_of
from thichinh.indicators.queries.catalogue import catalogue
from thichinh.indicators.queries.evaluation import evaluate_one
from thichinh.procedures import queries as procedures
from thichinh.stocks import actions as stocks
from thichinh.stocks.models import Movement, Scheduled, Tail
from thichinh.stocks.rules import CellKey, Where

HALF = Period.between(date(2021, 12, 15), date(2022, 6, 14))
PERIODS = {
    "half-year": HALF,
    "from mid-month": Period.between(date(2022, 1, 4), date(2022, 5, 27)),
}
ROUNDS = 5
END = start_of(date(2022, 6, 15))
FIGURES = (
    "carried_over",
    "received_new",
    "resolved",
    "resolved_on_time",
    "resolved_late",
    "in_progress",
    "in_progress_not_due",
    "in_progress_overdue",
    "received_total",
    "resolved_on_time_pct",
)

_FACTS = """
CREATE UNLOGGED TABLE bench_facts AS
SELECT item, cell, book, channel, received_at, due_at,
       CASE WHEN took < '{end}'::timestamptz THEN took END AS resolved_at
FROM (
    SELECT g + {first} AS item, c.id AS cell, c.book, c.channel, received_at, due_at,
           received_at + (due_at - received_at) * (0.2 + 0.85 * u) AS took
    FROM (
        SELECT g, 1 + (hashint8(g + 17) & 2147483647) % {cells} AS nth,
               (hashint8(g + 99) & 1048575) / 1048576.0 AS u,
               '{start}'::timestamptz + (('{until}'::timestamptz - '{start}'::timestamptz)
                   * (g::float8 / {count})) AS received_at,
               '{start}'::timestamptz + (('{until}'::timestamptz - '{start}'::timestamptz)
                   * (g::float8 / {count}))
                   + ((hashint8(g) & 1023) % 29 + 1) * interval '1 day' AS due_at
        FROM generate_series(0, {count} - 1) g) raw
    JOIN bench_cells c ON c.nth = raw.nth) facts
"""
# 0 outside, 2 not due, 3 overdue, 5 early, 6 on time, 7 late (dossiers.rules.book).
_MOVES = """
INSERT INTO stocks_movement (at, item, cell_id, book_id, source, target)
SELECT at, item, cell, book, source, target FROM (
    SELECT received_at AS at, item, cell, book, 0 AS source, 2 AS target, 1 AS nth FROM bench_facts
    UNION ALL SELECT due_at, item, cell, book, 2, 3, 2 FROM bench_facts
        WHERE due_at < least(coalesce(resolved_at, 'infinity'), '{end}'::timestamptz)
    UNION ALL SELECT resolved_at, item, cell, book, CASE WHEN resolved_at > due_at THEN 3 ELSE 2 END,
        CASE WHEN resolved_at > due_at THEN 7
             WHEN (resolved_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
                < (due_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date THEN 5 ELSE 6 END, 3
        FROM bench_facts WHERE resolved_at IS NOT NULL) moves
ORDER BY item, nth
"""
_SCHEDULED = """
INSERT INTO stocks_scheduled (book_id, item, cell_id, at, source, target)
SELECT book, item, cell, due_at, 2, 3 FROM bench_facts
WHERE resolved_at IS NULL AND due_at >= '{end}'::timestamptz
"""
_DUCKDB = """
SELECT count(*) FILTER (received_at < $a AND (resolved_at IS NULL OR resolved_at >= $a)),
       count(*) FILTER (received_at >= $a AND received_at < $b),
       count(*) FILTER (resolved_at >= $a AND resolved_at < $b),
       count(*) FILTER (resolved_at >= $a AND resolved_at < $b AND resolved_at <= due_at),
       count(*) FILTER (resolved_at >= $a AND resolved_at < $b AND resolved_at > due_at),
       count(*) FILTER (received_at < $b AND (resolved_at IS NULL OR resolved_at >= $b)),
       count(*) FILTER (received_at < $b AND (resolved_at IS NULL OR resolved_at >= $b)
                        AND due_at >= $b),
       count(*) FILTER (received_at < $b AND (resolved_at IS NULL OR resolved_at >= $b)
                        AND due_at < $b)
FROM read_parquet('{path}')
"""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="report", description=__doc__)
    parser.add_argument("--small", action="store_true", help="25,000 and 100,000 dossiers")
    small = parser.parse_args(arguments).small
    ten_years, many = (25_000, 100_000) if small else (250_000, 4_000_000)
    measured_town.prepare()
    _cells()
    fill(2021, ten_years // 10)
    young = {name: _seconds(period) for name, period in PERIODS.items()}
    fill(2012, ten_years - ten_years // 10, until=2021)
    passed = [
        _said(
            f"ten years of history against one, {name}",
            Rounds(_seconds(period), young[name]),
            Limit(1.3, most=True),
        )
        for name, period in PERIODS.items()
    ]
    passed += _against_recounting(ten_years, Limit(1.0, most=True))
    _empty()
    fill(2012, many)
    passed += _against_recounting(many, Limit(1.0 if small else 0.2, most=True))
    return 0 if all(passed) else 1


def _seconds(period: Period) -> list[float]:
    return [typical(lambda: ours(period)) for _ in range(ROUNDS)]


def ours(period: Period) -> dict[str, float]:
    """Section 1.3 of the town, as the report page computes it."""
    root = Unit.objects.get(code="duc-pho").pk
    values = evaluate_one(catalogue(), FIGURES, period, Where(root=root))
    return {code: round(float(values[code] or 0), 2) for code in FIGURES}


def counted(row: Sequence[int]) -> dict[str, float]:
    """The ten figures from the eight that a query over the facts counts."""
    found: dict[str, float] = dict(zip(FIGURES, row, strict=False))
    resolved = found["resolved"]
    share = 100 * found["resolved_on_time"] / resolved if resolved else 0
    return found | {
        "received_total": found["carried_over"] + found["received_new"],
        "resolved_on_time_pct": round(share, 2),
    }


def _said(what: str, rounds: Rounds, limit: Limit) -> bool:
    mine, other = (statistics.median(part) * 1000 for part in (rounds.ours, rounds.peers))
    kept, line = rounds.verdict(f"report: {what}: {mine:.2f} ms / {other:.2f} ms", limit)
    print(line)
    return kept


def typical(run: Callable[[], Any], rounds: int = 40) -> float:
    """The median seconds of a warm call."""
    for _ in range(5):
        run()
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def fill(first_year: int, count: int, until: int = 2022) -> None:
    """Dossiers received evenly from June of one year to June of another; then the fold."""
    begin = start_of(date(first_year, 6, 15))
    end = start_of(date(until, 6, 15))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(item), 0), count(*) FROM stocks_movement")
        first = int(cursor.fetchone()[0]) + 1
        cursor.execute("SELECT count(*) FROM bench_cells")
        words = {
            "start": begin.isoformat(),
            "end": END.isoformat(),
            "until": end.isoformat(),
            "first": first,
            "count": count,
            "cells": int(cursor.fetchone()[0]),
        }
        cursor.execute(_FACTS.format(**words))
        with references_checked_at_the_end(Movement, Tail, Scheduled):
            cursor.execute(_MOVES.format(**words))
            cursor.execute(_SCHEDULED.format(**words))
        cursor.execute("CREATE UNLOGGED TABLE IF NOT EXISTS bench_all (LIKE bench_facts)")
        cursor.execute("INSERT INTO bench_all SELECT * FROM bench_facts")
        cursor.execute("DROP TABLE bench_facts")
    stocks.fold()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _cells() -> None:
    """Every commune with twenty procedures in two channels, numbered for the generator."""
    found: list[tuple[int, int, int, int]] = []
    for unit in measured_town.communes():
        for definition in procedures.definitions_in_force(HALF.first)[:20]:
            for channel in (1, 2):
                key = CellKey(unit.pk, (definition.field, definition.code, channel))
                found.append((len(found) + 1, *stocks.leaf_of(BOOK, key), channel))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_cells, bench_all, bench_facts")
        cursor.execute(
            "CREATE TABLE bench_cells (nth int PRIMARY KEY, id bigint, book int, channel int)"
        )
        cursor.executemany("INSERT INTO bench_cells VALUES (%s, %s, %s, %s)", found)


def _empty() -> None:
    """A new book: the owner lifts the guard for as long as it takes."""
    tables = "movement, tail, scheduled, dayflow, monthflow, closing, closedyear"
    names = ", ".join(f"stocks_{name}" for name in tables.split(", "))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE stocks_movement DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {names}, bench_all")
        cursor.execute("ALTER TABLE stocks_movement ENABLE TRIGGER USER")


def _against_recounting(dossiers: int, limit: Limit) -> list[bool]:
    with tempfile.TemporaryDirectory() as folder:
        lake = duckdb.connect()
        lake.execute("SET threads = 2")
        lake.execute("SET TimeZone = 'UTC'")
        sql = _DUCKDB.format(path=_parquet(lake, Path(folder)))
        return [
            _one_period(
                f"{dossiers:,} dossiers against recounting, {name}", period, lake, sql, limit
            )
            for name, period in PERIODS.items()
        ]


def _one_period(
    what: str, period: Period, lake: duckdb.DuckDBPyConnection, sql: str, limit: Limit
) -> bool:
    edges = {"a": _utc(period.start), "b": _utc(period.end)}

    def theirs() -> tuple[Any, ...]:
        return lake.execute(sql, edges).fetchone() or ()

    kept, recounted = ours(period), counted(theirs())
    different = {k: (kept[k], recounted[k]) for k in FIGURES if kept[k] != recounted[k]}
    if different:
        print(f"report: {what}: figures differ: {different}, FAILED")
        return False
    rounds = in_turn(lambda: typical(lambda: ours(period)), lambda: typical(theirs, 10), ROUNDS)
    return _said(what, rounds, limit)


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _parquet(lake: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    plain, path = folder / "facts.csv", folder / "facts.parquet"
    columns = "item, cell, channel, received_at, due_at, resolved_at"
    with connection.cursor() as wrapper, plain.open("wb") as out:
        cursor: Any = wrapper
        cursor.execute("SET TIME ZONE 'UTC'")
        with cursor.cursor.copy(
            f"COPY (SELECT {columns} FROM bench_all) TO STDOUT (FORMAT csv)"
        ) as rows:
            for block in rows:
                out.write(block)
    lake.execute(
        f"COPY (SELECT * FROM read_csv('{plain}', header = false, columns = {{"
        "'item': 'BIGINT', 'cell': 'BIGINT', 'channel': 'INTEGER', 'received_at': 'TIMESTAMPTZ',"
        "'due_at': 'TIMESTAMPTZ', 'resolved_at': 'TIMESTAMPTZ'})) "
        f"TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
    )
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
