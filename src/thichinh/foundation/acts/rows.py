"""Acts on the rows of one table that has the columns number, state and revision: most apps' subjects.

Such an app says who sees which rows and what else follows from an act; its verbs' laws are functions
of a `RowCase` that return a `RowOutcome`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

from thichinh.foundation import clock
from thichinh.foundation.acts.declaring import Performer, Verb
from thichinh.foundation.acts.running import Acts
from thichinh.foundation.errors import Conflict, Missing

A = TypeVar("A", bound=Performer)
S = TypeVar("S", bound=Model)


@dataclass(frozen=True, slots=True)
class RowCase(Generic[S]):
    """The row under lock, in one of the states of the verb, and the moment of the act."""

    row: S
    at: datetime


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """The state that the row goes to, and what else of it changes, by column.

    `data` is what the law says besides: a reason that belongs elsewhere, say. `follow` gets it.
    """

    at: datetime
    state: int
    changes: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowDone:
    """What an act did to a row: when, from which state, and what the changed columns held before."""

    at: datetime
    from_state: int
    before: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


class RowActs(Acts[A, S, RowCase[S], RowOutcome]):
    """How an act finds, reads and writes its row."""

    model: type[S]

    @abstractmethod
    def seen(self, actor: A) -> QuerySet[S]:
        """The rows that this actor may see."""

    @abstractmethod
    def follow(self, actor: A, row: S, done: RowDone) -> None:
        """What an act leads to beside its row, which is written: books, tasks, messages."""

    def lock(self, which: int | str) -> S:
        found = self.model._default_manager.select_for_update().filter(number=which).first()
        if found is None:
            raise Missing()
        return found

    def lock_all(self, ids: Sequence[int]) -> None:
        """Lock these rows in one order until the transaction ends (`work.rules.TaskSubject`)."""
        rows = self.model._default_manager.select_for_update(of=("self",))
        list(rows.filter(pk__in=ids).order_by("pk"))

    def read(self, actor: A, number: str) -> S:
        """The row of this number. Raises Missing, also for who may not see it."""
        found = self.seen(actor).filter(number=number).first()
        if found is None:
            raise Missing()
        return found

    def require_seen(self, actor: A, subject: Any) -> None:
        self.read(actor, subject.number)

    def case(self, verb: Verb[RowCase[S], RowOutcome], subject: Any) -> RowCase[S]:
        if subject.state not in verb.states:
            raise Conflict(self.changed)
        return RowCase(subject, clock.now())

    def write(self, actor: A, case: RowCase[S], outcome: RowOutcome) -> None:
        row: Any = case.row
        changes = {**outcome.changes, "state": outcome.state}
        before = {name: getattr(row, name) for name in changes}
        for name, value in changes.items():
            setattr(row, name, value)
        row.revision += 1
        row.save(update_fields=[*changes, "revision"])
        self.follow(actor, row, RowDone(outcome.at, before["state"], before, outcome.data))

    def codes(self, subject: Any, outcome: RowOutcome) -> dict[str, Any]:
        return {"number": subject.number, "state": outcome.state}

    def answer(self, subject: Any) -> dict[str, Any]:
        """The schema is `acts.api.RowOut`."""
        return {"number": subject.number, "state": subject.state, "revision": subject.revision}
