"""An officer is told of work that somebody else gave them, and of a deadline that moved."""

from __future__ import annotations

from datetime import datetime

from thichinh.foundation.clock import now
from thichinh.foundation.text import vn_datetime
from thichinh.notifications.actions import About, notify
from thichinh.work import queries
from thichinh.work.events import DeadlineMoved, TaskAssigned, TaskOpenedFor, TasksHandedOver
from thichinh.work.models import Task
from thichinh.work.rules import (
    DEADLINE_MOVED,
    MINE,
    TASK_ASSIGNED,
    TASKS_HANDED_OVER,
    subject_noun_of,
)


def task_assigned(event: TaskAssigned | TaskOpenedFor) -> None:
    """One task: its officer is told, unless they took it themselves."""
    if event.assignee_id is None or event.assignee_id == event.by_account_id:
        return
    task = queries.assigned_task(event.task_id)
    if task.assignee is None:
        return
    values = {
        "title": task.title,
        "reference": task.reference,
        "detail": task.detail,
        "due": _written(task.due_at),
    }
    key = _this_time(task.pk)
    notify(TASK_ASSIGNED.code, task.assignee, about=_about(task), values=values, key=key)


def deadline_moved(event: DeadlineMoved) -> None:
    """Whoever holds the task is told, unless they moved its deadline themselves."""
    task = queries.assigned_task(event.task_id)
    if task.assignee is None or task.assignee_id == event.by_account_id:
        return
    values = {
        "title": task.title,
        "subject": subject_noun_of(task.subject_type),
        "reference": task.reference,
        "detail": task.detail,
        "old": _written(event.old_due_at),
        "due": _written(event.new_due_at),
    }
    key = _this_time(task.pk)
    notify(DEADLINE_MOVED.code, task.assignee, about=_about(task), values=values, key=key)


def tasks_handed_over(event: TasksHandedOver) -> None:
    """Many tasks: one message says how many and whose."""
    if event.taker_id == event.by_account_id:
        return
    giver, taker = queries.giver_and_taker(event.giver_id, event.taker_id)
    if taker.unit_id is None:
        return
    values = {"count": str(len(event.subjects)), "giver": giver.display_name}
    about = About("account", giver.pk, taker.unit_id, MINE)
    notify(TASKS_HANDED_OVER.code, taker, about=about, values=values, key=_this_time(giver.pk))


def _about(task: Task) -> About:
    return About(task.subject_type, task.subject_id, task.unit_id, task.link, task.reference)


def _written(due_at: datetime | None) -> str:
    return vn_datetime(due_at) if due_at else "—"


def _this_time(pk: int) -> str:
    """Who gets the same work again later is told again."""
    return f"{pk}@{now():%Y%m%d%H%M%S}"
