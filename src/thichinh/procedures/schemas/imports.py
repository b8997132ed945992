"""The report of an import: for programs as JSON, for people as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from thichinh.foundation.text import vn_number
from thichinh.procedures.actions import ImportReport
from thichinh.procedures.queries import PlannedRow
from thichinh.procedures.queries.listed import RefusedRow
from thichinh.procedures.rules import Difference


def as_json(report: ImportReport) -> dict[str, Any]:
    """Counts, and every new, changed, kept, missing and refused row."""
    return {
        "source": report.source,
        "sha256": report.sha256,
        "dry_run": report.dry_run,
        "official": report.is_official,
        "counts": report.counts,
        "new": [_named(row) for row in report.new],
        "changed": [_named(row) | {"changes": _facts(row.changes)} for row in report.changed],
        "kept": [_named(row) | {"differences": _facts(row.kept)} for row in report.kept],
        "missing": [{"code": row.code, "name": row.name} for row in report.missing],
        "refused": [_refusal(row) for row in report.refused],
        "warnings": [_refusal(row) for row in report.warnings],
    }


def as_text(report: ImportReport) -> Iterator[str]:
    """The same, line by line."""
    counts = {name: vn_number(count) for name, count in report.counts.items()}
    what = "Xem trước, chưa ghi gì" if report.dry_run else "Đã nhập"
    yield f"{report.source}: {what}."
    yield (
        "  {new} mới, {changed} thay đổi, {unchanged} không đổi, {missing} không còn trong danh "
        "mục, {refused} dòng bị từ chối, {warnings} dòng cần xem lại; {linked} khớp với thủ tục "
        "của cơ quan."
    ).format(**counts)
    for row in report.new:
        yield f"  + dòng {row.row.line}: {row.row.code} {row.row.name}"
    yield from _changes("~", report.changed, kept=False)
    yield from _changes("=", report.kept, kept=True)
    for missing in report.missing:
        yield f"  - {missing.code} {missing.name}"
    for refused in report.refused:
        yield f"  ✗ dòng {refused.line} ({refused.code or 'không mã'}): {refused.reason}"
    for warning in report.warnings:
        yield f"  ? dòng {warning.line} ({warning.code}): {warning.reason}"


def _changes(sign: str, rows: Iterable[PlannedRow], kept: bool) -> Iterator[str]:
    for planned in rows:
        for change in planned.kept if kept else planned.changes:
            note = " (giữ theo bản chính thức)" if kept else ""
            yield (
                f"  {sign} dòng {planned.row.line}: {planned.row.code} {change.title}: "
                f"“{change.old}” → “{change.new}”{note}"
            )


def _named(planned: PlannedRow) -> dict[str, Any]:
    return {"line": planned.row.line, "code": planned.row.code, "name": planned.row.name}


def _facts(changes: Iterable[Difference]) -> dict[str, list[str]]:
    return {change.fact: [change.old, change.new] for change in changes}


def _refusal(row: RefusedRow) -> dict[str, Any]:
    return {"line": row.line, "code": row.code, "reason": row.reason}
