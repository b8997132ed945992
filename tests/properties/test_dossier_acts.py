"""Anybody tries anything, in any order, at any moment: the law holds and the books balance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.properties import lives
from tests.properties.lives import Cast
from thichinh.accounts.models import RoleAssignment
from thichinh.accounts.rules import Actor
from thichinh.dossiers import actions
from thichinh.dossiers.models import Act, Dossier
from thichinh.foundation.clock import standing_at
from thichinh.foundation.definitions import content_of
from thichinh.foundation.errors import DomainError
from thichinh.stocks import actions as stocks

# What the national portal lets each verb do to a state: written here again, from the notes.
LAW: dict[str, dict[int, int]] = {
    "accept": {1: 2},
    "refuse": {1: 3},
    "transfer": {2: 4},
    "assign": {4: 4},
    "extend": {4: 4},
    "advance": {4: 4},
    "decide": {4: 9},
    "return": {9: 10},
    "withdraw": {1: 7, 2: 7, 4: 7},
}
CLOSED = {3, 7, 8, 10}
TABLES = (
    "dossiers_dossier",
    "dossiers_act",
    "stocks_movement",
    "stocks_tail",
    "stocks_scheduled",
    "work_task",
    "foundation_auditentry",
    "foundation_numberseries",
    "accounts_person",
)


@dataclass(frozen=True)
class Attempt:
    """Somebody tries something after some time has passed."""

    verb: str
    who: int
    which: int
    minutes: int
    choice: int


attempts = st.builds(
    Attempt,
    verb=st.sampled_from(["receive", "submit", *LAW, *LAW, "worker"]),
    who=st.integers(0, 5),
    which=st.integers(0, 3),
    minutes=st.sampled_from([0, 1, 30, 240, 1440, 4 * 1440, 20 * 1440]),
    choice=st.integers(0, 5),
)
# Random attempts alone rarely get far: most begin with what the right person does next.
helpful = st.builds(
    Attempt,
    verb=st.just("next"),
    who=st.just(0),
    which=st.integers(0, 3),
    minutes=st.sampled_from([0, 30, 1440, 9 * 1440]),
    choice=st.integers(0, 5),
)


@dataclass
class World:
    """The town during one example."""

    cast: Cast
    at: datetime = lives.MONDAY
    numbers: list[str] = field(default_factory=list)
    legal: int = 0
    illegal: int = 0

    def play(self, attempt: Attempt) -> None:
        self.at += timedelta(minutes=attempt.minutes)
        with standing_at(self.at):
            if attempt.verb == "worker":
                stocks.post_due()
                stocks.fold()
            elif attempt.verb in ("receive", "submit"):
                self._come_in(attempt)
            elif self.numbers:
                self._act(self._resolved(attempt))

    def _come_in(self, attempt: Attempt) -> None:
        who = self.cast.everybody[attempt.who]
        if attempt.verb == "receive":
            procedure = lives.WALK_INS[attempt.choice % len(lives.WALK_INS)]
            request = lives.walk_in_request(procedure)
            person = self.cast.citizen.person_id
            run = lambda: actions.receive_dossier(who, request, applicant_id=person)  # noqa: E731
            allowed = who is self.cast.clerk
        else:
            filed = lives.online_request()
            run = lambda: actions.submit_dossier(who, filed)  # noqa: E731
            allowed = who.person_id is not None
        dossier = self._attempt(run, allowed, attempt.verb)
        if dossier is not None:
            self.numbers.append(dossier.number)

    def _resolved(self, attempt: Attempt) -> tuple[str, Actor, Dossier, int]:
        number = self.numbers[attempt.which % len(self.numbers)]
        dossier = Dossier.objects.get(number=number)
        if attempt.verb != "next":
            return attempt.verb, self.cast.everybody[attempt.who], dossier, attempt.choice
        verb, who = {
            1: ("accept", self.cast.clerk),
            2: ("transfer", self.cast.clerk),
            4: ("extend" if attempt.choice == 5 else "decide", self.cast.leader),
            9: ("return", self.cast.clerk),
        }.get(dossier.state, ("withdraw", self.cast.citizen))
        return verb, who, dossier, attempt.choice

    def _act(self, asked: tuple[str, Actor, Dossier, int]) -> None:
        verb, who, dossier, choice = asked
        officer = self.cast.everybody[choice].account_id or 0
        reason = "có lý do" if choice % 2 else " "
        granted = choice < 4
        run: dict[str, Callable[[], Dossier]] = {
            "accept": lambda: actions.perform(who, "accept", dossier.number),
            "refuse": lambda: actions.perform(who, "refuse", dossier.pk, reason=reason),
            "transfer": lambda: actions.perform(who, "transfer", dossier.pk),
            "assign": lambda: actions.perform(who, "assign", dossier.pk, officer=officer),
            "extend": lambda: lives.WITH_EXTENSION.perform(who, "extend", dossier.pk, {}),
            "advance": lambda: actions.perform(who, "advance", dossier.number, note="xong"),
            "decide": lambda: actions.perform(
                who, "decide", dossier.pk, granted=granted, reason=reason
            ),
            "return": lambda: actions.perform(who, "return", dossier.pk),
            "withdraw": lambda: actions.perform(who, "withdraw", dossier.pk, reason=reason),
        }
        allowed = (
            dossier.state in LAW[verb]
            and _may(who, verb, dossier, officer)
            and _makes_sense(verb, dossier, reason, granted, officer)
        )
        done = self._attempt(run[verb], allowed, verb)
        if done is not None:
            assert done.state == LAW[verb][dossier.state]
            assert done.revision == dossier.revision + 1

    def _attempt(self, run: Callable[[], Dossier], allowed: bool, verb: str) -> Dossier | None:
        """Run it; a refusal must change nothing at all, a success exactly what an act changes."""
        before = snapshot()
        done, refusal = None, ""
        try:
            done = run()
        except DomainError as error:
            refusal = error.message
        if done is None:
            assert not allowed, f"{verb} should have been possible: {refusal}"
            assert snapshot() == before
            self.illegal += 1
            return None
        assert allowed, f"{verb} should have been refused"
        after = snapshot()
        for table in ("dossiers_act", "foundation_auditentry"):
            assert after[table][0] == before[table][0] + 1
        self.legal += 1
        return done


def _may(who: Actor, verb: str, dossier: Dossier, officer: int) -> bool:
    if verb == "withdraw" and who.person_id == dossier.applicant_id:
        return True
    permission = {"advance": "process", "extend": "assign"}.get(verb, verb)
    if verb == "assign" and officer == who.account_id:
        permission = "process"
    if verb == "decide" and who.account_id in _processed(dossier):
        return False
    return dossier.unit_id in who.units(f"dossier.{permission}")


def _processed(dossier: Dossier) -> set[int | None]:
    done = Act.objects.filter(dossier=dossier, verb="advance").values_list("account_id", flat=True)
    return {dossier.assignee_id, *done}


def _makes_sense(verb: str, dossier: Dossier, reason: str, granted: bool, officer: int) -> bool:
    """The conditions that come on top of state and authority."""
    if verb == "refuse":
        return bool(reason.strip())
    if verb == "decide":
        return granted or bool(reason.strip())
    if verb == "advance":
        steps = content_of(dossier.definition_id).steps
        ours = len(steps) - (len(steps) > 1 and steps[-1].unit == "desk")
        return bool(dossier.step + 1 < ours)
    if verb == "assign":
        roles = RoleAssignment.objects.filter(account=officer, unit=dossier.unit_id)
        return roles.filter(role__in=("specialist", "unit-leader")).exists()
    return True


def snapshot() -> dict[str, tuple[int, int]]:
    """How many rows each table has, and a digest of them all."""
    parts = (
        f"SELECT '{table}', count(*), coalesce(sum(hashtext(t::text)::bigint), 0)::bigint "
        f"FROM {table} t"
        for table in TABLES
    )
    return {name: (n, digest) for name, n, digest in rows(" UNION ALL ".join(parts))}


def rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def _check(world: World) -> None:
    """What holds after any story, however it went."""
    with standing_at(world.at):
        assert stocks.prove().differences == []
        stocks.post_due()
        stocks.fold()
        assert stocks.prove().differences == []
    tasks = rows(
        "SELECT d.state, count(t.id) FROM dossiers_dossier d LEFT JOIN work_task t "
        "ON t.subject_type = 'dossier' AND t.subject_id = d.id AND t.status IN (1, 2) GROUP BY d.id"
    )
    assert all(n == (0 if state in CLOSED else 1) for state, n in tasks)
    assert not rows(
        "SELECT a.id FROM dossiers_act a WHERE a.at < (SELECT max(b.at) FROM dossiers_act b "
        "WHERE b.dossier_id = a.dossier_id AND b.seq < a.seq)"
    ), "acts out of order"
    series = rows(
        "SELECT left(number, -5), count(DISTINCT number), max(right(number, 4)::int) "
        "FROM dossiers_dossier GROUP BY 1"
    )
    assert all(count == last for _, count, last in series)
    given_out = rows(
        "SELECT coalesce(sum(last), 0) FROM foundation_numberseries WHERE series = 'dossier'"
    )
    assert given_out[0][0] == len(world.numbers) == sum(count for _, count, _ in series)


@pytest.fixture
def people(town: None) -> Cast:
    return lives.cast()


@pytest.mark.slow
@pytest.mark.django_db
def test_books_equal_a_recount_whatever_people_try(people: Cast) -> None:
    seen: Counter[str] = Counter()

    @settings(
        max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
    )
    @given(story=st.lists(st.one_of(attempts, helpful), min_size=12, max_size=40))
    def play(story: list[Attempt]) -> None:
        with lives.undone():
            stocks.forget_cells()
            world = World(people)
            world.play(Attempt("receive", 0, 0, 0, len(story)))
            world.play(Attempt("submit", 4, 0, 5, 0))
            for attempt in story:
                world.play(attempt)
            _check(world)
        seen.update(legal=world.legal, illegal=world.illegal)

    play()
    # A story in which nothing succeeds, or nothing fails, proves little.
    assert seen["legal"] > 60
    assert seen["illegal"] > 60
