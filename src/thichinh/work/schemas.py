"""What crosses the wire about tasks."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema
from pydantic import AwareDatetime, Field

from thichinh.foundation.bodies import BodyIn


class TaskOut(Schema):
    """A task as its officer sees it; `due_at` null means no deadline."""

    id: int
    kind: str
    title: str
    reference: str
    detail: str
    link: str
    unit: str
    assignee_id: int | None
    status: int
    due_at: datetime | None


class InboxOut(Schema):
    """One page by deadline; pass `next` as `after` to go on, '' at the end."""

    tasks: list[TaskOut]
    next: str


class AssignIn(BodyIn):
    """Who is to do it; null gives it back to the unit."""

    assignee_id: int | None = None


class DeadlineIn(BodyIn):
    """Until when instead, and why."""

    due_at: AwareDatetime
    reason: str = Field(max_length=300)


class DeadlineChangeOut(Schema):
    """One move of a deadline; `old_due_at` null where there was none."""

    old_due_at: datetime | None
    new_due_at: datetime
    reason: str
    moved_at: datetime
    moved_by_id: int | None
    on_behalf_of_id: int | None


class HandOverIn(BodyIn):
    """All open work of one officer to another."""

    giver_id: int
    taker_id: int
    reason: str = Field(max_length=300)


class HandOverOut(Schema):
    """`stayed` counts tasks of units the taker may not work for."""

    moved: int
    stayed: int
