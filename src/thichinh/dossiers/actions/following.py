"""What keeps a dossier in step with its work, and handing over all that waits at a desk."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef

from thichinh.accounts.rules import Actor
from thichinh.dossiers import queries
from thichinh.dossiers.actions.performing import DOSSIER_ACTS, perform
from thichinh.dossiers.actions.writing import change, tell
from thichinh.dossiers.models import Act, Dossier
from thichinh.dossiers.rules import acts
from thichinh.dossiers.rules.record import SUBJECT
from thichinh.foundation import clock
from thichinh.foundation.definitions import content_of
from thichinh.work.models import Task

MOST_AT_ONCE = 200


@transaction.atomic
def transfer_waiting(actor: Actor, desk_id: int) -> int:
    """Hand over every dossier that waits at a desk, the most urgent first; returns how many.

    At most MOST_AT_ONCE, all or none. Needs `dossier.transfer` at the desk.
    """
    actor.require("dossier.transfer", desk_id)
    waiting = Task.objects.filter(
        unit_id=desk_id, kind="dossier.transfer", status=Task.Status.OPEN, subject_type=SUBJECT
    )
    found = list(waiting.order_by("due_order", "id")[:MOST_AT_ONCE])
    for dossier_id in sorted(task.subject_id for task in found):  # locked in one order by all
        perform(actor, "transfer", dossier_id)
    return len(found)


@transaction.atomic
def follow_assignment(dossier_ids: Iterable[int], officer_id: int | None, who: Actor) -> None:
    """Their tasks went to an officer (or back to the unit): the dossiers name the same one.

    Authority was checked where the task was given. Only dossiers being processed have an officer;
    the desk's own tasks (accepting, handing over, returning) name nobody.
    """
    for dossier_id in sorted(set(dossier_ids)):
        dossier = queries.locked(dossier_id)
        if dossier.state == Dossier.State.PROCESSING and dossier.assignee_id != officer_id:
            _name_officer(who, dossier, officer_id)


@transaction.atomic
def follow_detached(account_id: int, person_id: int, claimed_id: int) -> None:
    """What an account filed online under another's number is no longer that person's.

    The detaching is audited where it is done, with both persons; the acts stay as they were.
    """
    filed = Act.objects.filter(dossier=OuterRef("pk"), verb="submit", account_id=account_id)
    rows = Dossier.objects.filter(Exists(filed), applicant_id=person_id)
    rows.update(applicant_id=claimed_id)


def _name_officer(who: Actor, dossier: Dossier, officer_id: int | None) -> None:
    """An act like any other, but its task is already with the officer."""
    definition = content_of(dossier.definition_id)
    outcome = acts.assign(dossier, definition, clock.now(), officer_id)
    from_state = dossier.state
    change(dossier, outcome)
    tell(who, dossier, outcome, from_state)
    DOSSIER_ACTS.tell(who, outcome.verb, dossier, outcome)
