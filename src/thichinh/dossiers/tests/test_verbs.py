"""Every declared verb, tried in every state by everybody through page and API."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.test import Client

from thichinh.accounts.actions import RoleTerms, give_role
from thichinh.accounts.models import Account, Person
from thichinh.accounts.queries import actor_for
from thichinh.accounts.rules import SYSTEM, Actor
from thichinh.dossiers import actions
from thichinh.dossiers.actions import DOSSIER_ACTS
from thichinh.dossiers.measures import DOSSIERS
from thichinh.dossiers.models import Act, Dossier
from thichinh.dossiers.rules import acts
from thichinh.dossiers.rules.dossier_verb import DossierVerb
from thichinh.dossiers.rules.record import SUBJECT
from thichinh.dossiers.rules.verbs import PERMISSIONS, VERBS
from thichinh.dossiers.tests.officials import MONDAY, SLOW, press, receive, signed_in
from thichinh.dossiers.tests.test_api import Caller, online
from thichinh.foundation.acts.lists import mass_act
from thichinh.foundation.definitions import content_of
from thichinh.foundation.errors import Conflict, Refused
from thichinh.foundation.listing import Picked
from thichinh.foundation.models import AuditEntry
from thichinh.stocks.models import Movement
from thichinh.work.models import Task

pytestmark = pytest.mark.usefixtures("monday")
State = Dossier.State
PERFORMED = [verb for verb in VERBS.values() if verb.kind == "act"]
TYPED = "Bà Trần Thị Kín đáo nhờ con trai"
"""What only the people of a dossier may read."""
LIVES: Mapping[int, tuple[str, ...]] = {
    State.ACCEPTED: (),
    State.WITHDRAWN: ("withdraw",),
    State.PROCESSING: ("transfer",),
    State.RESOLVED: ("transfer", "decide"),
    State.RETURNED: ("transfer", "decide", "return"),
}
TABLES = (
    "dossiers_act", "dossiers_dossier", "stocks_movement", "stocks_scheduled", "work_task",
    "foundation_auditentry", "foundation_numberseries", "foundation_idempotencykey",
)  # fmt: skip


@dataclass
class Somebody:
    """One who tries: signed in with a browser, and with a token."""

    name: str
    actor: Actor
    browser: Client
    program: Caller


@pytest.fixture
def everybody(
    clerk_account: Account, leader_account: Account, citizen_account: Account, stranger: Actor,
    new_official: Any,
) -> list[Somebody]:  # fmt: skip
    both = new_official("town-leader", "pho-an")
    give_role(SYSTEM, both, RoleTerms("clerk", both.unit_id, MONDAY.date()))
    accounts = {
        "clerk and leader": both,
        "clerk": clerk_account,
        "leader": leader_account,
        "specialist": new_official("specialist", "pho-an"),
        "clerk elsewhere": new_official("clerk", "pho-phong"),
        "applicant": citizen_account,
        "another citizen": Account.objects.get(pk=stranger.account_id),
    }
    return [
        Somebody(name, actor_for(account), signed_in(account), Caller(account))
        for name, account in accounts.items()
    ]


@pytest.fixture
def dossiers(everybody: list[Somebody], clerk_account: Account, person: Person) -> list[Dossier]:
    """One in every state, one that an officer has, and an immediate one that has been taken in."""
    who = {one.name: one.actor for one in everybody}
    found = [receive(clerk_account, person)]
    given = receive(clerk_account, person, SLOW)  # being processed, by an officer
    actions.perform(who["clerk"], "transfer", given.pk)
    officer = who["specialist"].account_id or 0
    found.append(actions.perform(who["leader"], "assign", given.pk, officer=officer))
    for verbs in LIVES.values():
        dossier = receive(clerk_account, person, SLOW)
        for verb in verbs:
            actor = who["leader" if verb == "decide" else "clerk"]
            actions.perform(
                actor, verb, dossier.pk, **({"granted": True} if verb == "decide" else {})
            )
        found.append(dossier)
    filer = next(one for one in everybody if one.name == "applicant")
    for refused in (False, True):
        _definition, body = online()
        number = filer.program.post("/dossiers", body).json()["number"]
        if refused:
            actions.perform(who["clerk"], "refuse", number, reason="thiếu ảnh")
        found.append(Dossier.objects.get(number=number))
    for dossier in found:
        dossier.refresh_from_db()
    assert {d.state for d in found} == {*LIVES, State.SUBMITTED, State.REFUSED}
    return found


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rows() -> list[Any]:
    """How many rows each table has, and a digest of them all."""
    sums = (
        f"SELECT '{name}', count(*), sum(hashtext(t::text)::bigint) FROM {name} t"
        for name in TABLES
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sums))
        return sorted(cursor.fetchall())


def answers(verb: DossierVerb, dossier: Dossier) -> dict[str, Any]:
    """Something for every field that the verb declares."""
    said: dict[str, Any] = {}
    for field in verb.form.fields:
        if field.kind == "text":
            said[field.code] = TYPED
        elif field.kind == "yes_no":
            said[field.code] = True
        else:
            said[field.code] = DOSSIER_ACTS.choices[field.code](SYSTEM, dossier)[0][0]
    return said


def holds(verb: DossierVerb, somebody: Somebody, dossier: Dossier, said: dict[str, Any]) -> bool:
    """What the roles and the declaration say of it, without the engine."""
    if verb.steps:
        return all(holds(VERBS[code], somebody, dossier, dict(more)) for code, more in verb.steps)
    actor = somebody.actor
    if verb.own and actor.person_id == dossier.applicant_id:
        return True
    for one in verb.authority:
        if one.when is None or one.when(actor, dossier, said):
            return one.at.unit(dossier) in actor.units(one.permission)
    return False


def allowed(verb: DossierVerb, dossier: Dossier) -> bool:
    """A composite is allowed where its steps are: that a page offers it is another thing."""
    if verb.steps:
        return dossier.state in verb.states
    return dossier.state in verb.states and verb.fits(dossier, content_of(dossier.definition_id))


def send_page(somebody: Somebody, verb: DossierVerb, dossier: Dossier, said: Any) -> Any:
    posted = {k: str(int(v)) if isinstance(v, bool) else str(v) for k, v in said.items()}
    return press(somebody.browser, dossier, verb.code, **posted)


def send_api(somebody: Somebody, verb: DossierVerb, dossier: Dossier, said: Any) -> Any:
    path = f"/dossiers/{dossier.number}/{verb.code}"
    return somebody.program.post(path, said or None, key=str(uuid.uuid4()))


DOORS = {"page": send_page, "api": send_api}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("verb", PERFORMED, ids=lambda verb: verb.code)
def test_who_may_does_it_where_the_law_allows_and_everybody_else_is_refused(
    verb: DossierVerb, door: str, everybody: list[Somebody], dossiers: list[Dossier]
) -> None:
    if door == "api" and verb.api is None:
        pytest.skip("not offered to programs")
    done = refused = 0
    for dossier in dossiers:
        said = answers(verb, dossier)
        for somebody in everybody:
            reaches = door == "api" or somebody.actor.is_official
            may = reaches and holds(verb, somebody, dossier, said)
            with undone():
                before = rows()
                answer = DOORS[door](somebody, verb, dossier, said)
                where = f"{somebody.name} at {State(dossier.state).name}: {answer.status_code}"
                if may and allowed(verb, dossier):
                    assert answer.status_code == (302 if door == "page" else 200), where
                    _check_done(verb, dossier)
                    done += 1
                else:
                    expected = {409, 422} if may else {403, 404}
                    assert answer.status_code in expected, where
                    _check_says_what_to_do(answer, door)
                    assert rows() == before, where
                    refused += 1
    assert done
    assert refused > done


def _check_done(verb: DossierVerb, dossier: Dossier) -> None:
    """It led where the declaration says, moved and opened what it says, and told the audit codes."""
    now = Dossier.objects.get(pk=dossier.pk)
    assert now.state in verb.to
    made = Act.objects.filter(dossier=dossier, seq__gt=dossier.revision).order_by("seq")
    verbs = [VERBS[act.verb] for act in made]
    assert [one.code for one in verbs] == [code for code, _ in verb.steps] or verbs == [verb]
    after = Movement.objects.filter(item=dossier.pk, at__gte=made[0].at).order_by("pk")
    moved = [f"{_stock(m.source)} → {_stock(m.target)}" for m in after][-_moves(verbs) :]
    assert set(moved if _moves(verbs) else ()) <= {line for one in verbs for line in one.book}
    open_tasks = Task.objects.filter(
        subject_type=SUBJECT, subject_id=dossier.pk, status__in=Task.Status.values[:2]
    )
    kinds = {task.kind for task in open_tasks}
    assert kinds <= set(verbs[-1].tasks)
    assert bool(kinds) == bool(verbs[-1].tasks)
    audited = AuditEntry.objects.filter(object_type="dossiers.dossier", object_id=dossier.pk)
    latest = list(audited.order_by("-pk")[: len(verbs)])
    assert {row.action for row in latest} == {one.audit_action for one in verbs}
    assert TYPED not in json.dumps([row.data for row in latest], ensure_ascii=False)


def _moves(verbs: list[DossierVerb]) -> int:
    return sum(bool(one.book) for one in verbs)


def _stock(number: int) -> str:
    return DOSSIERS.stocks[number]


def _check_says_what_to_do(answer: Any, door: str) -> None:
    if door == "api":
        assert "hãy " in answer.json()["message"].lower()
    else:
        assert "hãy " in answer.content.decode().lower()


@pytest.mark.parametrize("verb", PERFORMED, ids=lambda verb: verb.code)
def test_the_law_agrees_with_the_states_that_are_declared(
    verb: DossierVerb, dossiers: list[Dossier], everybody: list[Somebody]
) -> None:
    """Without the engine and without authority: the pure function alone."""
    for dossier in dossiers:
        with undone():
            try:
                DOSSIER_ACTS.perform(SYSTEM, verb.code, dossier.pk, answers(verb, dossier))
                lawful = True
            except (Conflict, Refused):
                lawful = False
        assert lawful == allowed(verb, dossier), State(dossier.state).name


def test_every_permission_of_a_verb_is_one_that_roles_may_name() -> None:
    known = {permission.code for permission in PERMISSIONS}
    assert {code for verb in VERBS.values() for code in verb.permissions} <= known


def test_every_act_of_the_law_is_declared() -> None:
    named = {"return_result": "return", "log_event": acts.LOGGED}
    law = {
        named.get(name, name)
        for name, function in vars(acts).items()
        if not name.startswith("_")
        and getattr(function, "__annotations__", {}).get("return") == "Outcome"
    }
    assert {"submit", "accept", "return", "stop"} <= law
    assert law <= set(VERBS)


def test_many_at_once_are_each_done_or_refused_for_itself_and_only_once(
    clerk_account: Account, person: Person
) -> None:
    clerk = actor_for(clerk_account)
    first, gone, last = (receive(clerk_account, person, SLOW) for _ in range(3))
    actions.perform(clerk, "transfer", gone.pk)
    numbers = [first.number, gone.number, "KHONG-CO", last.number]
    for _again in range(2):
        results = DOSSIER_ACTS.perform_many(clerk, "transfer", numbers, key="một lần")
        assert [r.is_done for r in results] == [True, False, False, True]
        assert [r.error.status for r in results if r.error] == [409, 404]
        assert all("ãy " in r.error.message for r in results if r.error)
    handed_over = Act.objects.filter(verb="transfer").values_list("dossier", flat=True)
    assert sorted(handed_over) == sorted([first.pk, gone.pk, last.pk])


def test_what_was_left_of_many_is_done_when_they_are_sent_again(
    clerk_account: Account, person: Person
) -> None:
    clerk = actor_for(clerk_account)
    done, left = receive(clerk_account, person, SLOW), receive(clerk_account, person, SLOW)
    DOSSIER_ACTS.perform_many(clerk, "transfer", [done.number], key="k")
    results = DOSSIER_ACTS.perform_many(clerk, "transfer", [done.number, left.number], key="k")
    assert [r.is_done for r in results] == [True, True]
    assert Act.objects.filter(verb="transfer").count() == 2


def test_a_list_does_a_verb_on_the_selected_rows_and_says_beside_each_why_not(
    clerk_account: Account, person: Person
) -> None:
    clerk = actor_for(clerk_account)
    act, withdraw = (mass_act(DOSSIER_ACTS, code) for code in ("transfer", "withdraw"))
    assert (act.permission, act.form) == ("dossier.transfer", None)
    assert withdraw.form is not None
    assert list(withdraw.form(clerk, {"withdraw-reason": "x"}).fields) == ["reason"]
    ready, gone = receive(clerk_account, person, SLOW), receive(clerk_account, person, SLOW)
    withdraw.run(clerk, [Picked(gone.number)], {"reason": "đổi ý"}, "")
    rows = [Picked(ready.number), Picked(gone.number)]
    results = {r.key: r.refusal for r in act.run(clerk, rows, {}, "")}
    assert results[ready.number] == ""
    assert "Công dân yêu cầu rút hồ sơ" in results[gone.number]


def test_a_verb_that_asks_for_a_choice_is_not_for_many_at_once() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"dossier\.assign asks for a choice"):
        mass_act(DOSSIER_ACTS, "assign")
