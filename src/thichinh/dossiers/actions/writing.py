"""Writing an outcome: every table that an act touches, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from thichinh.accounts.rules import Actor
from thichinh.dossiers import queries
from thichinh.dossiers.models import Act, Dossier
from thichinh.dossiers.rules import record
from thichinh.dossiers.rules.acts import Outcome
from thichinh.dossiers.rules.book import BOOK
from thichinh.foundation import audit, clock
from thichinh.foundation.calendar import start_of
from thichinh.foundation.definitions import content_of
from thichinh.foundation.events import publish
from thichinh.foundation.rows import insert_row
from thichinh.procedures.models import ProcedureDefinition
from thichinh.stocks import actions as stocks
from thichinh.work import actions as work


@dataclass(frozen=True, slots=True)
class Case:
    """A dossier under lock, the version of its procedure, and the moment of the act."""

    dossier: Dossier
    definition: ProcedureDefinition
    at: datetime


def act(
    actor: Actor, which: int | str, permission: str, plan: Callable[[Case], Outcome]
) -> Dossier:
    """Lock the dossier, check authority, ask the law, write what follows. One transaction.

    The moment is taken under the lock, so the order of acts is the order of their instants.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an act on a dossier runs inside a transaction")
    dossier = queries.locked(which)
    unit = dossier.receiving_unit_id if permission in _AT_THE_DESK else dossier.unit_id
    if permission != "dossier.withdraw" or not queries.is_own(actor, dossier):
        _check_may(actor, permission, unit, dossier)
    definition: ProcedureDefinition = content_of(dossier.definition_id)
    outcome = plan(Case(dossier, definition, clock.now()))
    from_state = dossier.state
    change(dossier, outcome)
    write(actor, dossier, definition, outcome, from_state, new=False)
    return dossier


def _check_may(actor: Actor, permission: str, unit_id: int, dossier: Dossier) -> None:
    """Who sees nothing of a dossier is not told by a refusal that its number exists."""
    if not actor.may(permission, unit_id):
        queries.dossier_of_number(actor, dossier.number)  # Missing, as for a number nobody has
    actor.require(permission, unit_id)


def moment_of(day: date) -> datetime:
    """Now. Where midnight passed while we waited for a number of a day, the end of that day.

    To be asked when the number is there: who has the later number has the later moment.
    """
    return min(clock.now(), start_of(day + timedelta(days=1)) - timedelta(microseconds=1))


def change(dossier: Dossier, outcome: Outcome) -> None:
    """The dossier's own row."""
    changed = record.apply(dossier, outcome)
    dossier.save(update_fields=[name.removesuffix("_id") for name in changed])


def write(
    actor: Actor,
    dossier: Dossier,
    definition: ProcedureDefinition,
    outcome: Outcome,
    from_state: int,
    *,
    new: bool,
) -> None:
    """Everything but the dossier's own row: books, tasks, history, audit, event."""
    if outcome.moves or outcome.schedule:
        stocks.post(
            BOOK,
            dossier.pk,
            record.cell_key(dossier, definition),
            outcome.moves,
            schedule=outcome.schedule,
            settle=not new,
        )
    if not new:
        work.close_tasks(record.SUBJECT, dossier.pk, at=outcome.at)
    if outcome.task is not None:
        work.open_task(record.task_plan(dossier, definition, outcome, outcome.task), actor)
    tell(actor, dossier, outcome, from_state)


def tell(actor: Actor, dossier: Dossier, outcome: Outcome, from_state: int) -> None:
    """History, audit, event."""
    insert_row(Act, record.ACT_FIELDS, record.act_row(dossier, outcome, actor, from_state))
    audit.record(
        actor,
        record.audit_action(outcome),
        dossier,
        data=record.audit_data(dossier, outcome),
        at=outcome.at,
    )
    publish(outcome.event(dossier.pk))


_AT_THE_DESK = {
    "dossier.accept",
    "dossier.refuse",
    "dossier.transfer",
    "dossier.return",
    "dossier.withdraw",
}
