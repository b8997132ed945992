"""The rows that an outcome becomes: one answer for the live act and for the bulk path."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models.base import ModelState

from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules import numbers
from thichinh.dossiers.rules.acts import LOGGED, NextTask, Outcome
from thichinh.foundation.audit import Who
from thichinh.foundation.clock import ZONE
from thichinh.procedures.models import ProcedureDefinition
from thichinh.stocks.rules import CellKey
from thichinh.work.rules import TaskPlan

SUBJECT = "dossier"
OBJECT_TYPE = "dossiers.dossier"

ACT_FIELDS = (
    "dossier", "seq", "verb", "at", "account", "on_behalf_of", "unit", "to_unit", "from_state",
    "to_state", "note", "data",
)  # fmt: skip
_COLUMNS = [field for field in Dossier._meta.concrete_fields if not field.primary_key]
DOSSIER_FIELDS = tuple(field.name for field in _COLUMNS)
_ATTRIBUTES = tuple(field.attname for field in _COLUMNS)
_BLANK = Dossier(state=0).__dict__


def new_dossier(
    *, procedure_id: int, definition_id: int, unit_id: int, receiving_unit_id: int, **facts: Any
) -> Dossier:
    """A dossier before its first act, without id and number; `facts` are further fields.

    Django's own constructor looks at every field again and costs four times as much, which counts
    where a log of a hundred thousand cases is read.
    """
    dossier = Dossier.__new__(Dossier)
    dossier.__dict__ |= _BLANK | {
        "_state": ModelState(),
        "answers": {},
        "papers": {},
        "procedure_id": procedure_id,
        "definition_id": definition_id,
        "unit_id": unit_id,
        "receiving_unit_id": receiving_unit_id,
    }
    dossier.__dict__ |= facts
    if not dossier.secret:
        dossier.secret = numbers.new_secret()
    return dossier


def dossier_row(dossier: Dossier) -> tuple[Any, ...]:
    """The values of DOSSIER_FIELDS."""
    values = dossier.__dict__
    return tuple(values[name] for name in _ATTRIBUTES)


def apply(dossier: Dossier, outcome: Outcome) -> tuple[str, ...]:
    """Put the new values into the dossier; returns the names of the fields that are new.

    Who takes it in has given it its place in the register before.
    """
    for name, value in outcome.changes.items():
        setattr(dossier, name, value)
    dossier.state = outcome.to_state
    dossier.revision += 1
    place = ("register_year", "register_number") if takes_in(outcome) else ()
    return (*outcome.changes, *place, "state", "revision")


def is_act(outcome: Outcome) -> bool:
    """Whether somebody did it here: what a log tells leaves tasks and the audit as they are."""
    return outcome.verb != LOGGED


def takes_in(outcome: Outcome) -> bool:
    """Whether the dossier is received by it, and so gets its place in the register."""
    return "received_at" in outcome.changes


def day_of(outcome: Outcome) -> date:
    """The day of an act as the town counts it."""
    return outcome.at.astimezone(ZONE).date()


def act_row(dossier: Dossier, outcome: Outcome, who: Who, from_state: int) -> tuple[Any, ...]:
    """The values of ACT_FIELDS for an outcome already applied."""
    return (
        dossier.id,
        dossier.revision,
        outcome.verb,
        outcome.at,
        who.account_id,
        who.on_behalf_of_id,
        outcome.unit_id,
        outcome.to_unit_id,
        from_state,
        outcome.to_state,
        outcome.note,
        dict(outcome.data),
    )


def audit_action(outcome: Outcome) -> str:
    return f"dossier.{outcome.verb}"


def audit_data(dossier: Dossier, outcome: Outcome) -> dict[str, Any]:
    """Codes only: the words of people stay in the dossier."""
    return {"number": dossier.number, "state": outcome.to_state, **outcome.data}


def cell_key(dossier: Dossier, definition: ProcedureDefinition) -> CellKey:
    """Where the dossier lies in the books: competent unit, field, procedure, channel."""
    dims = (definition.field, definition.code, dossier.channel)
    return CellKey(dossier.unit_id, dims)


def task_plan(
    dossier: Dossier, definition: ProcedureDefinition, outcome: Outcome, task: NextTask
) -> TaskPlan:
    """The task as the inbox shows it: what to do, for which procedure, under which number."""
    return TaskPlan(
        kind=task.kind,
        subject_type=SUBJECT,
        subject_id=dossier.id,
        title=task.title,
        link=f"/ho-so/{dossier.number}/",
        unit_id=task.unit_id,
        opened_at=outcome.at,
        due_at=task.due_at,
        assignee_id=task.assignee_id,
        reference=dossier.number,
        detail=definition.name,
    )
