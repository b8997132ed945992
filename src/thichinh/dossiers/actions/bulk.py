"""Thousands of dossiers at once: the same law, the same numbers, the same rows, written by COPY.

The example town and the import of old logs come through here. A dossier is opened, every act on it
is asked of `rules.acts` and told to the writer, and `flush` numbers and writes all that has gathered.
The rows are those that the live actions would have written (a test replays a sample and compares).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models, transaction

from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import UnitTree
from thichinh.dossiers.actions.numbering import give_numbers
from thichinh.dossiers.models import Act, Dossier
from thichinh.dossiers.rules import record
from thichinh.dossiers.rules.acts import NextTask, Outcome
from thichinh.dossiers.rules.book import BOOK
from thichinh.foundation import audit
from thichinh.foundation.audit import Who
from thichinh.foundation.bulk import copy_rows, reserve_ids
from thichinh.foundation.models import AuditEntry
from thichinh.procedures.models import ProcedureDefinition
from thichinh.stocks import actions as stocks
from thichinh.stocks.models import Movement, Scheduled
from thichinh.stocks.rules import CellKey, Leaf, Move, taken_over
from thichinh.work.models import Task
from thichinh.work.rules import TASK_COLUMNS

Table = tuple[type[models.Model], Sequence[str], Iterable[Sequence[Any]]]
"""A model, the fields of its rows, the rows."""
BLOCK = 2000
"""Primary keys taken from the sequence at a time."""


@dataclass(slots=True)
class _Open:
    """What the writer remembers of a dossier between its acts."""

    dossier: Dossier
    definition: ProcedureDefinition
    leaf: Leaf
    schedule: Move | None = None
    task: tuple[Outcome, NextTask] | None = None


@dataclass
class BulkWriter:
    """Gathers the acts on many dossiers and writes them. Use inside one transaction per flush.

    `ids` and `leaves` are keys to use, where the writer must not ask the database before it writes.
    """

    origin: str
    tree: UnitTree = field(default_factory=unit_tree)
    ids: list[int] = field(default_factory=list)
    leaves: dict[CellKey, Leaf] = field(default_factory=dict)
    written: int = 0
    _open: dict[int, _Open] = field(default_factory=dict)
    _unnumbered: list[tuple[Dossier, date]] = field(default_factory=list)
    _taken_in: list[tuple[Dossier, int]] = field(default_factory=list)
    _acts: list[tuple[Any, ...]] = field(default_factory=list)
    _moves: list[tuple[datetime, int, int, int, int, int]] = field(default_factory=list)
    _done: list[tuple[_Open, tuple[Outcome, NextTask], datetime]] = field(default_factory=list)
    _audited: list[tuple[Who, Dossier, Outcome]] = field(default_factory=list)

    def open(
        self, dossier: Dossier, definition: ProcedureDefinition, who: Who, outcome: Outcome
    ) -> None:
        """The first act: gives the dossier its id.

        Number and place in the register come when all is written, in the order of these calls: the
        number in that of `open`, the place in that of being taken in. A dossier that brings one of
        them keeps it; the caller has taken it from its series (`reserve_places`).
        """
        dossier.id = self._next_id()
        dossier.origin = self.origin
        if not dossier.number:
            self._unnumbered.append((dossier, record.day_of(outcome)))
        leaf = self._leaf(record.cell_key(dossier, definition))
        self._open[dossier.id] = _Open(dossier, definition, leaf)
        self.act(dossier, who, outcome)

    def act(self, dossier: Dossier, who: Who, outcome: Outcome) -> None:
        """A further act on a dossier that is still with the writer."""
        known = self._open[dossier.id]
        from_state = dossier.state
        record.apply(dossier, outcome)
        self._acts.append(record.act_row(dossier, outcome, who, from_state))
        if not record.is_act(outcome):
            return
        if record.takes_in(outcome):
            self._enter(dossier, record.day_of(outcome).year)
        self._move(known, outcome)
        if known.task is not None:
            self._done.append((known, known.task, outcome.at))
        known.task = (outcome, outcome.task) if outcome.task is not None else None
        self._audited.append((who, dossier, outcome))

    @transaction.atomic
    def flush(self) -> int:
        """Write everything gathered so far; returns how many dossiers. They cannot act any more."""
        opened = len(self._open)
        if not opened:
            return 0
        give_numbers(self.tree, self._unnumbered, self._taken_in)
        for model, fields, rows in self._tables():
            copy_rows(model, fields, rows)
        self._forget()
        self.written += opened
        return opened

    def _tables(self) -> Iterator[Table]:
        """The rows, table by table, in the order in which they may be written."""
        opened = self._open.values()
        yield (
            Dossier,
            ("id", *record.DOSSIER_FIELDS),
            ((k.dossier.id, *record.dossier_row(k.dossier)) for k in opened),
        )
        yield Act, record.ACT_FIELDS, self._acts
        yield Movement, stocks.MOVEMENT_FIELDS, self._moves
        yield (
            Scheduled,
            stocks.SCHEDULE_FIELDS,
            (
                (
                    k.leaf.book,
                    k.dossier.id,
                    k.leaf.cell,
                    k.schedule.at,
                    k.schedule.source,
                    k.schedule.target,
                )
                for k in opened
                if k.schedule is not None
            ),
        )
        yield Task, TASK_COLUMNS, self._task_rows()
        yield AuditEntry, audit.FIELDS, self._audit_rows()

    def _task_rows(self) -> Iterator[Sequence[Any]]:
        for known, task, at in self._done:
            yield record.task_plan(known.dossier, known.definition, *task).closed_row(at)
        for known in self._open.values():
            if known.task is not None:
                yield record.task_plan(known.dossier, known.definition, *known.task).row()

    def _audit_rows(self) -> Iterator[Sequence[Any]]:
        for who, dossier, outcome in self._audited:
            yield audit.row(
                who,
                record.audit_action(outcome),
                record.OBJECT_TYPE,
                dossier.id,
                record.audit_data(dossier, outcome),
                outcome.at,
            )

    def _leaf(self, key: CellKey) -> Leaf:
        """Asked once per writer: `stocks` itself remembers a new leaf only after the commit."""
        leaf = self.leaves.get(key)
        if leaf is None:
            leaf = self.leaves[key] = stocks.leaf_of(BOOK, key)
        return leaf

    def _move(self, known: _Open, outcome: Outcome) -> None:
        if not (outcome.moves or outcome.schedule):
            return
        moves = taken_over(known.schedule, outcome.moves, outcome.schedule, outcome.at)
        known.schedule = outcome.schedule
        item, leaf = known.dossier.id, known.leaf
        self._moves += [(m.at, item, *leaf, m.source, m.target) for m in moves]

    def _enter(self, dossier: Dossier, year: int) -> None:
        if dossier.register_number is None:
            self._taken_in.append((dossier, year))
        else:
            dossier.register_year = year

    def _next_id(self) -> int:
        if not self.ids:
            self.ids = list(reversed(reserve_ids(Dossier, BLOCK)))
        return self.ids.pop()

    def _forget(self) -> None:
        self._open.clear()
        gathered: tuple[list[Any], ...] = (
            self._unnumbered, self._taken_in, self._acts, self._moves, self._done, self._audited,
        )  # fmt: skip
        for rows in gathered:
            rows.clear()
