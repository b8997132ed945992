"""An officer is told of work that somebody else gave them."""

from __future__ import annotations

from thichinh.foundation.clock import now
from thichinh.foundation.text import vn_datetime
from thichinh.notifications.actions import About, notify
from thichinh.work import queries
from thichinh.work.events import TaskAssigned, TaskOpenedFor, TasksHandedOver
from thichinh.work.rules import MINE, TASK_ASSIGNED, TASKS_HANDED_OVER


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
        "due": vn_datetime(task.due_at) if task.due_at else "—",
    }
    about = About(task.subject_type, task.subject_id, task.unit_id, task.link, task.reference)
    notify(TASK_ASSIGNED.code, task.assignee, about=about, values=values, key=_this_time(task.pk))


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


def _this_time(pk: int) -> str:
    """Who gets the same work again later is told again."""
    return f"{pk}@{now():%Y%m%d%H%M%S}"
