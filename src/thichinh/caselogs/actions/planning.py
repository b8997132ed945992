"""From facts to rows: the acts of a batch asked of the law, then written in one transaction.

Whatever the database has to say before the writing comes with the job: keys, units, procedures,
cells. So the asking of the law runs beside the writing of the batch before (`pipeline`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection, transaction

from thichinh.accounts.actions import person_row
from thichinh.accounts.models import Person
from thichinh.accounts.rules import SYSTEM, PersonFacts, UnitTree
from thichinh.caselogs.actions.place import ProcedureRef
from thichinh.caselogs.models import ImportRun
from thichinh.caselogs.rules.acts import case_acts
from thichinh.caselogs.rules.facts import CaseFacts
from thichinh.dossiers.actions.bulk import BulkWriter
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules import record
from thichinh.foundation import audit
from thichinh.foundation.bulk import copy_rows
from thichinh.foundation.calendar import LegalCalendar
from thichinh.foundation.text import fold, person_sort_key
from thichinh.stocks.rules import CellKey, Leaf


class Entry(NamedTuple):
    """A case that becomes a dossier, with what the database gave it."""

    number: str
    facts: CaseFacts
    unit_id: int


class Job(NamedTuple):
    """One batch: its cases, their keys, and the procedures and cells not sent before."""

    entries: list[Entry]
    dossier_ids: list[int]
    person_ids: list[int]
    procedures: dict[str, ProcedureRef]
    cells: dict[CellKey, Leaf]
    cursor: int


class Planned(NamedTuple):
    """A batch whose acts are decided and not yet written."""

    job: Job
    writer: BulkWriter


@dataclass(slots=True)
class Planner:
    """Works off the jobs of one run, one after the other."""

    run: ImportRun
    authority: str
    calendar: LegalCalendar
    tree: UnitTree
    _procedures: dict[str, ProcedureRef] = field(default_factory=dict)
    _cells: dict[CellKey, Leaf] = field(default_factory=dict)

    def plan(self, job: Job) -> Planned:
        """Ask the law for every act of the batch. No database is asked."""
        self._procedures |= job.procedures
        self._cells |= job.cells
        ids = list(reversed(job.dossier_ids))
        writer = BulkWriter(self.run.origin, self.tree, ids, self._cells)
        for entry, person_id in zip(job.entries, job.person_ids, strict=True):
            procedure = self._procedures[entry.facts.procedure]
            dossier = self._dossier(entry, procedure, person_id)
            acts = case_acts(entry.facts, dossier, procedure.definition, self.calendar)
            writer.open(dossier, procedure.definition, SYSTEM, next(acts))
            for outcome in acts:
                writer.act(dossier, SYSTEM, outcome)
        return Planned(job, writer)

    @transaction.atomic
    def write(self, planned: Planned) -> None:
        """The rows of the batch and the cursor, or nothing of it.

        Nobody waits for the disk here: if the server's machine dies, the last batches are lost with
        their cursor, and the run goes on from there. The end of the run does wait, for all of them.
        """
        job, writer = planned
        wait_for_writer(self.authority)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
        names = [entry.facts.applicant for entry in job.entries]
        copy_rows(Person, _PERSON_FIELDS, _people(job.person_ids, names))
        if written := writer.flush():
            data = {"dossiers": written, "cursor": job.cursor}
            audit.record(SYSTEM, "import.batch", self.run, data=data)
        if job.cursor > self.run.cursor:
            self.run.cursor = job.cursor
            self.run.save(update_fields=["cursor"])

    def _dossier(self, entry: Entry, procedure: ProcedureRef, person_id: int) -> Dossier:
        return record.new_dossier(
            number=entry.number,
            procedure_id=procedure.procedure_id,
            definition_id=procedure.definition_id,
            unit_id=entry.unit_id,
            receiving_unit_id=self.run.authority_id,
            applicant_id=person_id,
            channel=entry.facts.channel,
            submitted_at=entry.facts.submitted_at,
            answers={"case_id": entry.facts.case_id},
        )


_NO_FACTS = {key: value for key, value in person_row(PersonFacts("")).items() if "name" not in key}
_PERSON_FIELDS = ("id", "full_name", "search_name", "sort_name", *_NO_FACTS)


def _people(ids: Iterable[int], names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """One person per case: a name in a log is not enough to say that two are the same."""
    rest = tuple(_NO_FACTS.values())
    for pk, name in zip(ids, names, strict=True):
        cut = name[:200]
        yield pk, cut, fold(cut), person_sort_key(cut), *rest


_LOCK = "SELECT pg_advisory{}lock(hashtextextended(%s, 0))"


def wait_for_writer(authority: str) -> None:
    """Be the only writer into an authority until the transaction ends.

    A program that was killed may leave its last batches with its child, or with the server.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK.format("_xact_"), [f"import-writer:{authority}"])


def stay_writer(authority: str) -> None:
    """The same until the connection ends."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK.format("_"), [f"import-writer:{authority}"])
