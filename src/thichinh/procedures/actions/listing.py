"""Take over the national portal's list of procedures, or only show what that would change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any, Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from thichinh.accounts.rules import Actor
from thichinh.foundation import audit
from thichinh.foundation.clock import now
from thichinh.foundation.errors import Refused
from thichinh.foundation.models import StoredFile
from thichinh.foundation.storage import open_stored, store
from thichinh.procedures import queries
from thichinh.procedures.models import ListedProcedure, ListImport, Procedure
from thichinh.procedures.queries import ListPlan, PlannedRow
from thichinh.procedures.queries.listed import RefusedRow
from thichinh.procedures.rules import merged, open_portal_file

CHUNK = 1024 * 1024
LARGEST = 32 * CHUNK
UPDATED = [
    "code", "name", "issuer", "agency", "field_name",
    "is_official", "sources", "last_seen", "procedure",
]  # fmt: skip


class Upload(Protocol):
    """A file as a page receives it."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]: ...


@dataclass
class ImportReport:
    """What an import did, or with `dry_run` would do. Unchanged rows are only counted."""

    source: str
    sha256: str
    dry_run: bool
    is_official: bool
    unchanged: int = 0
    new: list[PlannedRow] = field(default_factory=list)
    changed: list[PlannedRow] = field(default_factory=list)
    kept: list[PlannedRow] = field(default_factory=list)
    missing: list[ListedProcedure] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    warnings: list[RefusedRow] = field(default_factory=list)
    linked: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """The report in numbers."""
        names = ("new", "changed", "kept", "missing", "refused", "warnings")
        sizes = {name: len(getattr(self, name)) for name in names}
        return sizes | {"unchanged": self.unchanged, "linked": self.linked}


def preview_list(stream: IO[bytes], name: str) -> ImportReport:
    """Show what applying this file would change; nothing is written. Raises Refused."""
    return _import(stream, name, actor=None)


@transaction.atomic
def apply_list(actor: Actor, stream: IO[bytes], name: str) -> ImportReport:
    """Take over a list, all or nothing. Published definitions are never touched.

    The same file again changes nothing. Raises NotAllowed, and Refused for an unreadable file.
    """
    actor.require("definition.load")
    return _import(stream, name, actor)


def stage_list(actor: Actor, upload: Upload, name: str) -> StoredFile:
    """Keep an uploaded list until it is applied. Raises Refused when it cannot be read at all."""
    actor.require("definition.load")
    stored = store(upload.chunks(), "application/octet-stream", limit=LARGEST)
    with open_stored(stored.sha256) as stream:
        preview_list(stream, name)
    return stored


def preview_staged(actor: Actor, sha256: str, name: str) -> ImportReport:
    """What a kept list would change now."""
    actor.require("definition.load")
    with open_stored(sha256) as stream:
        return preview_list(stream, name)


def apply_staged(actor: Actor, sha256: str, name: str) -> ImportReport:
    """Apply a kept list."""
    with open_stored(sha256) as stream:
        return apply_list(actor, stream, name)


def _import(stream: IO[bytes], name: str, actor: Actor | None) -> ImportReport:
    digest = _sha256(stream)
    file = open_portal_file(stream, name)
    report = ImportReport(file.source, digest, actor is None, file.is_official)
    plan = queries.plan_import(file)
    ours = dict(Procedure.objects.exclude(national_code="").values_list("national_code", "pk"))
    moment = now()
    for batch in plan.rows:
        _count(report, batch, ours)
        if actor is not None:
            _write(batch, report, ours, moment)
    report.refused, report.warnings = plan.refused, plan.warnings
    _finish(report, plan, actor, moment)
    return report


def _count(report: ImportReport, batch: list[PlannedRow], ours: dict[str, int]) -> None:
    for planned in batch:
        report.linked += planned.row.code in ours
        if planned.verdict == "new":
            report.new.append(planned)
        elif planned.verdict == "changed":
            report.changed.append(planned)
        else:
            report.unchanged += 1
        if planned.kept:
            report.kept.append(planned)


def _write(
    batch: list[PlannedRow], report: ImportReport, ours: dict[str, int], moment: datetime
) -> None:
    rows = [_row(planned, report, ours, moment) for planned in batch]
    ListedProcedure.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["key"], update_fields=UPDATED
    )


def _row(
    planned: PlannedRow, report: ImportReport, ours: dict[str, int], moment: datetime
) -> ListedProcedure:
    row, known = planned.row, planned.known
    sources = set(known.sources if known else ()) | {report.source}
    return ListedProcedure(
        key=row.key,
        code=row.code,
        is_official=report.is_official or bool(known and known.is_official),
        sources=sorted(sources),
        first_seen=known.first_seen if known else moment,
        last_seen=moment,
        procedure_id=ours.get(row.code),
        **merged(row, known, report.is_official),
    )


def _finish(report: ImportReport, plan: ListPlan, actor: Actor | None, moment: datetime) -> None:
    """A file in which every row is bad is not a list, and must not make everything vanish."""
    if not plan.seen:
        said = [_("Tệp không có dòng thủ tục nào đọc được.")]
        for row in plan.refused[:1]:
            said.append(_("Dòng %(line)s: %(reason)s.") % {"line": row.line, "reason": row.reason})
        raise Refused(" ".join(said))
    report.missing = queries.vanished(plan)
    if actor is not None:
        _let_go(report.missing, report.source)
        _record(report, actor, moment)


def _let_go(rows: Iterable[ListedProcedure], source: str) -> None:
    for row in rows:
        row.sources = [name for name in row.sources if name != source]
    ListedProcedure.objects.bulk_update(list(rows), ["sources"], batch_size=500)


def _record(report: ImportReport, actor: Actor, moment: datetime) -> None:
    counts = report.counts
    row = ListImport.objects.create(
        source=report.source,
        sha256=report.sha256,
        at=moment,
        account_id=actor.account_id,
        added=counts["new"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        missing=counts["missing"],
        refused=counts["refused"],
    )
    data: dict[str, Any] = {"source": report.source, "sha256": report.sha256, **counts}
    audit.record(actor, "procedure.list_imported", row, data=data)


def _sha256(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()
