"""Thousands of dossiers at once: the same law, the same rows, written by COPY.

The example town and the import of old logs come through here. A dossier is opened, every act on it
is asked of `rules.acts` and told to the writer, and `flush` writes all that has gathered. The rows
are those that the live actions would have written (a test replays a sample and compares).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.db import models, transaction

from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import UnitTree
from thichinh.dossiers import queries
from thichinh.dossiers.models import Act, Dossier
from thichinh.dossiers.rules import numbers, record
from thichinh.dossiers.rules.acts import Outcome
from thichinh.dossiers.rules.book import BOOK
from thichinh.foundation import audit
from thichinh.foundation.audit import Who
from thichinh.foundation.bulk import copy_rows, reserve_ids
from thichinh.foundation.clock import ZONE
from thichinh.foundation.models import AuditEntry, NumberSeries
from thichinh.foundation.numbering import Key, of_day, of_year, raise_to
from thichinh.procedures.models import ProcedureDefinition
from thichinh.stocks import actions as stocks
from thichinh.stocks.models import Movement, Scheduled
from thichinh.stocks.rules import CellKey, Leaf, Move, taken_over
from thichinh.work.models import Task
from thichinh.work.rules import TASK_COLUMNS, TaskPlan

Table = tuple[type[models.Model], Sequence[str], Iterable[Sequence[Any]]]
"""A model, the fields of its rows, the rows."""
_SERIES = (numbers.SERIES, numbers.REGISTER)
BLOCK = 2000
"""Primary keys taken from the sequence at a time."""


@dataclass(slots=True)
class _Open:
    """What the writer remembers of a dossier between its acts."""

    dossier: Dossier
    definition: ProcedureDefinition
    leaf: Leaf
    schedule: Move | None = None
    task: TaskPlan | None = None


@dataclass
class BulkWriter:
    """Gathers rows of many dossiers and writes them. Use inside one transaction per flush."""

    origin: str
    _ids: list[int] = field(default_factory=list)
    _open: dict[int, _Open] = field(default_factory=dict)
    _leaves: dict[CellKey, Leaf] = field(default_factory=dict)
    _acts: list[tuple[Any, ...]] = field(default_factory=list)
    _moves: list[tuple[datetime, int, int, int, int, int]] = field(default_factory=list)
    _tasks: list[tuple[Any, ...]] = field(default_factory=list)
    _audit: list[tuple[Any, ...]] = field(default_factory=list)
    _last: dict[Key, int] = field(default_factory=lambda: defaultdict(int))
    _raised: set[Key] = field(default_factory=set)
    _tree: UnitTree = field(default_factory=unit_tree)
    written: int = 0

    def continue_numbers(self) -> None:
        """Go on behind numbers already given, when the database is not empty."""
        rows = NumberSeries.objects.filter(series__in=_SERIES)
        for series, unit_id, period, last in rows.values_list(
            "series", "unit_id", "period", "last"
        ):
            self._last[series, unit_id, period] = last

    def open(
        self, dossier: Dossier, definition: ProcedureDefinition, who: Who, outcome: Outcome
    ) -> None:
        """The first act: gives the dossier its id and, unless it has one, its number.

        The place in the register comes with the act that takes the dossier in: the next one of
        its desk and year, unless it has been said before.
        """
        dossier.id = self._next_id()
        dossier.origin = self.origin
        if not dossier.number:
            day = outcome.at.astimezone(ZONE).date()
            dossier.number = self._next_number(dossier.receiving_unit_id, day)
        leaf = self._leaf(record.cell_key(dossier, definition))
        self._open[dossier.id] = _Open(dossier, definition, leaf)
        self.act(dossier, who, outcome)

    def act(self, dossier: Dossier, who: Who, outcome: Outcome) -> None:
        """A further act on a dossier that is still with the writer."""
        known = self._open[dossier.id]
        from_state = dossier.state
        record.apply(dossier, outcome)
        if record.takes_in(outcome):
            self._register(dossier, record.year_of(outcome))
        self._acts.append(record.act_row(dossier, outcome, who, from_state))
        self._move(known, outcome)
        self._hand_on(known, outcome)
        self._audit.append(
            audit.row(
                who,
                record.audit_action(outcome),
                record.OBJECT_TYPE,
                dossier.id,
                record.audit_data(dossier, outcome),
                outcome.at,
            )
        )

    @transaction.atomic
    def flush(self) -> int:
        """Write everything gathered so far; returns how many dossiers. They cannot act any more."""
        opened = list(self._open.values())
        if not opened:
            return 0
        for model, fields, rows in self.tables():
            copy_rows(model, fields, rows)
        for series in _SERIES:
            raised = {key[1:]: self._last[key] for key in self._raised if key[0] == series}
            raise_to(series, raised)
        self._forget()
        self.written += len(opened)
        return len(opened)

    def tables(self) -> Iterator[Table]:
        """The rows gathered so far, table by table, in the order in which they may be written."""
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
        waiting = (known.task.row() for known in opened if known.task is not None)
        yield Task, TASK_COLUMNS, chain(self._tasks, waiting)
        yield AuditEntry, audit.FIELDS, self._audit

    def _leaf(self, key: CellKey) -> Leaf:
        """Asked once per writer: `stocks` itself remembers a new leaf only after the commit."""
        leaf = self._leaves.get(key)
        if leaf is None:
            leaf = self._leaves[key] = stocks.leaf_of(BOOK, key)
        return leaf

    def _move(self, known: _Open, outcome: Outcome) -> None:
        if not (outcome.moves or outcome.schedule):
            return
        moves = taken_over(known.schedule, outcome.moves, outcome.schedule, outcome.at)
        known.schedule = outcome.schedule
        item, leaf = known.dossier.id, known.leaf
        self._moves += [(m.at, item, *leaf, m.source, m.target) for m in moves]

    def _hand_on(self, known: _Open, outcome: Outcome) -> None:
        """The task that was open is done; the next one opens."""
        if known.task is not None:
            self._tasks.append(known.task.closed_row(outcome.at))
        known.task = (
            record.task_plan(known.dossier, known.definition, outcome, outcome.task)
            if outcome.task is not None
            else None
        )

    def _next_id(self) -> int:
        if not self._ids:
            self._ids = list(reversed(reserve_ids(Dossier, BLOCK)))
        return self._ids.pop()

    def _next_number(self, receiving_unit_id: int, day: date) -> str:
        organ_id, organ_code = queries.organ_of(self._tree, receiving_unit_id)
        key = of_day(numbers.SERIES, organ_id, day)
        self._last[key] += 1
        self._raised.add(key)
        return numbers.dossier_number(organ_code, day, self._last[key])

    def _register(self, dossier: Dossier, year: int) -> None:
        key = of_year(numbers.REGISTER, dossier.receiving_unit_id, year)
        if dossier.register_number is None:
            dossier.register_number = self._last[key] + 1
        dossier.register_year = year
        self._last[key] = max(self._last[key], dossier.register_number)
        self._raised.add(key)

    def _forget(self) -> None:
        self._open.clear()
        self._raised.clear()
        for rows in (self._acts, self._moves, self._tasks, self._audit):
            rows.clear()
