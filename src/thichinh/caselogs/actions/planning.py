"""From facts to rows: what an import writes, put together where no database is asked.

Everything the database has to say comes with the job: keys, units, procedures, cells. So a job can
be worked off in a process of its own (`pipeline`), with the same result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import models

from thichinh.accounts.actions import person_row
from thichinh.accounts.models import Person
from thichinh.accounts.rules import SYSTEM, PersonFacts, UnitTree
from thichinh.caselogs.actions.place import ProcedureRef
from thichinh.caselogs.rules.acts import case_acts, told_data
from thichinh.caselogs.rules.facts import CaseFacts, Step
from thichinh.dossiers.actions.bulk import BulkWriter, Table
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules import numbers
from thichinh.dossiers.rules.acts import LOGGED
from thichinh.foundation.bulk import rows_as_text
from thichinh.foundation.calendar import LegalCalendar
from thichinh.foundation.text import fold, person_sort_key
from thichinh.stocks.rules import CellKey, Leaf

Text = tuple[type[models.Model], Sequence[str], str]
"""A model, the fields of its rows, the rows as COPY takes them."""


class Entry(NamedTuple):
    """A case that becomes a dossier, with what the database gave it."""

    number: str
    facts: CaseFacts
    unit_id: int


class Job(NamedTuple):
    """One batch: its cases, their keys, and the procedures and cells not told before."""

    entries: list[Entry]
    dossier_ids: list[int]
    person_ids: list[int]
    procedures: dict[str, ProcedureRef]
    cells: dict[CellKey, Leaf]
    cursor: int


class CaseWriter(BulkWriter):
    """The bulk writer, and what a log tells without anything being done here."""

    def note(self, dossier: Dossier, step: Step) -> None:
        """An act that changes nothing: no movement, no task, no audit row of its own."""
        dossier.revision += 1
        unit, state = dossier.unit_id, dossier.state
        self._acts.append(
            (
                dossier.id, dossier.revision, LOGGED, step.at, None, unit, None, state, state,
                step.name, told_data(step),
            )
        )  # fmt: skip

    def supply(self, ids: Iterable[int], cells: dict[CellKey, Leaf]) -> None:
        """Keys and cells to use, so that nothing has to be asked."""
        self._ids = list(reversed(list(ids)))
        self._cells = cells


@dataclass(slots=True)
class Planner:
    """Works off jobs one after the other; what one job told, the next may use."""

    origin: str
    receiving_unit_id: int
    calendar: LegalCalendar
    tree: UnitTree
    _procedures: dict[str, ProcedureRef] = field(default_factory=dict)
    _cells: dict[CellKey, Leaf] = field(default_factory=dict)

    def texts(self, job: Job) -> list[Text]:
        """The batch as COPY takes it."""
        return [
            (model, fields, rows_as_text(model, fields, rows))
            for model, fields, rows in self._tables(job)
        ]

    def _tables(self, job: Job) -> Iterator[Table]:
        self._procedures |= job.procedures
        self._cells |= job.cells
        writer = CaseWriter(self.origin, _tree=self.tree)
        writer.supply(job.dossier_ids, self._cells)
        for entry, person_id in zip(job.entries, job.person_ids, strict=True):
            self._tell(writer, entry, self._dossier(entry, person_id))
        names = [entry.facts.applicant for entry in job.entries]
        yield Person, _PERSON_FIELDS, _people(job.person_ids, names)
        yield from writer.tables()

    def _dossier(self, entry: Entry, person_id: int) -> Dossier:
        """A copy of an empty one: filling in the defaults anew for each costs four times as much."""
        procedure = self._procedures[entry.facts.procedure]
        dossier = copy(_EMPTY)
        dossier.number = entry.number
        dossier.secret = numbers.new_secret()
        dossier.procedure_id = procedure.procedure_id
        dossier.definition_id = procedure.definition_id
        dossier.unit_id = entry.unit_id
        dossier.receiving_unit_id = self.receiving_unit_id
        dossier.applicant_id = person_id
        dossier.channel = entry.facts.channel
        dossier.submitted_at = entry.facts.submitted_at
        dossier.answers = {"case_id": entry.facts.case_id}
        return dossier

    def _tell(self, writer: CaseWriter, entry: Entry, dossier: Dossier) -> None:
        definition = self._procedures[entry.facts.procedure].definition
        for outcome in case_acts(entry.facts, dossier, definition, self.calendar):
            if isinstance(outcome, Step):
                writer.note(dossier, outcome)
            elif dossier.id is None:
                writer.open(dossier, definition, SYSTEM, outcome)
            else:
                writer.act(dossier, SYSTEM, outcome)


_EMPTY = Dossier(state=0)
_NOTHING_SAID = {
    key: value for key, value in person_row(PersonFacts("")).items() if "name" not in key
}
_PERSON_FIELDS = ("id", "full_name", "search_name", "sort_name", *_NOTHING_SAID)


def _people(ids: Iterable[int], names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """One person per case: a name in a log is not enough to say that two are the same."""
    rest = tuple(_NOTHING_SAID.values())
    for pk, name in zip(ids, names, strict=True):
        cut = name[:200]
        yield pk, cut, fold(cut), person_sort_key(cut), *rest
