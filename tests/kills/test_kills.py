"""kill -9 of every process of a town while people use it: nothing acknowledged is lost, nothing
is doubled, the books balance, no job is left behind."""

from __future__ import annotations

import json
import os
import random
import secrets
import sys
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path

import psycopg
import pytest

from tests.kills import checks
from tests.kills.cast import Cast
from tests.kills.clients import PATIENCE, Citizen, Clerk, Client, Desk, Receipts
from tests.kills.town import RunningTown, kill, prepared_town

pytestmark = pytest.mark.kills

# The worker dies early in the day: its unfinished jobs are taken up again within a minute and a
# half, while the others go on dying.
DEADLY = ("power cut", "web process", "web", "worker", "backend", "postmaster")
AFTERWARDS = ("web process", "power cut", "web", "backend")
ROUNDS, LAST_ROUNDS = 4, 2
KILLS = ROUNDS * len(DEADLY) + LAST_ROUNDS * len(AFTERWARDS)
BETWEEN = 6
"""Acknowledgements that must come between two kills: the town really works again."""

_PROBE = """
INSERT INTO procrastinate_jobs (queue_name, task_name, args)
VALUES ('default', 'stocks.prove', %s)
"""


class Jobs(threading.Thread):
    """Defers a proof of the books again and again, as fast as the town finishes one."""

    def __init__(self, url: str, receipts: Receipts) -> None:
        super().__init__(daemon=True)
        self.url, self.receipts = url, receipts
        self.deferred: list[int] = []
        self.pause = threading.Event()

    def run(self) -> None:
        while not self.receipts.ended and not self.receipts.faults:
            try:
                with psycopg.connect(self.url, autocommit=True) as connection:
                    self._defer(connection)
            except psycopg.OperationalError:
                self.pause.wait(0.1)  # the server is away; this is only the test's own client

    def _defer(self, connection: psycopg.Connection[checks.Row]) -> None:
        while not self.receipts.ended and not self.receipts.faults:
            number = len(self.deferred) + 1
            waiting = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'"
            row = connection.execute(waiting).fetchone()
            if row is not None and row[0] < 3:
                connection.execute(_PROBE, [json.dumps({"timestamp": number})])
                self.deferred.append(number)
            self.pause.wait(0.1)


class Killer:
    """Kills one kind of process after another, each in the middle of submissions."""

    def __init__(self, town: RunningTown, receipts: Receipts, chance: random.Random) -> None:
        self.town, self.receipts, self.chance = town, receipts, chance
        self.kills: Counter[str] = Counter()
        self.killed = 0
        self.last: tuple[str, float] | None = None
        self.recovered: dict[str, list[float]] = defaultdict(list)

    def plan(self) -> list[str]:
        order: list[str] = []
        for kinds, rounds in ((DEADLY, ROUNDS), (AFTERWARDS, LAST_ROUNDS)):
            for _ in range(rounds):
                order += self.chance.sample(kinds, len(kinds))
        return order

    def strike(self, kind: str) -> None:
        """Wait until the town works and requests are under way, kill, wait until it works again."""
        before = self.receipts.acknowledged
        busy = lambda: (  # noqa: E731  # one condition, used once
            self.receipts.acknowledged >= before + BETWEEN and self.receipts.in_flight >= 3
        )
        assert self.receipts.wait_for(busy), f"no answers before the kill of a {kind}"
        self._note_recovery()
        assert not self.receipts.faults, self.receipts.faults
        said = len(self.town.said)
        deadline = time.monotonic() + PATIENCE
        while not (victims := self.town.victims(kind, self.chance.choice)):
            assert time.monotonic() < deadline, f"there is no {kind} to kill"
            assert self.receipts.wait_for(_next_answer(self.receipts))
        killed = kill(victims)
        assert killed, f"the {kind} died by itself"
        self.kills[kind] += 1
        self.killed += killed
        self.last = kind, time.monotonic()
        words = {"worker": "worker restarted", "web": "web restarted"}.get(kind)
        words = "PostgreSQL is back" if kind in ("power cut", "postmaster") else words
        assert words is None or self.town.hears(words, said, PATIENCE), f"{kind} is not back"

    def _note_recovery(self) -> None:
        """How long it took from the last kill until people were served again."""
        if self.last is not None:
            kind, at = self.last
            self.recovered[kind].append(time.monotonic() - at)

    def times(self) -> str:
        """The longest recovery of each kind, in seconds."""
        return ", ".join(f"{kind} {max(took):.1f} s" for kind, took in self.recovered.items())


def _next_answer(receipts: Receipts):  # type: ignore[no-untyped-def]
    seen = receipts.acknowledged
    return lambda: receipts.acknowledged > seen


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    seed = int(os.environ.get("THICHINH_KILLS_SEED") or secrets.randbelow(10**9))
    _say(f"THICHINH_KILLS_SEED={seed}")
    receipts = Receipts()
    with prepared_town(tmp_path / "town", citizens=3, clerks=4) as (town, cast):
        clients = _open_for_business(town, cast, receipts, seed)
        jobs = Jobs(town.url, receipts)
        jobs.start()
        killer = Killer(town, receipts, random.Random(seed))
        started = time.monotonic()
        for kind in killer.plan():
            killer.strike(kind)
        spent = time.monotonic() - started
        _close(clients, jobs, receipts)
        _say(
            f"{sum(killer.kills.values())} kills of {killer.killed} processes in {spent:.0f} s "
            f"{dict(killer.kills)}; {len(receipts.filed)} filed, {len(receipts.abandoned)} given "
            f"up, {len(receipts.acts)} acts, {len(receipts.files)} files, {receipts.retries} asked "
            f"again, {receipts.unavailable} times 503, {len(jobs.deferred)} jobs; "
            f"served again after at most: {killer.times()}"
        )
        assert not receipts.faults, receipts.faults
        assert sum(killer.kills.values()) == KILLS >= 30
        _prove(town, receipts, jobs)
        assert town.stop() == 0


def _say(line: str) -> None:
    """Kept by pytest and shown when the test fails: with the seed it can be run again."""
    sys.stdout.write(f"{line}\n")


def _open_for_business(
    town: RunningTown, cast: Cast, receipts: Receipts, seed: int
) -> list[Client]:
    clients: list[Client] = [
        Citizen(town.port, token, receipts, seed + n, cast.online)
        for n, token in enumerate(cast.citizens)
    ]
    for n, token in enumerate(cast.clerks):
        if n % 2:
            clients.append(Clerk(town.port, token, receipts, seed + 100 + n, cast.walk_in))
        else:
            clients.append(Desk(town.port, token, receipts, seed + 200 + n, cast.leader))
    for client in clients:
        client.start()
    return clients


def _close(clients: list[Client], jobs: Jobs, receipts: Receipts) -> None:
    """Everybody finishes what they are at."""
    with receipts.changed:
        receipts.ended = True
        receipts.changed.notify_all()
    for client in [*clients, jobs]:
        client.join(PATIENCE + 5)
        assert not client.is_alive(), f"{client.name} is still waiting for an answer"


def _prove(town: RunningTown, receipts: Receipts, jobs: Jobs) -> None:
    with psycopg.connect(town.url, autocommit=True) as connection:
        _wait_for_jobs(connection, town)
        assert connection.execute(checks.FAILED).fetchall() == []
        done = "SELECT (args->>'timestamp')::int FROM procrastinate_jobs WHERE status = 'succeeded'"
        assert set(jobs.deferred) <= {row[0] for row in connection.execute(done)}
        assert checks.never_true(connection) == {}
        assert checks.acknowledged_but_missing(connection, receipts) == []
        assert checks.kept_but_unknown(connection, receipts) == []
        assert checks.acts_missing(connection, receipts) == []
        assert checks.files_unreadable(town.town.data / "files", receipts) == []
    assert checks.is_balanced(town.verb("stocks", "prove", "--format", "json"))
    assert "Traceback" not in "".join(town.said)


def _wait_for_jobs(connection: psycopg.Connection[checks.Row], town: RunningTown) -> None:
    """Until no job is waiting or under way: those of dead workers are taken up again."""
    deadline = time.monotonic() + 120
    pause = threading.Event()
    while unfinished := connection.execute(checks.UNFINISHED).fetchall():
        if time.monotonic() > deadline:
            pytest.fail(f"jobs left behind: {unfinished}\n{town.log('worker')[-3000:]}")
        pause.wait(0.25)
