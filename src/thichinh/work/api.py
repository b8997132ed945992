"""The inbox and its acts, for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from thichinh.accounts.access import actor_auth
from thichinh.accounts.rules import Actor
from thichinh.work import actions, queries
from thichinh.work.models import DeadlineChange, Task
from thichinh.work.queries import TaskShelf, TaskSieve
from thichinh.work.schemas import (
    AssignIn,
    DeadlineChangeOut,
    DeadlineIn,
    HandOverIn,
    HandOverOut,
    InboxOut,
    TaskOut,
)

router = Router(tags=["work"], auth=actor_auth)


class ActorApiRequest(HttpRequest):
    """A request that `actor_auth` let in."""

    auth: Actor


def _out(task: Task) -> dict[str, Any]:
    names = (
        "id",
        "kind",
        "title",
        "reference",
        "detail",
        "link",
        "assignee_id",
        "status",
        "due_at",
    )
    return {**{name: getattr(task, name) for name in names}, "unit": task.unit.code}


@router.get("/tasks", response=InboxOut, summary="One page of the inbox")
def list_tasks(
    request: ActorApiRequest, shelf: TaskShelf = "mine", kind: str = "", after: str = ""
) -> dict[str, Any]:
    """Tasks by deadline: `mine`, the `unit`'s free ones, `colleagues`', `all`, or `paused`."""
    request.auth.require("task.view")
    page = queries.inbox(request.auth, shelf, TaskSieve(kind=kind), after=after)
    return {"tasks": [_out(task) for task in page.rows], "next": page.next}


@router.post("/tasks/{int:task_id}/claim", response=TaskOut, summary="Take a free task")
def claim_task(request: ActorApiRequest, task_id: int) -> dict[str, Any]:
    """409 when a colleague was faster."""
    return _out(actions.claim_task(request.auth, task_id))


@router.post("/tasks/{int:task_id}/assign", response=TaskOut, summary="Give a task to an officer")
def assign_task(request: ActorApiRequest, task_id: int, body: AssignIn) -> dict[str, Any]:
    """Needs `task.assign` over the unit of the task."""
    return _out(actions.assign_task(request.auth, task_id, body.assignee_id))


@router.post(
    "/tasks/{int:task_id}/move-deadline", response=TaskOut, summary="Move the deadline of a task"
)
def move_deadline(request: ActorApiRequest, task_id: int, body: DeadlineIn) -> dict[str, Any]:
    """Needs `task.move_deadline` over the unit; 422 where the law fixes the deadline."""
    return _out(actions.move_deadline(request.auth, task_id, body.due_at, body.reason))


@router.get(
    "/tasks/{int:task_id}/deadlines",
    response=list[DeadlineChangeOut],
    summary="How the deadline of a task was moved",
)
def list_deadlines(request: ActorApiRequest, task_id: int) -> list[DeadlineChange]:
    """From the first time on."""
    request.auth.require("task.view")
    return queries.deadline_changes(queries.task(request.auth, task_id))


@router.post("/tasks/hand-over", response=HandOverOut, summary="Hand over an officer's work")
def hand_over(request: ActorApiRequest, body: HandOverIn) -> actions.HandedOver:
    """By a leader over the units, or by the giver."""
    return actions.hand_over(request.auth, body.giver_id, body.taker_id, body.reason)
