"""Writes of work. Opening, closing and pausing belong to an act upstairs, which audits itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from thichinh.accounts.models import Account
from thichinh.accounts.queries import actor_for
from thichinh.accounts.rules import SYSTEM, Actor
from thichinh.foundation import audit, calendar
from thichinh.foundation.audit import Who
from thichinh.foundation.clock import now
from thichinh.foundation.errors import Conflict, Refused
from thichinh.foundation.events import publish
from thichinh.foundation.rows import insert_row
from thichinh.work import queries, rules
from thichinh.work.events import DeadlineMoved, TaskAssigned, TaskOpenedFor, TasksHandedOver
from thichinh.work.models import DeadlineChange, Task, WorkHandOver
from thichinh.work.rules import MOVE_DEADLINE, TASK_COLUMNS, TaskPlan

LIVE = (Task.Status.OPEN, Task.Status.PAUSED)


def open_task(plan: TaskPlan, by: Actor = SYSTEM) -> int:
    """Open a task inside the caller's transaction: one insert. Returns its id.

    An officer named for it is told, unless it is who acts (`by`).
    """
    task_id = insert_row(Task, TASK_COLUMNS, plan.row())
    if plan.assignee_id is not None:
        publish(TaskOpenedFor(task_id, plan.assignee_id, by.account_id))
    return task_id


def close_tasks(
    subject_type: str, subject_id: int, *, at: datetime | None = None, cancelled: bool = False
) -> int:
    """Close whatever is open about a subject; returns how many. One update."""
    return Task.objects.filter(
        subject_type=subject_type, subject_id=subject_id, status__in=LIVE
    ).update(
        status=Task.Status.CANCELLED if cancelled else Task.Status.DONE,
        closed_at=at or now(),
        remaining_minutes=None,
    )


def pause_tasks(subject_type: str, subject_id: int, *, at: datetime | None = None) -> int:
    """Stop the clock of the open tasks about a subject; the working minutes left are kept."""
    moment, days = at or now(), calendar.current()
    tasks = _locked(subject_type, subject_id, Task.Status.OPEN)
    for task in tasks:
        task.status = Task.Status.PAUSED
        task.remaining_minutes = rules.minutes_left(days, moment, task.due_at)
        task.save(update_fields=["status", "remaining_minutes"])
    return len(tasks)


def resume_tasks(
    subject_type: str,
    subject_id: int,
    *,
    at: datetime | None = None,
    due_at: datetime | None = None,
) -> int:
    """Let the clock run again: to `due_at` if the law restarts it, else with what was left."""
    moment, days = at or now(), calendar.current()
    tasks = _locked(subject_type, subject_id, Task.Status.PAUSED)
    for task in tasks:
        left = task.remaining_minutes
        task.due_at = due_at or rules.due_after_pause(days, moment, task.due_at, left)
        task.status, task.remaining_minutes = Task.Status.OPEN, None
        task.save(update_fields=["status", "remaining_minutes", "due_at"])
    return len(tasks)


def move_deadlines(
    subject_type: str, subject_id: int, *, due_at: datetime, who: Who, reason: str
) -> int:
    """Move the live tasks about a subject to a deadline that an act upstairs has decided.

    A paused one has as much more time when its clock runs again. `queries.times_moved` says how often
    that was done before, for acts that may do it once (decree 61/2018, article 19.9). Raises Refused
    for a day that is over or not worked, and without a reason.
    """
    clean, days = rules.check_reason(reason), calendar.current()
    tasks = _locked(subject_type, subject_id, *LIVE)
    for task in tasks:
        rules.check_new_deadline(days, now(), task.due_at, due_at)
        if task.due_at is not None and task.remaining_minutes is not None:
            task.remaining_minutes += days.working_time_between(task.due_at, due_at)
        _moved(task, due_at, who, clean)
    return len(tasks)


def _locked(subject_type: str, subject_id: int, *statuses: Task.Status) -> list[Task]:
    rows = Task.objects.select_for_update().filter(
        subject_type=subject_type, subject_id=subject_id, status__in=statuses
    )
    return list(rows.order_by("id"))


@transaction.atomic
def claim_task(actor: Actor, task_id: int) -> Task:
    """Take a task of one's unit that nobody has yet. Raises Conflict when somebody was faster."""
    task = _live(actor, task_id)
    actor.require(rules.kind_named(task.kind).permission, task)
    if task.assignee_id not in (None, actor.acting_for_id):
        raise Conflict(_("Đồng nghiệp của bạn vừa nhận việc này. Hãy chọn việc khác."))
    return _give(actor, task, actor.acting_for_id)


@transaction.atomic
def assign_task(actor: Actor, task_id: int, assignee_id: int | None) -> Task:
    """Give a task to an officer of reach, or back to the unit; needs `task.assign`."""
    task = _live(actor, task_id)
    actor.require("task.assign", task)
    if assignee_id is not None:
        _check_can_do(assignee_id, task)
    return _give(actor, task, assignee_id)


@transaction.atomic
def move_deadline(actor: Actor, task_id: int, due_at: datetime, reason: str) -> Task:
    """Move the deadline of an open task, where its kind allows it; needs `task.move_deadline`.

    Raises Refused for a day that is over or not worked, for a task that is paused, and without a
    reason; Conflict when the task is done.
    """
    task = _live(actor, task_id)
    actor.require(MOVE_DEADLINE, task)
    if not rules.kind_named(task.kind).deadline_moves:
        raise Refused(
            _("Hạn của việc này đi theo %(subject)s, không dời riêng được.")
            % {"subject": rules.subject_noun_of(task.subject_type)}
        )
    if task.status == Task.Status.PAUSED:
        raise Refused(_("Việc này đang tạm dừng nên chưa có hạn. Hãy dời hạn khi việc chạy lại."))
    rules.check_new_deadline(calendar.current(), now(), task.due_at, due_at)
    _moved(task, due_at, actor, rules.check_reason(reason))
    return task


def _moved(task: Task, due_at: datetime, who: Who, reason: str) -> None:
    """Write it, with history, audit and event."""
    old = task.due_at
    change = DeadlineChange.objects.create(
        task=task,
        old_due_at=task.due_at,
        new_due_at=due_at,
        reason=reason,
        moved_at=now(),
        moved_by_id=who.account_id,
        on_behalf_of_id=who.on_behalf_of_id,
    )
    task.due_at = due_at
    task.save(update_fields=["due_at", "remaining_minutes"])
    audit.record(who, "task.deadline_moved", task, data={"change": change.pk})
    moved = (task.pk, task.subject_type, task.subject_id, old, due_at)
    publish(DeadlineMoved(*moved, who.account_id, who.on_behalf_of_id, who.unit_id))


def _live(actor: Actor, task_id: int) -> Task:
    """The task under lock, after what it is about: acts upstairs lock in that order."""
    seen = queries.task(actor, task_id)
    rules.lock_subjects([(seen.subject_type, seen.subject_id)])
    task = Task.objects.select_for_update().get(pk=seen.pk)
    if task.status not in LIVE:
        raise Conflict(_("Việc này đã xong. Hãy tải lại trang."))
    return task


def _check_can_do(assignee_id: int, task: Task) -> None:
    account = Account.objects.filter(pk=assignee_id, is_active=True).first()
    if account is None or not _can_do(actor_for(account), task):
        raise Refused(
            assignee=_(
                "Cán bộ này không có quyền làm việc đã chọn ở đơn vị đó. Hãy chọn người khác."
            )
        )


def _can_do(officer: Actor, task: Task) -> bool:
    return officer.may(rules.kind_named(task.kind).permission, task.unit_id)


def _give(actor: Actor, task: Task, assignee_id: int | None) -> Task:
    before, task.assignee_id = task.assignee_id, assignee_id
    if before == assignee_id:
        return task
    task.save(update_fields=["assignee"])
    audit.record(actor, "task.assigned", task, data={"from": before, "to": assignee_id})
    publish(TaskAssigned(task.pk, task.subject_type, task.subject_id, assignee_id, *_by(actor)))
    return task


def _by(actor: Actor) -> tuple[int | None, int | None, int | None]:
    return actor.account_id, actor.on_behalf_of_id, actor.unit_id


@dataclass(frozen=True)
class HandedOver:
    """How many tasks went over, and how many stayed because the taker may not do them."""

    moved: int
    stayed: int


@transaction.atomic
def hand_over(actor: Actor, giver_id: int, taker_id: int, reason: str) -> HandedOver:
    """Give all open tasks of one officer to another, e.g. before a leave; kept with the reason.

    Done by a leader over the units concerned, or by the giver. Only tasks that the taker may do
    go over. Raises Refused when there is nothing to hand over or nobody to take it.
    """
    clean = rules.check_reason(reason)
    if giver_id == taker_id:
        raise Refused(taker=_("Người nhận phải khác người bàn giao."))
    taker = Account.objects.filter(pk=taker_id, is_active=True).first()
    if taker is None:
        raise Refused(taker=_("Hãy chọn cán bộ nhận việc đang làm việc."))
    tasks = _open_work_under_lock(actor, giver_id)
    if not tasks:
        raise Refused(_("Không có việc nào đang mở để bàn giao."))
    officer = actor_for(taker)
    moved = [task for task in tasks if _can_do(officer, task)]
    if not moved:
        raise Refused(
            taker=_("Cán bộ này không có quyền làm các việc cần bàn giao. Hãy chọn người khác.")
        )
    Task.objects.filter(pk__in=[task.pk for task in moved]).update(assignee=taker)
    _record_hand_over(actor, giver_id, taker, moved, clean)
    return HandedOver(len(moved), len(tasks) - len(moved))


def _open_work_under_lock(actor: Actor, giver_id: int) -> list[Task]:
    """Subjects first, then the tasks that are still open and still the giver's."""
    work = queries.open_work_of(actor, giver_id)
    seen = list(work)
    rules.lock_subjects((task.subject_type, task.subject_id) for task in seen)
    rows = work.filter(pk__in=[task.pk for task in seen]).order_by("id")
    return list(rows.select_for_update(of=("self",)))


def _record_hand_over(
    actor: Actor, giver_id: int, taker: Account, moved: list[Task], reason: str
) -> None:
    ids = [task.pk for task in moved]
    kept = WorkHandOver.objects.create(
        giver_id=giver_id,
        taker=taker,
        moved=len(moved),
        reason=reason,
        handed_at=now(),
        handed_by_id=actor.account_id,
        on_behalf_of_id=actor.on_behalf_of_id,
    )
    data = {"giver": giver_id, "taker": taker.pk, "hand_over": kept.pk, "tasks": ids}
    audit.record(actor, "task.handed_over", taker, data=data)
    subjects = tuple((task.subject_type, task.subject_id) for task in moved)
    publish(TasksHandedOver(giver_id, taker.pk, subjects, *_by(actor)))
