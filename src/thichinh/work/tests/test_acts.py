"""Opening, pausing, assigning, handing over, closing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from thichinh.foundation.clock import ZONE
from thichinh.foundation.errors import Conflict, Missing, NotAllowed, Refused
from thichinh.foundation.events import SUBSCRIPTIONS, Subscription
from thichinh.foundation.models import AuditEntry
from thichinh.work import actions, queries
from thichinh.work.events import TaskAssigned, TasksHandedOver
from thichinh.work.models import Task

from .conftest import NOW, OTHER

heard: list[object] = []


@pytest.fixture(autouse=True)
def _listen():
    heard.clear()
    with SUBSCRIPTIONS.lent(
        Subscription(TaskAssigned, heard.append), Subscription(TasksHandedOver, heard.append)
    ):
        yield


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2022, 3, day, hour, minute, tzinfo=ZONE)


def test_closing_a_subject_closes_all_its_tasks(task):
    one = task()
    two = task(subject_id=one.subject_id, status=Task.Status.PAUSED, remaining_minutes=5)
    other = task()
    assert actions.close_tasks("thing", one.subject_id, at=NOW) == 2
    for closed in (one, two):
        closed.refresh_from_db()
        assert (closed.status, closed.closed_at) == (Task.Status.DONE, NOW)
    other.refresh_from_db()
    assert other.status == Task.Status.OPEN
    assert actions.close_tasks("thing", one.subject_id) == 0


def test_a_cancelled_task_is_not_called_done(task):
    one = task()
    actions.close_tasks("thing", one.subject_id, cancelled=True)
    one.refresh_from_db()
    assert one.status == Task.Status.CANCELLED


def test_a_pause_keeps_the_working_minutes_that_were_left(task):
    one = task(due_at=at(16, 11))  # Wednesday 11:00
    actions.pause_tasks("thing", one.subject_id, at=at(15, 16))  # Tuesday 16:00
    one.refresh_from_db()
    left = one.remaining_minutes
    assert one.status == Task.Status.PAUSED
    assert left is not None
    assert 0 < left <= 6 * 60
    actions.resume_tasks("thing", one.subject_id, at=at(21, 16))  # Monday 16:00
    one.refresh_from_db()
    assert (one.status, one.due_at, one.remaining_minutes) == (Task.Status.OPEN, at(22, 11), None)


def test_a_task_that_was_late_before_the_pause_stays_late(task):
    one = task(due_at=at(14, 11))
    actions.pause_tasks("thing", one.subject_id, at=NOW)
    actions.resume_tasks("thing", one.subject_id, at=at(21, 9))
    one.refresh_from_db()
    assert one.due_at == at(14, 11)


def test_the_law_may_restart_the_clock_instead(task):
    one = task()
    actions.pause_tasks("thing", one.subject_id, at=NOW)
    actions.resume_tasks("thing", one.subject_id, at=at(21, 9), due_at=at(25, 9))
    one.refresh_from_db()
    assert one.due_at == at(25, 9)


def test_a_task_without_a_deadline_pauses_too(task):
    one = task(hours=None)
    assert actions.pause_tasks("thing", one.subject_id) == 1
    assert actions.resume_tasks("thing", one.subject_id) == 1
    one.refresh_from_db()
    assert (one.due_at, one.status) == (None, Task.Status.OPEN)


def test_an_officer_takes_a_task_nobody_has(task, an, actor):
    one = task()
    assert actions.claim_task(actor(an), one.pk).assignee_id == an.pk
    assert heard == [TaskAssigned(one.pk, "thing", one.subject_id, an.pk, an.pk, None, an.unit_id)]
    entry = AuditEntry.objects.get(action="task.assigned")
    assert (entry.account_id, entry.data) == (an.pk, {"from": None, "to": an.pk})


def test_the_second_to_take_it_is_told(task, an, binh, actor):
    one = task()
    actions.claim_task(actor(an), one.pk)
    with pytest.raises(Conflict):
        actions.claim_task(actor(binh), one.pk)


def test_a_task_of_another_unit_is_not_even_there(task, chi, actor):
    with pytest.raises(Missing):
        actions.claim_task(actor(chi), task().pk)


def test_a_closed_task_cannot_be_taken(task, an, actor):
    one = task(status=Task.Status.DONE, closed_at=NOW)
    with pytest.raises(Conflict):
        actions.claim_task(actor(an), one.pk)


def test_a_leader_assigns_to_who_works_there_and_takes_back(task, leader, an, actor):
    one = task()
    actions.assign_task(actor(leader), one.pk, an.pk)
    one.refresh_from_db()
    assert one.assignee_id == an.pk
    actions.assign_task(actor(leader), one.pk, None)
    one.refresh_from_db()
    assert one.assignee_id is None


def test_a_task_is_not_assigned_to_an_officer_of_elsewhere(task, leader, chi, actor):
    with pytest.raises(Refused) as refused:
        actions.assign_task(actor(leader), task().pk, chi.pk)
    assert "assignee" in refused.value.fields


def test_only_who_may_assign_assigns(task, an, binh, actor):
    with pytest.raises(NotAllowed):
        actions.assign_task(actor(an), task().pk, binh.pk)


def test_the_possible_assignees_are_those_of_the_unit(task, leader, an, binh, chi, actor):
    one = task()
    found = queries.possible_assignees(actor(leader), one)
    assert [a.pk for a in found] == [an.pk, binh.pk, leader.pk]
    assert queries.possible_assignees(actor(an), one) == []


def test_only_who_may_sign_is_given_what_is_to_be_signed(client, task, leader, an, binh, actor):
    one = task(kind="dossier.decide")
    assert queries.possible_assignees(actor(leader), one) == [leader]
    with pytest.raises(Refused) as refused:
        actions.assign_task(actor(leader), one.pk, an.pk)
    assert "assignee" in refused.value.fields
    with pytest.raises(NotAllowed):
        actions.claim_task(actor(an), one.pk)
    client.force_login(an)
    assert f"/viec/{one.pk}/nhan/" not in client.get("/viec/?ngan=unit").content.decode()
    assert actions.claim_task(actor(leader), one.pk).assignee_id == leader.pk


def test_what_the_taker_may_not_sign_stays(task, leader, an, actor):
    to_sign, to_process = task(kind="dossier.decide", to=leader), task(to=leader)
    result = actions.hand_over(actor(leader), leader.pk, an.pk, "Nghỉ phép")
    assert (result.moved, result.stayed) == (1, 1)
    assert Task.objects.get(assignee=leader) == to_sign
    assert Task.objects.get(assignee=an) == to_process


# Hand-over --------------------------------------------------------------------------------------


def test_before_a_leave_all_open_work_goes_to_a_colleague(task, leader, an, binh, actor):
    tasks = [task(to=an), task(to=an, status=Task.Status.PAUSED, remaining_minutes=9)]
    done = task(to=an, status=Task.Status.DONE, closed_at=NOW)
    result = actions.hand_over(actor(leader), an.pk, binh.pk, "Nghỉ phép  năm")
    assert (result.moved, result.stayed) == (2, 0)
    assert Task.objects.filter(assignee=binh).count() == 2
    done.refresh_from_db()
    assert done.assignee_id == an.pk
    entry = AuditEntry.objects.get(action="task.handed_over")
    assert "reason" not in entry.data, "what people write is kept in its own table"
    assert queries.latest_hand_overs(actor(leader))[0].reason == "Nghỉ phép năm"
    assert sorted(entry.data["tasks"]) == [t.pk for t in tasks]
    assert isinstance(heard[0], TasksHandedOver)


def test_an_officer_hands_over_their_own_work_without_a_leader(task, an, binh, actor):
    task(to=an)
    assert actions.hand_over(actor(an), an.pk, binh.pk, "Đi học").moved == 1


def test_nobody_hands_over_somebody_elses_work(task, an, binh, actor):
    task(to=an)
    with pytest.raises(Refused):
        actions.hand_over(actor(binh), an.pk, binh.pk, "Thích")
    assert Task.objects.filter(assignee=an).count() == 1


def test_work_the_taker_may_not_do_stays(task, official, an, chi, actor):
    boss = official("boss", "duc-pho", town_leader="duc-pho")
    task(to=an)
    task(to=an, of=OTHER)
    result = actions.hand_over(actor(boss), an.pk, chi.pk, "Điều động")
    assert (result.moved, result.stayed) == (1, 1)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_hand_over_needs_a_reason(task, leader, an, binh, actor, reason):
    task(to=an)
    with pytest.raises(Refused) as refused:
        actions.hand_over(actor(leader), an.pk, binh.pk, reason)
    assert "reason" in refused.value.fields


def test_a_hand_over_to_oneself_or_of_nothing_is_refused(leader, an, binh, actor):
    with pytest.raises(Refused):
        actions.hand_over(actor(leader), an.pk, an.pk, "x")
    with pytest.raises(Refused, match="Không có việc"):
        actions.hand_over(actor(leader), an.pk, binh.pk, "x")


# Pages ------------------------------------------------------------------------------------------


def test_the_workload_counts_by_officer_worst_first(
    client, task, leader, an, binh, django_assert_num_queries
):
    task(hours=1, to=an)
    task(hours=-1, to=binh)
    task(hours=-2, to=binh)
    task()
    task(of=OTHER)
    client.force_login(leader)
    client.get("/viec/tai-cong-viec/")
    with django_assert_num_queries(3):  # session, tasks, bell
        response = client.get("/viec/tai-cong-viec/")
    loads = response.context["loads"]
    assert [(x.officer, x.open, x.overdue) for x in loads] == [
        ("Binh", 2, 2),
        ("An", 1, 0),
        ("", 1, 0),
    ]
    assert response.context["totals"] == {"open": 4, "due_today": 1, "overdue": 2, "paused": 0}


def test_the_workload_is_for_leaders(client, an):
    client.force_login(an)
    assert client.get("/viec/tai-cong-viec/").status_code == 403


def test_a_task_is_taken_and_opened_from_the_page(client, task, an):
    one = task()
    client.force_login(an)
    assert client.post(f"/viec/{one.pk}/nhan/").url == one.link


def test_a_leader_assigns_from_the_page(client, task, leader, an, chi, django_assert_num_queries):
    one = task()
    client.force_login(leader)
    page = client.get(f"/viec/{one.pk}/giao/")
    assert "An" in page.content.decode()
    assert client.post(f"/viec/{one.pk}/giao/", {"assignee": chi.pk}).status_code == 422
    assert client.post(f"/viec/{one.pk}/giao/", {"assignee": an.pk}).status_code == 302
    one.refresh_from_db()
    assert one.assignee_id == an.pk


def test_a_hand_over_from_the_page(client, task, leader, an, binh):
    task(to=an)
    client.force_login(leader)
    page = client.get(f"/viec/ban-giao/?tu={an.pk}").content.decode()
    assert "Thẩm định" in page
    form = {"giver": an.pk, "taker": binh.pk, "reason": ""}
    response = client.post("/viec/ban-giao/", form)
    assert response.status_code == 422
    assert f'value="{binh.pk}" selected' in response.content.decode()
    assert client.post("/viec/ban-giao/", {**form, "reason": "Nghỉ phép"}).url == "/viec/"
    assert Task.objects.get().assignee_id == binh.pk


def test_due_order_is_the_deadline_or_far_away(task):
    assert task(hours=5).due_order == NOW + timedelta(hours=5)
    assert task(hours=None).due_order.year == 9999
