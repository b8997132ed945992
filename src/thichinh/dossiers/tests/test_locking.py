"""Everybody locks the dossier before its tasks, and several dossiers in order of id."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from thichinh.accounts.models import Person
from thichinh.accounts.rules import Actor
from thichinh.dossiers import actions, queries
from thichinh.dossiers.actions import Request
from thichinh.dossiers.models import Dossier
from thichinh.foundation.clock import ZONE, standing_at
from thichinh.foundation.errors import Conflict, Refused
from thichinh.procedures import queries as catalogue
from thichinh.work import actions as work
from thichinh.work.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = datetime(2021, 3, 1, 9, 0, tzinfo=ZONE)
_WAITING = """
SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
"""


@pytest.fixture(autouse=True)
def _monday(town: None) -> Iterator[None]:
    with standing_at(MONDAY):
        yield


def receive(clerk: Actor, person: Person, procedure: str) -> Dossier:
    definition = catalogue.definition_for(procedure).definition
    papers: dict[str, object] = {p.code: 1 for p in definition.papers if p.required}
    asked = Request(procedure, "pho-an", papers=papers)
    return actions.receive_dossier(clerk, asked, applicant_id=person.pk)


def beside(pool: ThreadPoolExecutor, run: Callable[[], object]) -> Future[object]:
    """Run it over another connection, at the same hour."""

    def work_off() -> object:
        try:
            with standing_at(MONDAY):
                return run()
        finally:
            connection.close()

    return pool.submit(work_off)


def wait_until_somebody_waits(other: Future[object]) -> None:
    """Until the other connection stands before a lock of ours."""
    pause = Event()
    for _ in range(1500):
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            if cursor.fetchone():
                return
        assert not other.done(), other.exception()
        pause.wait(0.02)
    raise AssertionError("nobody came to the lock")


@pytest.mark.parametrize("verb", ["claim", "assign", "hand_over"])
def test_a_verb_of_work_waits_for_an_act_without_holding_the_task(
    verb: str, commune_clerk: Actor, specialist: Actor, leader: Actor, person: Person
) -> None:
    dossier = receive(commune_clerk, person, "khai-sinh")
    actions.perform(commune_clerk, "transfer", dossier.pk)
    officer = specialist.account_id or 0
    if verb == "hand_over":
        actions.perform(leader, "assign", dossier.pk, officer=officer)
    task = Task.objects.get(subject_id=dossier.pk, status=Task.Status.OPEN).pk
    run: dict[str, Callable[[], object]] = {
        "claim": lambda: work.claim_task(specialist, task),
        "assign": lambda: work.assign_task(leader, task, officer),
        "hand_over": lambda: work.hand_over(leader, officer, leader.account_id or 0, "Nghỉ phép"),
    }
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            queries.locked(dossier.pk)
            other = beside(pool, run[verb])
            wait_until_somebody_waits(other)
            actions.perform(leader, "decide", dossier.pk, granted=True)  # closes the very task
        with pytest.raises((Conflict, Refused)):
            other.result(30)
    dossier.refresh_from_db()
    assert dossier.state == Dossier.State.RESOLVED
    assert Task.objects.get(pk=task).status == Task.Status.DONE


def test_handing_over_all_that_waits_locks_in_order_of_id(
    commune_clerk: Actor, person: Person
) -> None:
    first = receive(commune_clerk, person, "xac-nhan-tinh-trang-hon-nhan")
    urgent = receive(commune_clerk, person, "khai-sinh")
    Task.objects.filter(subject_id=urgent.pk).update(due_at=MONDAY)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            queries.locked(first.pk)
            other = beside(
                pool, lambda: actions.transfer_waiting(commune_clerk, first.receiving_unit_id)
            )
            wait_until_somebody_waits(other)
            free: Any = Dossier.objects.select_for_update(nowait=True)
            assert free.get(pk=urgent.pk) == urgent
        assert other.result(30) == 2
