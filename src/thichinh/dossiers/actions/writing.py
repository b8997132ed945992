"""Writing an outcome: every table that an act touches, in one transaction."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from thichinh.accounts.rules import Actor
from thichinh.dossiers.models import Act, Dossier
from thichinh.dossiers.rules import record
from thichinh.dossiers.rules.acts import Outcome
from thichinh.dossiers.rules.book import BOOK
from thichinh.foundation import clock
from thichinh.foundation.calendar import start_of
from thichinh.foundation.rows import insert_row
from thichinh.procedures.models import ProcedureDefinition
from thichinh.stocks import actions as stocks
from thichinh.work import actions as work


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
    """Everything but the dossier's own row: books, tasks, history."""
    if outcome.moves or outcome.schedule:
        stocks.post(
            BOOK,
            dossier.pk,
            record.cell_key(dossier, definition),
            outcome.moves,
            schedule=outcome.schedule,
            settle=not new,
            at=outcome.at,
        )
    if not new:
        work.close_tasks(record.SUBJECT, dossier.pk, at=outcome.at)
    if outcome.task is not None:
        work.open_task(record.task_plan(dossier, definition, outcome, outcome.task), actor)
    tell(actor, dossier, outcome, from_state)


def tell(actor: Actor, dossier: Dossier, outcome: Outcome, from_state: int) -> None:
    """The dossier's own history. Audit and event are the engine's (`DOSSIER_ACTS.tell`)."""
    insert_row(Act, record.ACT_FIELDS, record.act_row(dossier, outcome, actor, from_state))
