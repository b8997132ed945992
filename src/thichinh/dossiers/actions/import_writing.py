"""Writing the cases of a log: one batch is put together while the one before goes to the database.

Planning asks the database what is there and makes units, procedures and cells, committed before
anything refers to them. A batch's own rows and the cursor are one transaction, on a second
connection; inside a caller's transaction everything happens in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from django.db import connection, transaction

from thichinh.accounts.actions import person_row
from thichinh.accounts.models import Person
from thichinh.accounts.rules import SYSTEM, PersonFacts
from thichinh.dossiers.actions.bulk import BulkWriter
from thichinh.dossiers.actions.import_report import Report
from thichinh.dossiers.actions.import_setup import Place
from thichinh.dossiers.models import Dossier, ImportRun
from thichinh.dossiers.rules import numbers
from thichinh.dossiers.rules.case_acts import (
    LOGGED,
    case_acts,
    case_number,
    check_calendar,
    told_data,
)
from thichinh.dossiers.rules.case_facts import CaseFacts, Step
from thichinh.dossiers.rules.case_log import CaseLog
from thichinh.dossiers.rules.case_reasons import Fault
from thichinh.dossiers.rules.case_sources import shown
from thichinh.foundation import audit, calendar
from thichinh.foundation.bulk import copy_rows, reserve_ids
from thichinh.foundation.calendar import LegalCalendar
from thichinh.foundation.text import fold, person_sort_key

ALREADY = "already_imported"
Holder = tuple[str, str, bool]
"""Who has a number: origin, case id, still to be written."""


class CaseWriter(BulkWriter):
    """The bulk writer, and what a log tells without anything being done here."""

    def note(self, dossier: Dossier, step: Step) -> None:
        """An act that changes nothing: no movement, no task, no audit row of its own."""
        dossier.revision += 1
        unit, state = dossier.unit_id, dossier.state
        self._acts.append(
            (
                dossier.pk, dossier.revision, LOGGED, step.at, None, unit, None, state, state,
                step.name, told_data(step),
            )
        )  # fmt: skip


@dataclass(slots=True)
class _Batch:
    """Rows put together and not yet written."""

    writer: CaseWriter
    people: list[tuple[Any, ...]]
    dossiers: int
    cursor: int


@dataclass(slots=True)
class Importer:
    """Writes the cases of one run. Use as a context manager: leaving it waits for the last batch."""

    run: ImportRun
    place: Place
    log: CaseLog
    report: Report
    _on_the_way: dict[str, Holder] = field(default_factory=dict)
    _pool: ThreadPoolExecutor | None = None
    _pending: Future[None] | None = None

    def __enter__(self) -> Self:
        if not connection.in_atomic_block:
            self._pool = ThreadPoolExecutor(1, "import")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._pool is None:
            return
        try:
            if kind is None:
                self._wait()
        finally:
            self._pool.submit(_hang_up)
            self._pool.shutdown()

    def settle(self, batch: list[CaseFacts], cursor: int) -> None:
        """Write what is not there yet and move the cursor, or nothing of it."""
        with transaction.atomic():
            planned = self._plan(batch, cursor)
        if self._pool is None:
            self._write(planned)
        else:
            self._wait()
            self._pending = self._pool.submit(self._write, planned)

    def _wait(self) -> None:
        if self._pending is not None:
            self._pending.result()

    def _plan(self, batch: list[CaseFacts], cursor: int) -> _Batch:
        new = self._new(batch)
        today = calendar.current()
        writer = CaseWriter(self.run.origin)
        placed = []
        for number, facts in new:
            try:
                check_calendar(facts, today)
                placed.append((number, facts, self.place.unit_id(facts.unit)))
            except Fault as fault:
                self.log.refuse(fault.at(facts.line, facts.case_id))
        people = _people([facts.applicant for _, facts, _ in placed])
        for (number, facts, unit_id), person in zip(placed, people, strict=True):
            self._tell(writer, facts, self._dossier(number, facts, unit_id, person[0]), today)
            self.report.add(facts)
        self._on_the_way = {
            number: (self.run.origin, facts.case_id, False) for number, facts, _ in placed
        }
        return _Batch(writer, people, len(placed), cursor)

    @transaction.atomic
    def _write(self, batch: _Batch) -> None:
        _hold_writer(self.place.root.code)
        if batch.people:
            copy_rows(Person, PERSON_FIELDS, batch.people)
            batch.writer.flush()
            data = {"dossiers": batch.dossiers, "cursor": batch.cursor}
            audit.record(SYSTEM, "import.batch", self.run, data=data)
        if batch.cursor > self.run.cursor:
            self.run.cursor = batch.cursor
            self.run.save(update_fields=["cursor"])

    def _new(self, batch: list[CaseFacts]) -> list[tuple[str, CaseFacts]]:
        """The cases whose number nobody has; those that have one are counted or refused."""
        numbered = [(case_number(self.place.root.code, f.case_id), f) for f in batch]
        known = self._known([number for number, _ in numbered]) | self._on_the_way
        new = []
        for number, facts in numbered:
            holder = known.setdefault(number, (self.run.origin, facts.case_id, True))
            if holder[1] != facts.case_id or not holder[0].startswith("import-"):
                self.log.refuse(_taken(number).at(facts.line, facts.case_id))
            elif holder[0] != self.run.origin:
                self.report.skipped[ALREADY] += 1
            elif holder[2]:
                new.append((number, facts))
            else:
                self.report.add(facts)
        return new

    @staticmethod
    def _known(wanted: list[str]) -> dict[str, Holder]:
        rows = Dossier.objects.filter(number__in=wanted)
        found = rows.values_list("number", "origin", "answers__case_id")
        return {number: (origin, case_id or "", False) for number, origin, case_id in found}

    def _dossier(self, number: str, facts: CaseFacts, unit_id: int, person_id: int) -> Dossier:
        """A copy of an empty one: filling in the defaults anew for each costs four times as much."""
        procedure = self.place.procedure(facts.procedure)
        dossier = copy(_EMPTY)
        dossier.number = number
        dossier.secret = numbers.new_secret()
        dossier.procedure_id = procedure.procedure_id
        dossier.definition_id = procedure.definition_id
        dossier.unit_id = unit_id
        dossier.receiving_unit_id = self.place.root.pk
        dossier.applicant_id = person_id
        dossier.channel = facts.channel
        dossier.submitted_at = facts.submitted_at
        dossier.answers = {"case_id": facts.case_id}
        return dossier

    def _tell(
        self, writer: CaseWriter, facts: CaseFacts, dossier: Dossier, today: LegalCalendar
    ) -> None:
        definition = self.place.procedure(facts.procedure).definition
        for outcome in case_acts(facts, dossier, definition, today):
            if isinstance(outcome, Step):
                writer.note(dossier, outcome)
            elif dossier.pk is None:
                writer.open(dossier, definition, SYSTEM, outcome)
            else:
                writer.act(dossier, SYSTEM, outcome)


def _hang_up() -> None:
    """Close this thread's own connection: the proxy answers for the thread that asks."""
    connection.close()


_WRITER = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def _hold_writer(code: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_WRITER, [f"import-writer:{code}"])


@transaction.atomic
def wait_for_writer(code: str) -> None:
    """A program that was killed may leave its last batch with the server for a moment."""
    _hold_writer(code)


def _taken(number: str) -> Fault:
    return Fault("number-taken", text=shown(number))


_EMPTY = Dossier(state=0)
_NOTHING_SAID = {
    key: value for key, value in person_row(PersonFacts("")).items() if "name" not in key
}
PERSON_FIELDS = ("id", "full_name", "search_name", "sort_name", *_NOTHING_SAID)


def _people(names: Sequence[str]) -> list[tuple[Any, ...]]:
    """One person per case: a name in a log is not enough to say that two are the same."""
    rest = tuple(_NOTHING_SAID.values())
    return [
        (pk, name[:200], fold(name[:200]), person_sort_key(name[:200]), *rest)
        for pk, name in zip(reserve_ids(Person, len(names)), names, strict=True)
    ]
