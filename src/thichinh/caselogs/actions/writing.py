"""Writing the cases of a log, batch by batch.

This side asks the database what is there and makes units, procedures and cells, committed before
anything refers to them. A batch's own rows and the cursor are one transaction (`planning`). Inside a
caller's transaction everything happens here and in turn, else in a pipeline.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from django.db import connection, transaction

from thichinh.accounts.models import Person
from thichinh.accounts.queries import unit_tree
from thichinh.caselogs.actions.pipeline import Pipeline
from thichinh.caselogs.actions.place import Place, ProcedureRef
from thichinh.caselogs.actions.planning import Entry, Job, Planner
from thichinh.caselogs.actions.report import Report
from thichinh.caselogs.models import ImportRun
from thichinh.caselogs.rules.acts import case_number
from thichinh.caselogs.rules.facts import CaseFacts
from thichinh.caselogs.rules.log import CaseLog
from thichinh.caselogs.rules.refusals import Fault
from thichinh.caselogs.rules.sources import shown
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules.book import BOOK
from thichinh.foundation import calendar
from thichinh.foundation.bulk import reserve_ids
from thichinh.stocks import actions as stocks
from thichinh.stocks.rules import CellKey, Leaf

ALREADY = "already_imported"
Numbered = tuple[str, CaseFacts]
Holder = tuple[str, str, bool]
"""Who has a number: origin, case id, still to be written."""


@dataclass(slots=True)
class Importer:
    """Writes the cases of one run. Use as a context manager: leaving it waits for the last batch."""

    run: ImportRun
    place: Place
    log: CaseLog
    report: Report
    several: bool
    """Whether more than one batch is to come: a single one is not worth a process."""
    _planner: Planner = field(init=False)
    _pipeline: Pipeline | None = None
    _on_the_way: deque[tuple[int, dict[str, Holder]]] = field(default_factory=deque)
    _procedures: dict[str, ProcedureRef] = field(default_factory=dict)
    _cells: dict[CellKey, Leaf] = field(default_factory=dict)

    def __enter__(self) -> Self:
        code = self.place.root.code
        self._planner = Planner(self.run, code, calendar.current(), unit_tree())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._pipeline is None:
            return
        if kind is None:
            self._pipeline.close()
        else:
            self._pipeline.abandon()

    def settle(self, batch: list[CaseFacts], cursor: int) -> None:
        """Write what is not there yet and move the cursor, or nothing of it."""
        with transaction.atomic():
            job = self._job(self._new(batch), cursor)
        if self.several and self._pipeline is None and not connection.in_atomic_block:
            self._pipeline = Pipeline(self._planner)
        if self._pipeline is not None:
            self._pipeline.put(job)
        else:
            self._planner.write(self._planner.plan(job))

    def _job(self, new: list[Numbered], cursor: int) -> Job:
        """The batch in order of reception: so the register runs through it."""
        entries = []
        for number, facts in sorted(new, key=lambda case: case[1].received_at):
            try:
                entries.append(Entry(number, facts, self.place.unit_id(facts.unit)))
            except Fault as fault:
                self.log.refuse(fault.at(facts.line, facts.case_id))
            else:
                self.report.add(facts)
        holders = {e.number: (self.run.origin, e.facts.case_id, False) for e in entries}
        self._on_the_way.append((cursor, holders))
        return Job(
            entries,
            reserve_ids(Dossier, len(entries)),
            reserve_ids(Person, len(entries)),
            self._new_procedures(entries),
            self._new_cells(entries),
            cursor,
        )

    def _new_procedures(self, entries: list[Entry]) -> dict[str, ProcedureRef]:
        labels = {entry.facts.procedure for entry in entries} - self._procedures.keys()
        found = {label: self.place.procedure(label) for label in sorted(labels)}
        self._procedures |= found
        return found

    def _new_cells(self, entries: list[Entry]) -> dict[CellKey, Leaf]:
        wanted = {(e.unit_id, e.facts.procedure, e.facts.channel) for e in entries}
        keys = {
            CellKey(unit, (definition.field, definition.code, channel))
            for unit, label, channel in wanted
            for definition in [self._procedures[label].definition]
        }
        found = stocks.open_leaves(BOOK, keys - self._cells.keys())
        self._cells |= found
        return found

    def _new(self, batch: list[CaseFacts]) -> list[Numbered]:
        """The cases whose number nobody has; those that have one are counted or refused."""
        root = self.place.root.code
        first = [(case_number(root, f.case_id), f) for f in batch]
        new, rivals = self._sorted(first)
        second = [(case_number(root, f.case_id, distinct=True), f) for _, f in rivals]
        more, taken = self._sorted(second)
        for number, facts in taken:
            self.log.refuse(_taken(number).at(facts.line, facts.case_id))
        return new + more

    def _sorted(self, numbered: list[Numbered]) -> tuple[list[Numbered], list[Numbered]]:
        """The new ones, and those whose number an imported case with another id has."""
        known = self._known([number for number, _ in numbered])
        new, rivals = [], []
        for number, facts in numbered:
            holder = known.setdefault(number, (self.run.origin, facts.case_id, True))
            if not holder[0].startswith("import-"):
                self.log.refuse(_taken(number).at(facts.line, facts.case_id))
            elif holder[1] != facts.case_id:
                rivals.append((number, facts))
            elif holder[0] != self.run.origin:
                self.report.skipped[ALREADY] += 1
            elif holder[2]:
                new.append((number, facts))
            else:
                self.report.add(facts)
        return new, rivals

    def _known(self, wanted: list[str]) -> dict[str, Holder]:
        """Who has these numbers: batches still on their way, and the database."""
        on_the_way = self._on_the_way
        while len(on_the_way) > 1 and on_the_way[1][0] <= self.run.cursor:
            on_the_way.popleft()  # the batch after it is being written, so it is there
        known: dict[str, Holder] = {}
        for _, holders in on_the_way:
            known |= holders
        rows = Dossier.objects.filter(number__in=wanted)
        found = rows.values_list("number", "origin", "answers__case_id")
        return known | {n: (origin, case_id or "", False) for n, origin, case_id in found}


def _taken(number: str) -> Fault:
    return Fault("number-taken", text=shown(number))
