"""Reads of work: one inbox, the workload, and who may take over from whom."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial, reduce
from operator import or_
from typing import Any, Literal

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from thichinh.accounts.models import Account, Unit
from thichinh.accounts.queries import holders_of, officials_of, unit_tree
from thichinh.accounts.rules import Actor, within
from thichinh.foundation.calendar import start_of
from thichinh.foundation.clock import now, today
from thichinh.foundation.errors import Missing
from thichinh.foundation.heads import MOST_COUNTED, AtLeast, Places, counts_up_to, first_of
from thichinh.foundation.paging import KeysetPage, Order, keyset_page
from thichinh.foundation.text import one_line
from thichinh.work.models import NO_DUE, DeadlineChange, Task, WorkHandOver
from thichinh.work.rules import kind_named

PAGE = 50
BY_DUE = Order("due_order")
TaskShelf = Literal["mine", "unit", "colleagues", "all", "paused"]
SHELVES: tuple[TaskShelf, ...] = ("mine", "unit", "colleagues", "all", "paused")


@dataclass(frozen=True)
class TaskSieve:
    """What to keep of an inbox: a kind of task, a timing, a reference; '' keeps everything."""

    kind: str = ""
    timing: Literal["", "overdue", "today"] = ""
    reference: str = ""


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


def _shelf(actor: Actor, shelf: TaskShelf) -> list[Places]:
    """Where the indexes keep the tasks of a shelf in order of deadline; some may lie in two places."""
    tasks, units = Task.objects.all(), actor.units("task.view")
    running = tasks.filter(status=Task.Status.OPEN)
    free, taken = running.filter(assignee=None), running.filter(assignee__isnull=False)
    halted = tasks.filter(status=Task.Status.PAUSED)
    me = actor.acting_for_id
    own = [] if me is None else [me]
    if shelf == "mine":
        return [Places(running, "assignee", own)]
    if shelf == "unit":
        return [_of_units(actor, free, units)]
    if shelf == "colleagues":
        return [_of_units(actor, taken.exclude(assignee_id=me or 0), units)]
    if shelf == "paused":
        return [_of_units(actor, halted, units), Places(halted, "assignee", own)]
    both = [_of_units(actor, free, units), _of_units(actor, taken, units)]
    return [*both, Places(running, "assignee", own)]


def _of_units(actor: Actor, rows: QuerySet[Task], units: Collection[int]) -> Places:
    every = unit_tree().nodes.keys() if actor.everywhere else units
    return Places(rows, "unit", every)


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


def inbox_rows(actor: Actor, shelf: TaskShelf, sieve: TaskSieve) -> QuerySet[Task]:
    """The tasks of a shelf, with what a list shows of them."""
    rows = reduce(or_, (place.all() for place in _shelf(actor, shelf)))
    return _sift(rows, sieve).select_related("unit", "assignee")


def inbox_first(
    actor: Actor, shelf: TaskShelf, sieve: TaskSieve, order: Order, beyond: Q, most: int
) -> QuerySet[Task]:
    """The first `most` tasks of a shelf in an order, of those beyond an edge. One query.

    Each place of the shelf is read no further than that.
    """
    places = [
        replace(place, rows=_sift(place.rows, sieve).filter(beyond))
        for place in _shelf(actor, shelf)
    ]
    return first_of(inbox_rows(actor, shelf, sieve).filter(beyond), places, order, most)


def inbox(
    actor: Actor,
    shelf: TaskShelf = "mine",
    sieve: TaskSieve | None = None,
    *,
    after: str = "",
    before: str = "",
) -> KeysetPage[Task]:
    """One page of an inbox, by deadline then id, going on `after` or back `before` a cursor.

    One query whatever the page; a cursor that makes no sense begins at the beginning.
    """
    sieve = sieve or TaskSieve()
    rows, first = inbox_rows(actor, shelf, sieve), partial(inbox_first, actor, shelf, sieve)
    return keyset_page(rows, BY_DUE, PAGE, after=after, before=before, first=first)


def inbox_counts(actor: Actor) -> InboxCounts:
    """How much waits on each shelf, counted up to MOST_COUNTED: one query."""
    shelves = {shelf: _shelf(actor, shelf) for shelf in SHELVES}
    asked: dict[str, list[QuerySet[Task]]] = {
        shelf: [place.all() for place in places] for shelf, places in shelves.items()
    }
    everything = asked["all"]
    return InboxCounts(
        **counts_up_to(
            {
                **asked,
                "due_today": [rows.filter(_due_today()) for rows in everything],
                "overdue": [rows.filter(due_order__lt=now()) for rows in everything],
            }
        )
    )


def _due_today() -> Q:
    return Q(due_order__gte=now(), due_order__lt=_end_of_today())


MOST_FREE, MOST_TAKEN = MOST_COUNTED, 2_000
"""How much of a unit's open work is looked at for the workload, the earliest due first: of what nobody
took or what is paused, and of what its officers took. What is beyond is told as "at least"."""
_WHOSE = ("unit_id", "assignee_id")
_WORKLOAD = """
WITH load AS (
  SELECT unit_id, assignee_id, min(due_order) FILTER (WHERE status = 1) AS first_due,
    count(*) FILTER (WHERE status = 1) AS open, count(*) FILTER (WHERE status = 2) AS paused,
    count(*) FILTER (WHERE status = 1 AND due_order < %s) AS overdue,
    count(*) FILTER (WHERE status = 1 AND due_order < %s) AS urgent
  FROM ({heads}) head GROUP BY unit_id, assignee_id)
SELECT load.*, unit.name AS unit_name, account.display_name AS officer, sum(open) OVER whose AS all_open,
  sum(overdue) OVER whose AS all_overdue, sum(urgent) OVER whose AS all_urgent,
  sum(paused) OVER (PARTITION BY load.unit_id) AS all_paused
FROM load JOIN {units} unit ON unit.id = load.unit_id
LEFT JOIN {accounts} account ON account.id = load.assignee_id
WINDOW whose AS (PARTITION BY load.unit_id, load.assignee_id IS NULL)
ORDER BY unit.sort_key, overdue DESC, open DESC, load.assignee_id
"""


def workload(actor: Actor) -> list[Load]:
    """Open work by unit and officer where the actor may assign, worst first: one query.

    A unit's counts are AtLeast what they say where it has more than MOST_FREE or MOST_TAKEN.
    """
    tasks = Task.objects.all()
    running, halted = (tasks.filter(status=s) for s in (Task.Status.OPEN, Task.Status.PAUSED))
    units = unit_tree().nodes.keys() if actor.everywhere else actor.units("task.assign")
    free, taken = running.filter(assignee=None), running.filter(assignee__isnull=False)
    # The status, and that nobody took it, are named and not read: so the indexes alone answer.
    heads = [
        ("NULL::bigint", 1, *Places(free, "unit", units).heads(BY_DUE, MOST_FREE + 1, "unit_id")),
        *(
            ("assignee_id", status, *Places(rows, "unit", units).heads(BY_DUE, most + 1, *_WHOSE))
            for rows, status, most in ((taken, 1, MOST_TAKEN), (halted, 2, MOST_FREE))
        ),
    ]
    text = _WORKLOAD.format(
        heads=" UNION ALL ".join(
            f"SELECT unit_id, {who} AS assignee_id, {status} AS status, due_order FROM ({head}) one"
            for who, status, head, _values in heads
        ),
        units=Unit._meta.db_table,
        accounts=Account._meta.db_table,
    )
    params = [now(), _end_of_today(), *(v for *_head, values in heads for v in values)]
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        names = [column.name for column in cursor.description]
        return [_load(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def _load(row: dict[str, Any]) -> Load:
    most = MOST_FREE if row["assignee_id"] is None else MOST_TAKEN

    def told(n: int, looked_at: int, most: int = most) -> int:
        return AtLeast(n) if looked_at > most else n

    return Load(
        unit_id=row["unit_id"],
        unit_name=row["unit_name"],
        assignee_id=row["assignee_id"],
        officer=row["officer"] or "",
        open=told(row["open"], row["all_open"]),
        due_today=told(row["urgent"] - row["overdue"], row["all_urgent"]),
        overdue=told(row["overdue"], row["all_overdue"]),
        paused=told(row["paused"], row["all_paused"], MOST_FREE),
        oldest_due=None if row["first_due"] == NO_DUE else row["first_due"],
    )


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
    waiting = Task.objects.filter(assignee_id=OuterRef("pk"), status__in=[1, 2])
    theirs = waiting.filter(within(actor, "task.assign"))
    # One key per officer, asked one by one: an EXISTS would gather all open work.
    rows = Account.objects.alias(
        any_of_theirs=Subquery(theirs.values("pk")[:1]), any=Subquery(waiting.values("pk")[:1])
    ).filter(
        Q(unit__isnull=False, any_of_theirs__isnull=False)
        | Q(pk=actor.acting_for_id or 0, any__isnull=False)
    )
    return list(rows.order_by("sort_name", "id"))


def work_to_hand_over(actor: Actor, giver_id: int) -> tuple[list[Task], int]:
    """The first PAGE open tasks of an officer that the actor may hand over, and how many there are."""
    work = open_work_of(actor, giver_id)
    first = list(work[: PAGE + 1])
    if len(first) <= PAGE:
        return first, len(first)
    return first[:PAGE], counts_up_to({"work": [work]})["work"]


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
