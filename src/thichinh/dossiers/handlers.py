"""What lower apps tell us: a task changed hands, an account was a stranger's; and what applicants
are told of their dossiers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from thichinh.accounts.events import AccountDetached
from thichinh.accounts.rules import Actor
from thichinh.dossiers import actions, queries
from thichinh.dossiers.events import DossierEvent
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules import notices
from thichinh.dossiers.rules.record import SUBJECT
from thichinh.notifications.actions import About, notify
from thichinh.notifications.rules import NotificationKind
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


def tells_applicant(kind: NotificationKind) -> Callable[[DossierEvent], None]:
    """The handler of the event of a verb that has a message."""
    return partial(_tell_applicant, kind)


def _tell_applicant(kind: NotificationKind, event: DossierEvent) -> None:
    """What an account filed is told to the account, everything else to the person.

    Somebody who only claims to be the person reads by that no more than what they filed themselves.
    """
    dossier = queries.with_applicant(event.dossier_id)
    kind = notices.kind_for(dossier, kind)
    filer = getattr(dossier.applicant, "account", None)
    to = filer if filer and dossier.channel == Dossier.Channel.ONLINE else dossier.applicant
    link = f"/ho-so-cua-toi/{dossier.number}/"
    notify(
        kind.code,
        to,
        about=About(SUBJECT, dossier.pk, dossier.receiving_unit_id, link, dossier.number),
        values=notices.values_of(dossier, kind),
        key=str(dossier.revision),
    )
