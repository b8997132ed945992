"""The law of tasks as values: what to open, and what a pause does to a deadline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from thichinh.accounts.rules import Actor
from thichinh.foundation.calendar import LegalCalendar, local_time
from thichinh.foundation.contributions import Part, Registry
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import one_line, vn_date
from thichinh.notifications.rules import KindGroup, NotificationKind, Variable
from thichinh.work.models import Task

MOVE_DEADLINE = "task.move_deadline"
TASK_COLUMNS = (
    "kind",
    "subject_type",
    "subject_id",
    "title",
    "link",
    "reference",
    "detail",
    "unit",
    "assignee",
    "status",
    "opened_at",
    "due_at",
    "closed_at",
    "remaining_minutes",
)
"""The fields of a task in the order of `TaskPlan.row`, for `foundation.bulk.copy_rows`."""


_STATUS, _CLOSED_AT = TASK_COLUMNS.index("status"), TASK_COLUMNS.index("closed_at")


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """A task to be opened (or, replaying the past, one already closed): no database needed.

    `reference` and `detail` are two columns shown beside the title; `link` is a path.
    """

    kind: str
    subject_type: str
    subject_id: int
    title: str
    link: str
    unit_id: int
    opened_at: datetime
    due_at: datetime | None = None
    assignee_id: int | None = None
    reference: str = ""
    detail: str = ""
    status: int = Task.Status.OPEN
    closed_at: datetime | None = None
    remaining_minutes: int | None = None

    def row(self) -> tuple[Any, ...]:
        """The values of `TASK_COLUMNS`, cut to what the columns hold."""
        return (
            self.kind,
            self.subject_type,
            self.subject_id,
            self.title[:300],
            self.link,
            self.reference[:60],
            self.detail[:300],
            self.unit_id,
            self.assignee_id,
            int(self.status),
            self.opened_at,
            self.due_at,
            self.closed_at,
            self.remaining_minutes,
        )

    def closed_row(self, at: datetime) -> tuple[Any, ...]:
        """The same, done at an instant: `dataclasses.replace` for thousands of rows, quickly."""
        row = list(self.row())
        row[_STATUS], row[_CLOSED_AT] = int(Task.Status.DONE), at
        return tuple(row)


@dataclass(frozen=True)
class TaskKind(Part):
    """A kind of work as people call it; the app that opens such tasks contributes it.

    `permission` is what doing it needs in the unit of the task: others are not given such tasks.
    `deadline_moves`: whether a leader may move the deadline of one such task. Where the law fixes it
    nobody may, except the act upstairs that changes what the law counts from (`move_deadlines`).
    """

    code: str
    label: str | Promise
    icon: str = "checklist"
    permission: str = "task.view"
    deadline_moves: bool = False


TASK_KINDS: Registry[TaskKind] = Registry(TaskKind, lambda kind: kind.code)

ANYTHING = gettext_lazy("mục")
"""What subjects of several kinds, or of one that has no noun, are called."""
Lock = Callable[[Sequence[int]], None]
"""Locks the subjects with these ids, given in ascending order, until the transaction ends."""


@dataclass(frozen=True)
class TaskSubject(Part):
    """What tasks of one or more kinds are about: what it is called, and how such things are locked.

    Acts upstairs lock the subject and then its tasks, so a verb of work must do the same.
    """

    subject_type: str
    lock: Lock
    noun: str | Promise = ANYTHING


TASK_SUBJECTS: Registry[TaskSubject] = Registry(TaskSubject, lambda given: given.subject_type)


def lock_subjects(subjects: Iterable[tuple[str, int]]) -> None:
    """Lock what these tasks are about, in one order whoever asks, before the tasks themselves."""
    wanted: dict[str, set[int]] = {}
    for subject_type, subject_id in subjects:
        wanted.setdefault(subject_type, set()).add(subject_id)
    for subject_type in sorted(name for name in wanted if name in TASK_SUBJECTS):
        TASK_SUBJECTS[subject_type].lock(sorted(wanted[subject_type]))


def kinds() -> list[TaskKind]:
    """Every kind, in the order of the apps."""
    return list(TASK_KINDS)


def kind_named(code: str) -> TaskKind:
    """The kind with this code; one nobody registered is called by its code."""
    return TASK_KINDS.get(code) or TaskKind(code, code)


def minutes_left(calendar: LegalCalendar, at: datetime, due_at: datetime | None) -> int | None:
    """Working minutes left when the clock stops; 0 or less once late; None without a deadline."""
    return None if due_at is None else calendar.working_time_between(at, due_at)


def due_after_pause(
    calendar: LegalCalendar, at: datetime, due_at: datetime | None, left: int | None
) -> datetime | None:
    """The deadline when the clock runs again: what was left counts from now.

    A task that was late before the pause stays late: its deadline does not move.
    """
    if due_at is None or left is None or left <= 0:
        return due_at
    return calendar.add_minutes(at, left)


def may_move_deadline(actor: Actor, task: Task) -> bool:
    """Whether the actor moves the deadline of this task: of its kind, in its unit."""
    moves = kind_named(task.kind).deadline_moves
    return moves and actor.may(MOVE_DEADLINE, task.unit_id)


def subject_noun_of(subject_type: str) -> str:
    """What a subject of this type is called."""
    known = TASK_SUBJECTS.get(subject_type)
    return str(known.noun) if known else str(ANYTHING)


def subject_noun() -> str:
    """What the tasks are about: the one kind of thing there is, else a word for any."""
    nouns = {str(subject.noun) for subject in TASK_SUBJECTS}
    return nouns.pop() if len(nouns) == 1 else str(ANYTHING)


def due_on(calendar: LegalCalendar, day: date) -> datetime:
    """A deadline that is a day: the end of its working hours. Raises Refused for a day off."""
    _check_working(calendar, day)
    return calendar.closes(day)


def _check_working(calendar: LegalCalendar, day: date) -> None:
    if not calendar.is_working(day):
        raise Refused(
            due_at=_("%(day)s là ngày nghỉ. Hãy chọn một ngày làm việc.") % {"day": vn_date(day)}
        )


def check_new_deadline(
    calendar: LegalCalendar, at: datetime, old: datetime | None, new: datetime
) -> None:
    """Raise Refused unless a deadline may be moved there: to a working day yet to come."""
    if new <= at:
        raise Refused(due_at=_("Hạn mới phải sau lúc này. Hãy chọn ngày khác."))
    _check_working(calendar, local_time(new).date())
    if new == old:
        raise Refused(due_at=_("Việc này đã có đúng hạn ấy. Hãy chọn ngày khác."))


def check_reason(reason: str) -> str:
    """A reason on one line. Raises Refused when there is none."""
    clean = one_line(reason)[:300]
    if not clean:
        raise Refused(reason=_("Hãy ghi lý do."))
    return clean


MINE = "/viec/?ngan=mine"
"""The shelf of one's own tasks."""
WORK = KindGroup("work", gettext_lazy("Việc của tôi"))
TASK_ASSIGNED = NotificationKind(
    code="task.assigned",
    title=gettext_lazy("Được giao việc"),
    group=WORK,
    audience="official",
    urgency="low",
    channels=("email",),
    default=("email",),
    variables=(
        Variable("title", "what is to be done"),
        Variable("reference", "the number of what it is about", public=True),
        Variable("detail", "the second column of the inbox"),
        Variable("due", "the deadline, or a dash", public=True),
    ),
)
DEADLINE_MOVED = NotificationKind(
    code="task.deadline_moved",
    title=gettext_lazy("Hạn của việc được dời"),
    group=WORK,
    audience="official",
    urgency="low",
    channels=("email",),
    default=("email",),
    variables=(
        Variable("title", "what is to be done"),
        Variable("subject", "what the task is about, as its app calls it", public=True),
        Variable("reference", "the number of what it is about", public=True),
        Variable("detail", "the second column of the inbox"),
        Variable("old", "the deadline before, or a dash", public=True),
        Variable("due", "the deadline now", public=True),
    ),
)
TASKS_HANDED_OVER = NotificationKind(
    code="task.handed_over",
    title=gettext_lazy("Nhận bàn giao việc"),
    group=WORK,
    audience="official",
    channels=("email",),
    default=("email",),
    variables=(
        Variable("count", "how many tasks", public=True),
        Variable("giver", "whose they were"),
    ),
)
