"""What lower apps tell us: a task about a dossier changed hands, an account was a stranger's."""

from __future__ import annotations

from thichinh.accounts.events import AccountDetached
from thichinh.accounts.rules import Actor
from thichinh.dossiers import actions
from thichinh.dossiers.rules.record import SUBJECT
from thichinh.work.events import TaskAssigned, TasksHandedOver


def task_assigned(event: TaskAssigned) -> None:
    """Keep the officer of the dossier in step with the officer of its task."""
    if event.subject_type == SUBJECT:
        actions.follow_assignment([event.subject_id], event.assignee_id, _who(event))


def account_detached(event: AccountDetached) -> None:
    """What somebody filed under another's number goes with them."""
    actions.follow_detached(event.account_id, event.person_id, event.claimed_id)


def tasks_handed_over(event: TasksHandedOver) -> None:
    """The same for everything an officer hands to another."""
    mine = [subject_id for kind, subject_id in event.subjects if kind == SUBJECT]
    actions.follow_assignment(mine, event.taker_id, _who(event))


def _who(event: TaskAssigned | TasksHandedOver) -> Actor:
    return Actor(
        event.by_account_id, unit_id=event.by_unit_id, on_behalf_of_id=event.on_behalf_of_id
    )
