"""Officers of two offices, and tasks for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import pytest

from thichinh.accounts import actions as accounts
from thichinh.accounts import queries as authority
from thichinh.accounts.models import Account, Unit
from thichinh.accounts.rules import SYSTEM, Actor
from thichinh.foundation.bulk import copy_rows
from thichinh.foundation.clock import ZONE, standing_at
from thichinh.work import actions
from thichinh.work.models import Task
from thichinh.work.rules import TASK_COLUMNS, TaskPlan

NOW = datetime(2022, 3, 15, 9, 0, tzinfo=ZONE)
"""A Tuesday morning."""
OFFICE, OTHER = "duc-pho.tu-phap", "pho-an"
MakeTask = Callable[..., Task]


@pytest.fixture(autouse=True)
def _tuesday(town: None):
    with standing_at(NOW):
        yield


@pytest.fixture
def official() -> Callable[..., Account]:
    def make(username: str, of: str, **roles: str) -> Account:
        unit = Unit.objects.get(code=of)
        new = accounts.NewOfficial(username, username.title(), unit.pk)
        account, _ = accounts.create_official(SYSTEM, new, password_hash="!")
        for role, where in roles.items():
            code = role.replace("_", "-")
            over = Unit.objects.get(code=where).pk
            accounts.give_role(SYSTEM, account, accounts.RoleTerms(code, over, date(2020, 2, 1)))
        return account

    return make


@pytest.fixture
def an(official) -> Account:
    return official("an", OFFICE, specialist=OFFICE)


@pytest.fixture
def binh(official) -> Account:
    return official("binh", OFFICE, specialist=OFFICE)


@pytest.fixture
def chi(official) -> Account:
    return official("chi", OTHER, specialist=OTHER)


@pytest.fixture
def leader(official) -> Account:
    return official("lan", OFFICE, unit_leader=OFFICE)


@pytest.fixture
def actor() -> Callable[[Account], Actor]:
    return authority.actor_for


@pytest.fixture
def task() -> MakeTask:
    """`task(hours=3, of=OFFICE, to=an)`: due in three hours from now."""
    made = iter(range(1, 10_000))

    def make(
        hours: float | None = 24, of: str = OFFICE, to: Account | None = None, **facts: object
    ) -> Task:
        n = next(made)
        plan: dict[str, object] = {
            "kind": "dossier.process",
            "subject_type": "thing",
            "subject_id": n,
            "title": f"Thẩm định {n}",
            "link": f"/ho-so/{n}/",
            "reference": f"HS-{n:04d}",
            "unit_id": Unit.objects.get(code=of).pk,
            "opened_at": NOW - timedelta(days=1),
            "due_at": None if hours is None else NOW + timedelta(hours=hours),
            "assignee_id": to.pk if to else None,
        }
        opened = actions.open_task(TaskPlan(**{**plan, **facts}))  # type: ignore[arg-type]
        return Task.objects.get(pk=opened)

    return make


def write_tasks(
    n: int,
    units: Sequence[int],
    due_at: Callable[[int], datetime | None],
    assignee: Callable[[int], int | None],
) -> None:
    """Open work in bulk: the units take turns, the i-th task has its deadline and officer."""
    rows = []
    for i in range(n):
        plan = TaskPlan(
            kind="dossier.process",
            subject_type="thing",
            subject_id=i,
            title="Thẩm định",
            link="/ho-so/1/",
            reference="HS",
            unit_id=units[i % len(units)],
            opened_at=NOW,
            due_at=due_at(i),
            assignee_id=assignee(i),
        )
        rows.append(plan.row())
    copy_rows(Task, TASK_COLUMNS, rows)
