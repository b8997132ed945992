"""What an import of the portal's list would do, worked out row by row without writing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from thichinh.accounts.rules import Actor
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import fold
from thichinh.procedures.models import ListedProcedure, ListImport
from thichinh.procedures.rules import (
    Difference,
    ListedRow,
    PortalFile,
    differences,
    read_listed_row,
)

BATCH = 500


@dataclass(frozen=True)
class PlannedRow:
    """A good row, what is known of it, and what it would change."""

    row: ListedRow
    known: ListedProcedure | None
    differences: tuple[Difference, ...]

    @property
    def changes(self) -> tuple[Difference, ...]:
        return tuple(difference for difference in self.differences if not difference.kept)

    @property
    def kept(self) -> tuple[Difference, ...]:
        return tuple(difference for difference in self.differences if difference.kept)

    @property
    def verdict(self) -> str:
        """new, changed or unchanged."""
        if self.known is None:
            return "new"
        return "changed" if self.changes else "unchanged"


@dataclass(frozen=True)
class RefusedRow:
    """A row that cannot be taken, and why."""

    line: int
    code: str
    reason: str


@dataclass
class ListPlan:
    """What came out so far. `rows` streams; the lists fill up while it is read."""

    file: PortalFile
    rows: Iterator[list[PlannedRow]] = field(init=False)
    seen: dict[str, int] = field(default_factory=dict)
    refused: list[RefusedRow] = field(default_factory=list)
    warnings: list[RefusedRow] = field(default_factory=list)
    names: dict[str, tuple[str, int]] = field(default_factory=dict)


def plan_import(file: PortalFile) -> ListPlan:
    """Compare a list with what is known, in batches: memory does not grow with the texts."""
    plan = ListPlan(file)
    plan.rows = _batches(plan)
    return plan


def vanished(plan: ListPlan) -> list[ListedProcedure]:
    """What this list named the last time and no longer names; read it after the rows."""
    rows = ListedProcedure.objects.filter(sources__contains=[plan.file.source])
    return [row for row in rows.iterator(BATCH) if row.key not in plan.seen]


def imports(actor: Actor) -> QuerySet[ListImport]:
    """The imports so far. Raises NotAllowed."""
    actor.require("definition.load")
    return ListImport.objects.select_related("account")


def listed_count(actor: Actor) -> int:
    """How many procedures the portal's lists named so far. Raises NotAllowed."""
    actor.require("definition.load")
    return ListedProcedure.objects.count()


def _batches(plan: ListPlan) -> Iterator[list[PlannedRow]]:
    good = _good_rows(plan)
    while batch := list(islice(good, BATCH)):
        known = _known(row.key for row in batch)
        yield [_planned(row, known.get(row.key), plan.file.is_official) for row in batch]


def _good_rows(plan: ListPlan) -> Iterator[ListedRow]:
    for line, cells in plan.file.rows:
        try:
            row = read_listed_row(line, cells, plan.file.has_codes)
            _refuse_repeat(plan, row)
        except Refused as refused:
            plan.refused.append(
                RefusedRow(line, str(cells.get("code") or "")[:40], refused.message)
            )
            continue
        _warn_of_shared_name(plan, row)
        plan.seen[row.key] = line
        yield row


def _refuse_repeat(plan: ListPlan, row: ListedRow) -> None:
    if (first := plan.seen.get(row.key)) is not None:
        raise Refused(_("trùng với dòng %(first)s trong cùng tệp") % {"first": first})


def _warn_of_shared_name(plan: ListPlan, row: ListedRow) -> None:
    """Two codes may share a name; a name under many codes is usually a broken export."""
    name = fold(row.name)
    code, line = plan.names.setdefault(name, (row.code, row.line))
    if line != row.line and code:
        reason = _("cùng tên với mã %(code)s ở dòng %(line)s: “%(name)s”") % {
            "code": code,
            "line": line,
            "name": _short(row.name),
        }
        plan.warnings.append(RefusedRow(row.line, row.code, reason))


def _known(keys: Iterable[str]) -> dict[str, ListedProcedure]:
    return {row.key: row for row in ListedProcedure.objects.filter(key__in=list(keys))}


def _planned(row: ListedRow, known: ListedProcedure | None, official: bool) -> PlannedRow:
    found = () if known is None else tuple(differences(row, known, official))
    return PlannedRow(row, known, found)


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
