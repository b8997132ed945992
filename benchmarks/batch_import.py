"""An event log imported, against COPY of the very rows that it became: >= 0.6.

Ours reads the log, judges each case, asks the law for every act and writes dossiers, history,
books, tasks and audit in resumable batches; the peer only writes, from text that is ready, in one
transaction. Same server, same indexes and triggers, fsync on; rounds of both in turn.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, cast

from django.db import connection, transaction
from tests import measured_town

from benchmarks._rounds import Limit, in_turn
from thichinh.caselogs.actions.import_cases import Wish, import_cases
from thichinh.caselogs.rules.mapping_text import parse_mapping

LIMIT = Limit(0.6)
ROUNDS = 3
SHIFT = 1_000_000_000
"""Added to the keys of the copied rows, so that they stand beside the imported ones, far above."""
STEPS = ("Nộp hồ sơ", "Kiểm tra", "Thẩm định", "Trình ký", "Ký duyệt", "Trả kết quả")
MAPPING = """
code: do-nhap
case_id: case
event_id: event
activity: what
timestamp: when
time: {formats: [dmy]}
unit: dept
channel: {column: how, map: {web: online, mail: postal, desk: direct}}
due_at: due
resolved_at: {activity: Trả kết quả}
"""
# Table -> the columns whose values are keys of ours.
TABLES = {
    "accounts_person": ("id",),
    "dossiers_dossier": ("id", "applicant_id", "register_number"),
    "dossiers_act": ("id", "dossier_id"),
    "stocks_movement": ("id", "item"),
    "stocks_scheduled": ("id", "item"),
    "work_task": ("id", "subject_id"),
    "foundation_auditentry": ("id",),
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="batch_import", description=__doc__)
    parser.add_argument("--small", action="store_true", help="4,000 cases a round")
    cases = 4_000 if parser.parse_args(arguments).small else 20_000
    measured_town.prepare()
    with tempfile.TemporaryDirectory() as folder:
        warm = Path(folder, "warm.csv")
        _write_log(warm, 200, "w")
        _import(warm)  # units, procedure and cells are there, as for the peer
        turns = Turns(Path(folder), cases)
        rounds = in_turn(turns.imported, turns.copied, ROUNDS)
    kept, line = rounds.verdict(
        f"batch_import: {median(rounds.ours):.0f} dossiers/s from the log, "
        f"{median(rounds.peers):.0f}/s by COPY of their rows",
        LIMIT,
    )
    print(line)
    return 0 if kept else 1


@dataclass
class Turns:
    """A log of new cases imported, then the rows that it became copied; each in dossiers a second."""

    folder: Path
    cases: int
    turn: int = 0
    marks: dict[str, int] = field(default_factory=dict)

    def imported(self) -> float:
        self.turn += 1
        log = self.folder / f"log-{self.turn}.csv"
        _write_log(log, self.cases, f"c{self.turn}.")
        self.marks = {table: _last_id(table) for table in TABLES}
        with measured_town.timed() as spent:
            _import(log)
        return self.cases / spent[0]

    def copied(self) -> float:
        texts = [(table, *_ready_text(table, self.marks[table])) for table in TABLES]
        with measured_town.timed() as spent:
            _copy(texts)
        return self.cases / spent[0]


def _write_log(path: Path, cases: int, prefix: str) -> None:
    chance, start = random.Random(1), datetime(2015, 1, 5, 8)  # noqa: DTZ001  # text of a log
    lines = ["case;event;what;when;dept;how;due"]
    for case in range(cases):
        at = start + timedelta(minutes=chance.randrange(2_000_000))
        due = at + timedelta(days=20)
        how, dept = ("web", "desk", "mail")[case % 3], f"Phòng {case % 12}"
        for n, what in enumerate(STEPS[: chance.choice((2, 6, 6, 6, 6))]):
            lines.append(
                f"{prefix}{case};{prefix}{case}.{n};{what};{at:%d/%m/%Y %H:%M};{dept};{how};"
                f"{due:%d/%m/%Y %H:%M}"
            )
            at += timedelta(minutes=chance.randrange(8000))
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")


def _import(log: Path) -> None:
    report = import_cases(Wish(parse_mapping(MAPPING, file_name="do-nhap.yaml"), log))
    if report.refused or not report.balanced:
        raise RuntimeError(f"the import went wrong: {report.as_json()}")


def _last_id(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table} WHERE id < {SHIFT}")
        return int(cursor.fetchone()[0])


def _ready_text(table: str, after: int) -> tuple[str, bytes]:
    """The columns and the rows written since, as COPY takes them, under other keys."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
            "AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
            [table],
        )
        columns = [row[0] for row in cursor.fetchall()]
        shown = ", ".join(_under_another_key(column, TABLES[table]) for column in columns)
        rows = f"FROM {table} WHERE id > {after} AND id < {SHIFT}"
        statement = f"COPY (SELECT {shown} {rows}) TO STDOUT"
        with cast(Any, cursor).copy(statement) as copy:
            return ", ".join(f'"{column}"' for column in columns), b"".join(map(bytes, copy))


def _under_another_key(column: str, keys: tuple[str, ...]) -> str:
    if column == "number":
        return "'X' || number"
    return f'"{column}" + {SHIFT}' if column in keys else f'"{column}"'


def _copy(texts: list[tuple[str, str, bytes]]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table, columns, text in texts:
            with cast(Any, cursor).copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for start in range(0, len(text), 1 << 16):
                    copy.write(text[start : start + (1 << 16)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
