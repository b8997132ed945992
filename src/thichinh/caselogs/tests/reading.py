"""Reading a log in a test: mapping and log as text, facts and refusals back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from thichinh.caselogs.rules.facts import CaseFacts, CaseReader
from thichinh.caselogs.rules.log import CaseLog
from thichinh.caselogs.rules.mapping_text import parse_mapping
from thichinh.caselogs.rules.refusals import Bad
from thichinh.caselogs.rules.sources import Compiler
from thichinh.foundation.calendar import WorkTerm

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
RECEIPT = Path(__file__).parents[5] / "shared/data/eventlogs/receipt.csv.gz"
MAPPINGS = Path(__file__).parents[4] / "definitions/mappings"


@dataclass
class Result:
    facts: dict[str, CaseFacts]
    refused: list[Bad]
    skipped: Counter[str]

    @property
    def codes(self) -> list[tuple[int, str]]:
        return [(bad.line, bad.code) for bad in self.refused]


def a_week_later(start: datetime, term: WorkTerm) -> datetime:
    return start + timedelta(days=7)


def read_log(
    mapping: str, log: bytes | str | Path, folder: Path, *, partial: bool = False
) -> Result:
    path = log if isinstance(log, Path) else folder / "log"
    if not isinstance(log, Path):
        path.write_bytes(log.encode() if isinstance(log, str) else log)
    compiler = Compiler(parse_mapping(mapping, file_name="test.yaml"))
    reader = CaseReader(compiler, now=NOW, due_in=a_week_later)
    facts = {}
    with CaseLog(compiler, now=NOW, scratch=folder) as staged:
        staged.read(path, partial=partial)
        for case in staged.cases():
            fact = reader.facts(case)
            if isinstance(fact, Bad):
                staged.refuse(fact)
            else:
                facts[fact.case_id] = fact
        return Result(facts, list(staged.refused()), staged.skipped)


def local(*parts: int) -> datetime:
    """An instant as a clock in Việt Nam shows it."""
    return datetime(*parts, tzinfo=HANOI)  # type: ignore[misc, arg-type]
