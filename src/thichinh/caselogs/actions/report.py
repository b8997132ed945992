"""What an import answers: its counts, what it refused and why, what the books say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from thichinh.caselogs.rules.facts import CaseFacts
from thichinh.caselogs.rules.refusals import Bad
from thichinh.foundation.errors import Refused


class NothingUsable(Refused):
    """No case of the log can become a dossier; `report` says why not. Nothing was written."""

    def __init__(self, report: Report) -> None:
        super().__init__("Nhật ký không có vụ việc nào dùng được; chưa ghi gì.")
        self.report = report


@dataclass
class Report:
    """What an import found and did; counts describe the log's good cases, whoever wrote them."""

    authority: str
    mapping: str
    resumed: bool = False
    dry_run: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[Bad] = field(default_factory=list)
    repaired: list[Bad] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    warnings: list[str] = field(default_factory=list)
    first: datetime | None = None
    books: dict[str, int] = field(default_factory=dict)
    balanced: bool | None = None

    def add(self, facts: CaseFacts) -> None:
        """Count one good case."""
        self.counts["dossiers"] += 1
        self.counts["events"] += facts.events
        self.counts[facts.ending or "open"] += 1
        self.counts["on_time"] += facts.on_time
        self.repaired += [Bad(facts.line, "repaired", why, facts.case_id) for why in facts.repairs]
        begun = facts.submitted_at
        self.first = begun if self.first is None else min(self.first, begun)

    @property
    def on_time_pct(self) -> float | None:
        finished = self.counts["resolved"]
        return round(100 * self.counts["on_time"] / finished, 2) if finished else None

    def as_json(self) -> dict[str, Any]:
        """The object that `--format json` prints."""
        n = self.counts
        return {
            "authority": self.authority,
            "mapping": self.mapping,
            "dossiers": n["dossiers"],
            "events": n["events"],
            "finished": n["resolved"],
            "on_time": n["on_time"],
            "late": n["resolved"] - n["on_time"],
            "on_time_pct": self.on_time_pct,
            "open": n["open"],
            "withdrawn": n["withdrawn"],
            "stopped": n["stopped"],
            "not_accepted": n["refused"],
            "refused": [bad.as_json() for bad in self.refused],
            "repaired": [bad.as_json() for bad in self.repaired],
            "skipped": dict(self.skipped),
            "warnings": self.warnings,
            **self.books,
            "balanced": self.balanced,
            "resumed": self.resumed,
            "dry_run": self.dry_run,
        }
