"""Jobs of dead workers are taken up again, once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate import JobContext

from thichinh.foundation.jobs import app
from thichinh.foundation.tasks import retry_stalled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_jobs(transactional_db: None) -> Iterator[None]:
    """A flush between tests leaves procrastinate's tables as they are."""
    _clear()
    yield
    _clear()


def _clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


def _job(status: str, lock: str | None, worker: int | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, queueing_lock, args, "
            "worker_id) VALUES ('default', 'stocks.keep_up', %s, %s, %s, %s) RETURNING id",
            [status, lock, json.dumps({"timestamp": 1}), worker],
        )
        return int(cursor.fetchone()[0])


def _worker(seconds_silent: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [seconds_silent],
        )
        return int(cursor.fetchone()[0])


def _statuses() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status::text FROM procrastinate_jobs")
        return dict(cursor.fetchall())


def _retry() -> None:
    context = cast(JobContext, SimpleNamespace(app=app))
    async_to_sync(retry_stalled.func)(context, 0)


def test_only_jobs_of_silent_workers_are_taken_up_again() -> None:
    orphan = _job("doing", "a")
    silent = _job("doing", "b", _worker(60))
    alive = _job("doing", "c", _worker(1))
    _retry()
    assert _statuses() == {orphan: "todo", silent: "todo", alive: "doing"}


def test_a_dead_job_whose_work_is_waiting_already_goes_and_the_others_are_still_retried() -> None:
    _job("doing", "stocks.keep_up")
    waiting = _job("todo", "stocks.keep_up")
    other = _job("doing", "another")
    _retry()
    assert _statuses() == {waiting: "todo", other: "todo"}
