"""A report on A4 paper, laid out as decree 30/2020/NĐ-CP asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from thichinh.accounts.queries import letterhead_at, unit_tree
from thichinh.foundation.pdf import compile_pdf, qr_svg
from thichinh.foundation.text import legal_date_words, vn_date, vn_datetime, vn_number
from thichinh.reports.models import FrozenReport
from thichinh.reports.rules.letterhead import letterhead

BLANK_DAY = "ngày      tháng      năm"


def draft_pdf(content: Mapping[str, Any], at: datetime) -> bytes:
    """The report as it stands at an instant, marked as a draft."""
    return _pdf(content, at, day=BLANK_DAY, note=f"Bản nháp, lập lúc {vn_datetime(at)}", code="")


def frozen_pdf(row: FrozenReport) -> bytes:
    """A frozen version: the same bytes whenever it is printed."""
    note = f"Phiên bản {row.number}, chốt lúc {vn_datetime(row.frozen_at)}"
    return _pdf(
        row.content, row.frozen_at, day=legal_date_words(row.frozen_at), note=note, code=row.sha256
    )


def _pdf(content: Mapping[str, Any], at: datetime, *, day: str, note: str, code: str) -> bytes:
    tree = unit_tree()
    unit = tree.by_code[content["unit_code"]]
    head = asdict(letterhead(unit, tree, letterhead_at(at, unit.code)))
    data = {
        "report": content,
        "head": head,
        "day": day,
        "note": note,
        "sha256": code,
        "qr": qr_svg(f"SHA-256 {code}") if code else "",
        "numbers": _written_numbers(content),
    }
    return compile_pdf("reports/report.typ", data, at=at)


def _written_numbers(content: Mapping[str, Any]) -> dict[str, str]:
    """Counts of charts and dates as people write them; Typst only places them."""
    written: dict[str, str] = {}
    for block in content["blocks"]:
        if block["kind"] == "trend":
            for line in block["lines"]:
                written |= {str(n): vn_number(n) for n in line["counts"]}
    for span in [content["span"], *content["periods"]]:
        for day in (span["start"], span["end"]):
            written[day] = vn_date(datetime.fromisoformat(day))
    return written
