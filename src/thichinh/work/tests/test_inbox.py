"""The inbox: whose tasks, in which order, page by page, at a constant number of queries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thichinh.accounts import actions as accounts
from thichinh.accounts.queries import actor_for
from thichinh.accounts.rules import SYSTEM, DelegationTerms, PersonFacts
from thichinh.foundation.bulk import copy_rows
from thichinh.foundation.clock import today
from thichinh.foundation.heads import MOST_COUNTED
from thichinh.foundation.paging import KeysetPage
from thichinh.work import queries
from thichinh.work.listings import INBOX
from thichinh.work.models import Task
from thichinh.work.queries import TaskSieve
from thichinh.work.rules import TASK_COLUMNS, TASK_KINDS, TaskKind, TaskPlan

from .conftest import NOW, OFFICE, OTHER


def pks(page: KeysetPage[Task]) -> list[int]:
    return [task.pk for task in page.rows]


def titles(page: KeysetPage[Task]) -> list[str]:
    return [task.title for task in page.rows]


def test_each_shelf_holds_its_own(task, an, binh, actor):
    mine, free, hers = task(to=an), task(), task(to=binh)
    task(of=OTHER)
    task(to=an, status=Task.Status.DONE, closed_at=NOW)
    paused = task(to=an, status=Task.Status.PAUSED, remaining_minutes=60)
    me = actor(an)
    assert [t.pk for t in queries.inbox(me, "mine").rows] == [mine.pk]
    assert [t.pk for t in queries.inbox(me, "unit").rows] == [free.pk]
    assert [t.pk for t in queries.inbox(me, "colleagues").rows] == [hers.pk]
    assert [t.pk for t in queries.inbox(me, "all").rows] == [mine.pk, free.pk, hers.pk]
    assert [t.pk for t in queries.inbox(me, "paused").rows] == [paused.pk]
    counts = queries.inbox_counts(me)
    assert (counts.mine, counts.unit, counts.colleagues, counts.all, counts.paused) == (
        1, 1, 1, 3, 1,
    )  # fmt: skip


def test_tasks_of_other_units_are_nobody_elses_business(task, chi, actor):
    task(of=OFFICE)
    assert titles(queries.inbox(actor(chi), "all")) == []
    assert not queries.visible_to(actor(chi)).exists()


def test_a_task_given_to_me_is_mine_wherever_it_is(task, chi, actor):
    task(of=OFFICE, to=chi)
    assert len(queries.inbox(actor(chi), "mine").rows) == 1


def test_the_most_urgent_comes_first_and_no_deadline_last(task, an, actor):
    for hours in (None, 5, -3, 5, 100):
        task(hours=hours, to=an)
    found = queries.inbox(actor(an), "mine").rows
    assert [t.pk for t in found] == [
        t.pk for t in sorted(found, key=lambda t: (t.due_at is None, t.due_at or NOW, t.pk))
    ]
    assert found[-1].due_at is None


def test_urgency_is_counted(task, an, actor):
    for hours in (-2, -1, 3, 30, None):
        task(hours=hours, to=an)
    counts = queries.inbox_counts(actor(an))
    assert (counts.overdue, counts.due_today) == (2, 1)
    assert len(queries.inbox(actor(an), "mine", TaskSieve(timing="overdue")).rows) == 2
    assert len(queries.inbox(actor(an), "mine", TaskSieve(timing="today")).rows) == 1


def test_the_sieve_keeps_a_kind_and_a_reference(task, an, actor):
    task(to=an, kind="dossier.accept", reference="HS-A")
    task(to=an, reference="HS-B")
    assert len(queries.inbox(actor(an), "mine", TaskSieve(kind="dossier.accept")).rows) == 1
    assert len(queries.inbox(actor(an), "mine", TaskSieve(reference="s-b")).rows) == 1


def test_acting_on_behalf_shows_the_inbox_of_the_absent(task, leader, an, actor):
    theirs = task(to=leader)
    task(to=an)
    unit_id = leader.unit_id
    terms = DelegationTerms(an.pk, "unit-leader", unit_id, today(), today(), "Đi họp")
    accounts.delegate_role(actor(leader), terms)
    acting = actor_for(an, on_behalf_of=leader.pk)
    assert [t.pk for t in queries.inbox(acting, "mine").rows] == [theirs.pk]


@pytest.mark.parametrize("cursor", ["", "x", "12", "-", "9" * 30 + "-1", "1-" + "9" * 30, "²-1"])
def test_a_cursor_that_makes_no_sense_begins_at_the_beginning(task, an, actor, cursor):
    task(to=an)
    assert len(queries.inbox(actor(an), "mine", after=cursor).rows) == 1


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(hours=st.lists(st.none() | st.integers(-3, 3), max_size=14), size=st.integers(1, 4))
def test_paging_forth_and_back_shows_every_task_once(task, an, actor, hours, size):
    Task.objects.all().delete()
    for h in hours:
        task(hours=h, to=an)
    me = actor(an)
    every = pks(queries.inbox(me, "mine"))
    with patch.object(queries, "PAGE", size):
        page = queries.inbox(me, "mine")
        forth = [pks(page)]
        while page.next:
            page = queries.inbox(me, "mine", after=page.next)
            forth.append(pks(page))
        back = [pks(page)]
        while page.previous:
            page = queries.inbox(me, "mine", before=page.previous)
            back.insert(0, pks(page))
    assert [pk for part in forth for pk in part] == every
    assert [pk for part in back for pk in part] == every


def test_ten_thousand_open_tasks_cost_two_queries(an, actor, django_assert_num_queries):
    unit_id, me = an.unit_id, actor(an)
    plans = [
        TaskPlan("k", "d", n, f"Việc {n}", f"/{n}/", unit_id, NOW, NOW + timedelta(minutes=n % 900))
        for n in range(10_000)
    ]
    copy_rows(Task, TASK_COLUMNS, (plan.row() for plan in plans))
    with django_assert_num_queries(2):
        page = queries.inbox(me, "unit")
        counts = queries.inbox_counts(me)
    assert (len(page.rows), counts.unit) == (queries.PAGE, MOST_COUNTED)
    assert page.rows[0].unit.code == OFFICE


def test_the_page_shows_rows_and_costs_five_queries(client, task, an, django_assert_num_queries):
    for _ in range(3):
        task(to=an)
    task()
    client.force_login(an)
    client.get("/viec/")
    with django_assert_num_queries(5):  # session, counts, tasks, kept views, bell
        response = client.get("/viec/")
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count("/ho-so/") >= 3


@pytest.mark.parametrize(
    "query", ["?ngan=unit", "?ngan=khong", "?timing=overdue", "?kind=x", "?ngan=paused"]
)
def test_every_view_of_the_inbox_opens(client, task, an, query):
    task(to=an, status=Task.Status.PAUSED, remaining_minutes=3)
    task(hours=-5)
    task(hours=None)
    client.force_login(an)
    assert client.get("/viec/" + query).status_code == 200


def test_pages_of_the_inbox_are_linked_both_ways(client, task, an, monkeypatch):
    monkeypatch.setattr("thichinh.work.views.INBOX", replace(INBOX, size=2))
    for _ in range(3):
        task(to=an)
    client.force_login(an)
    first = client.get("/viec/?kind=").context
    assert (bool(first["next_url"]), first["previous_url"]) == (True, None)
    second = client.get("/viec/" + first["next_url"]).context
    assert (second["next_url"], bool(second["previous_url"])) == (None, True)
    assert len(second["lines"]) == 1


def test_a_row_offers_what_one_may_do_and_takes_without_a_form_of_its_own(client, task, an, leader):
    free = task()
    client.force_login(an)
    page = client.get("/viec/?ngan=unit").content.decode()
    assert f'form="row-acts" formaction="/viec/{free.pk}/nhan/"' in page
    assert '<form method="post" id="row-acts"' in page
    assert f"/viec/{free.pk}/giao/" not in page
    client.force_login(leader)
    assert f'href="/viec/{free.pk}/giao/"' in client.get("/viec/?ngan=unit").content.decode()


def test_the_filter_offers_the_kinds_that_one_may_do(client, an, leader):
    with TASK_KINDS.lent(
        TaskKind(code="test.theirs", label="Việc của lãnh đạo", permission="task.assign"),
        TaskKind(code="test.mine", label="Việc của chuyên viên"),
    ):
        for account, is_offered in ((an, False), (leader, True)):
            client.force_login(account)
            kinds = dict(client.get("/viec/").context["form"].fields["kind"].choices)
            assert "test.mine" in kinds
            assert ("test.theirs" in kinds) == is_offered


def test_who_does_it_is_shown_where_it_is_not_plain(client, task, an, binh):
    task(to=binh)
    client.force_login(an)
    for shelf, is_shown in (("mine", False), ("unit", False), ("all", True)):
        heads = [head.label for head in client.get(f"/viec/?ngan={shelf}").context["heads"]]
        assert ("Người làm" in heads) == is_shown


def test_a_citizen_has_no_inbox(client, town):
    person = accounts.upsert_person(SYSTEM, PersonFacts("Trần Thị Bưởi", "051190000123"))
    account, _ = accounts.create_citizen(SYSTEM, person, password_hash="!")
    client.force_login(account)
    assert client.get("/viec/").status_code == 403
