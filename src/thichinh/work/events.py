"""What happened to tasks; whoever opened them may keep their own records in step.

Who did it, on whose behalf and for which unit comes along: the follower's audit says it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class TaskAssigned:
    """An open task was given to an officer, or back to the unit (`assignee_id` None)."""

    task_id: int
    subject_type: str
    subject_id: int
    assignee_id: int | None
    by_account_id: int | None
    on_behalf_of_id: int | None
    by_unit_id: int | None


@dataclass(frozen=True)
class DeadlineMoved:
    """A leader, or an act on its subject, moved the deadline of one live task."""

    task_id: int
    subject_type: str
    subject_id: int
    old_due_at: datetime | None
    new_due_at: datetime
    by_account_id: int | None
    on_behalf_of_id: int | None
    by_unit_id: int | None


@dataclass(frozen=True)
class TaskOpenedFor:
    """A task was opened with an officer named for it by the act that opened it."""

    task_id: int
    assignee_id: int
    by_account_id: int | None


@dataclass(frozen=True)
class TasksHandedOver:
    """Open tasks went from one officer to another; `subjects` are (type, id) pairs."""

    giver_id: int
    taker_id: int
    subjects: tuple[tuple[str, int], ...]
    by_account_id: int | None
    on_behalf_of_id: int | None
    by_unit_id: int | None
