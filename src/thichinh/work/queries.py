"""Reads of work: one inbox, the workload, and who may take over from whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _

from thichinh.accounts.models import Account
from thichinh.accounts.queries import holders_of, officials_of
from thichinh.accounts.rules import Actor, within
from thichinh.foundation.calendar import start_of
from thichinh.foundation.clock import now, today
from thichinh.foundation.errors import Missing
from thichinh.foundation.text import one_line
from thichinh.work.models import DeadlineChange, Task, WorkHandOver
from thichinh.work.rules import kind_named

PAGE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TaskShelf = Literal["mine", "unit", "colleagues", "all", "paused"]
SHELVES: tuple[TaskShelf, ...] = ("mine", "unit", "colleagues", "all", "paused")


@dataclass(frozen=True)
class TaskSieve:
    """What to keep of an inbox: a kind of task, a timing, a reference; '' keeps everything."""

    kind: str = ""
    timing: Literal["", "overdue", "today"] = ""
    reference: str = ""


@dataclass(frozen=True)
class InboxPage:
    """Tasks in order of deadline, and the cursors to go on and back ('' at an end)."""

    tasks: list[Task]
    next_cursor: str
    previous_cursor: str


@dataclass(frozen=True)
class InboxCounts:
    """How much waits on each shelf, and how urgent it is for the whole of it."""

    mine: int
    unit: int
    colleagues: int
    all: int
    paused: int
    due_today: int
    overdue: int


@dataclass(frozen=True)
class Load:
    """The open work of one officer (or of nobody yet) in one unit."""

    unit_id: int
    unit_name: str
    assignee_id: int | None
    officer: str
    open: int
    due_today: int
    overdue: int
    paused: int
    oldest_due: datetime | None


def times_moved(subject_type: str, subject_id: int) -> int:
    """How often the deadline of the live tasks about a subject was moved."""
    live = (Task.Status.OPEN, Task.Status.PAUSED)
    of = {"task__subject_type": subject_type, "task__subject_id": subject_id}
    return DeadlineChange.objects.filter(task__status__in=live, **of).count()


def visible_to(actor: Actor) -> QuerySet[Task]:
    """Tasks of the units where the actor holds `task.view`, and those given to them."""
    return Task.objects.filter(within(actor, "task.view") | _mine(actor))


def _mine(actor: Actor) -> Q:
    return Q(assignee_id=actor.acting_for_id, assignee_id__isnull=False)


def _shelf(actor: Actor, shelf: TaskShelf) -> QuerySet[Task]:
    units = within(actor, "task.view")
    if shelf == "mine":
        return Task.objects.filter(_mine(actor), status=Task.Status.OPEN)
    if shelf == "unit":
        return Task.objects.filter(units, assignee=None, status=Task.Status.OPEN)
    if shelf == "colleagues":
        others = Task.objects.filter(units, assignee__isnull=False, status=Task.Status.OPEN)
        return others.exclude(assignee_id=actor.acting_for_id or 0)
    if shelf == "paused":
        return visible_to(actor).filter(status=Task.Status.PAUSED)
    return visible_to(actor).filter(status=Task.Status.OPEN)


def _sift(tasks: QuerySet[Task], sieve: TaskSieve) -> QuerySet[Task]:
    if sieve.kind:
        tasks = tasks.filter(kind=sieve.kind)
    if reference := one_line(sieve.reference):
        tasks = tasks.filter(reference__icontains=reference)
    if sieve.timing == "overdue":
        tasks = tasks.filter(due_order__lt=now())
    elif sieve.timing == "today":
        tasks = tasks.filter(due_order__gte=now(), due_order__lt=_end_of_today())
    return tasks


def _end_of_today() -> datetime:
    return start_of(today() + timedelta(days=1))


def inbox(
    actor: Actor,
    shelf: TaskShelf = "mine",
    sieve: TaskSieve | None = None,
    *,
    after: str = "",
    before: str = "",
) -> InboxPage:
    """One page of an inbox, by deadline then id, going on `after` or back `before` a cursor.

    One query whatever the page; a cursor that makes no sense begins at the beginning.
    """
    tasks = _sift(_shelf(actor, shelf), sieve or TaskSieve())
    tasks = tasks.select_related("unit", "assignee")
    back = _cursor(before)
    if back is not None:
        return _page_before(tasks, back)
    start = _cursor(after)
    if start is not None:
        due, pk = start
        tasks = tasks.filter(due_order__gte=due).exclude(due_order=due, id__lte=pk)
    found = list(tasks.order_by("due_order", "id")[: PAGE + 1])
    more = len(found) > PAGE
    return _page(found[:PAGE], more_after=more, more_before=start is not None)


def _page_before(tasks: QuerySet[Task], cursor: tuple[datetime, int]) -> InboxPage:
    due, pk = cursor
    tasks = tasks.filter(due_order__lte=due).exclude(due_order=due, id__gte=pk)
    found = list(tasks.order_by("-due_order", "-id")[: PAGE + 1])
    more = len(found) > PAGE
    return _page(found[:PAGE][::-1], more_after=True, more_before=more)


def _page(tasks: list[Task], *, more_after: bool, more_before: bool) -> InboxPage:
    return InboxPage(
        tasks,
        next_cursor=_cursor_of(tasks[-1]) if tasks and more_after else "",
        previous_cursor=_cursor_of(tasks[0]) if tasks and more_before else "",
    )


def _cursor_of(task: Task) -> str:
    return f"{(task.due_order - _EPOCH) // timedelta(microseconds=1)}-{task.pk}"


def _cursor(text: str) -> tuple[datetime, int] | None:
    micros, _, pk = text.partition("-")
    if not (micros.isdecimal() and pk.isdecimal()) or len(micros) > 18 or len(pk) > 18:
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(micros)), int(pk)
    except OverflowError:
        return None


def inbox_counts(actor: Actor) -> InboxCounts:
    """How much waits on each shelf: one query over the open tasks one may see."""
    is_open, mine = Q(status=Task.Status.OPEN), _mine(actor)
    nobody = Q(assignee=None)
    counted = visible_to(actor).filter(status__in=[Task.Status.OPEN, Task.Status.PAUSED])
    row = counted.aggregate(
        mine=Count("id", filter=is_open & mine),
        unit=Count("id", filter=is_open & nobody),
        all=Count("id", filter=is_open),
        paused=Count("id", filter=Q(status=Task.Status.PAUSED)),
        due_today=Count("id", filter=is_open & _due_today()),
        overdue=Count("id", filter=is_open & Q(due_order__lt=now())),
    )
    return InboxCounts(**row, colleagues=row["all"] - row["mine"] - row["unit"])


def _due_today() -> Q:
    return Q(due_order__gte=now(), due_order__lt=_end_of_today())


def workload(actor: Actor) -> list[Load]:
    """Open work by unit and officer where the actor may assign: one query, worst first."""
    is_open = Q(status=Task.Status.OPEN)
    grouped = (
        Task.objects.filter(within(actor, "task.assign"), status__in=[1, 2])
        .values("unit_id", "unit__name", "unit__sort_key", "assignee_id", "assignee__display_name")
        .annotate(
            open=Count("id", filter=is_open),
            due_today=Count("id", filter=is_open & _due_today()),
            overdue=Count("id", filter=is_open & Q(due_order__lt=now())),
            paused=Count("id", filter=~is_open),
            oldest_due=Min("due_at", filter=is_open),
        )
        .order_by("unit__sort_key", "-overdue", "-open", "assignee_id")
    )
    return [
        Load(
            unit_id=row["unit_id"],
            unit_name=row["unit__name"],
            assignee_id=row["assignee_id"],
            officer=row["assignee__display_name"] or "",
            open=row["open"],
            due_today=row["due_today"],
            overdue=row["overdue"],
            paused=row["paused"],
            oldest_due=row["oldest_due"],
        )
        for row in grouped
    ]


def task(actor: Actor, task_id: int) -> Task:
    """One task the actor may see. Raises Missing."""
    found = visible_to(actor).filter(pk=task_id).select_related("unit", "assignee").first()
    if found is None:
        raise Missing(_("Không tìm thấy việc này."))
    return found


def deadline_changes(task: Task) -> list[DeadlineChange]:
    """How the deadline of a task was moved, from the first time on."""
    rows = DeadlineChange.objects.filter(task=task).order_by("id")
    return list(rows.select_related("moved_by", "on_behalf_of"))


def latest_hand_overs(actor: Actor, limit: int = 10) -> list[WorkHandOver]:
    """The hand-overs that the actor gave, took or made, and those of their units' officers."""
    mine = Q(giver_id=actor.acting_for_id) | Q(taker_id=actor.acting_for_id)
    near = mine | Q(handed_by_id=actor.account_id) | within(actor, "task.assign", "giver__unit")
    rows = WorkHandOver.objects.filter(near).order_by("-id")
    return list(rows.select_related("giver", "taker", "handed_by")[:limit])


def possible_assignees(actor: Actor, task: Task) -> list[Account]:
    """Officers who may do what a task asks for in its unit, in order of name: two queries."""
    if not actor.may("task.assign", task.unit_id):
        return []
    needed = kind_named(task.kind).permission
    return holders_of(needed, frozenset([task.unit_id]), actor.epoch)


def givers(actor: Actor) -> list[Account]:
    """Officers with open work that the actor may hand over: their own, and their units'."""
    mine_to_give = Task.objects.filter(
        within(actor, "task.assign") | _mine(actor), status__in=[1, 2], assignee__isnull=False
    )
    ids = mine_to_give.values("assignee_id").distinct()
    return list(Account.objects.filter(pk__in=ids).order_by("sort_name", "id"))


def open_work_of(actor: Actor, giver_id: int) -> QuerySet[Task]:
    """The open tasks of an officer that the actor may hand over, by deadline."""
    reach = within(actor, "task.assign")
    if giver_id == actor.acting_for_id:
        reach |= _mine(actor)
    rows = Task.objects.filter(reach, assignee_id=giver_id, status__in=[1, 2])
    return rows.select_related("unit").order_by("due_order", "id")


def possible_takers(actor: Actor) -> list[Account]:
    """Officers who could take work over: of the actor's reach, and of their own units."""
    reach = actor.units("task.assign") or actor.units("task.view")
    return list(officials_of(reach))


def assigned_task(task_id: int) -> Task:
    """A task with its officer and what is needed to reach them: for telling them of it."""
    return Task.objects.select_related("assignee__person").get(pk=task_id)


def giver_and_taker(giver_id: int, taker_id: int) -> tuple[Account, Account]:
    """The two officers of a hand-over, with what is needed to reach them."""
    found = Account.objects.select_related("person").in_bulk([giver_id, taker_id])
    return found[giver_id], found[taker_id]
