"""A leader moves the deadline of a task: with a reason, kept for good, and never against the law."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from thichinh.foundation import calendar
from thichinh.foundation.clock import ZONE
from thichinh.foundation.errors import Conflict, NotAllowed, Refused
from thichinh.foundation.events import SUBSCRIPTIONS, Subscription
from thichinh.foundation.models import AuditEntry
from thichinh.foundation.text import vn_datetime
from thichinh.notifications.models import Notification
from thichinh.work import actions, queries
from thichinh.work.events import DeadlineMoved
from thichinh.work.models import DeadlineChange, Task
from thichinh.work.rules import TASK_KINDS, TASK_SUBJECTS, TaskKind, TaskSubject

from .conftest import NOW

FRIDAY = datetime(2022, 3, 18, 17, 0, tzinfo=ZONE)
JSON = "application/json"


@pytest.fixture(autouse=True)
def _assignments():
    """Kinds of tasks whose deadline the authority sets itself."""
    kind = TaskKind("thing.do", "Giao việc", permission="task.view", deadline_moves=True)
    with (
        TASK_KINDS.lent(kind),
        TASK_SUBJECTS.lent(TaskSubject("thing", lambda ids: None, "văn bản")),
    ):
        yield


@pytest.fixture
def assignment(task, an):
    return task(kind="thing.do", to=an, due_at=datetime(2022, 3, 16, 17, 0, tzinfo=ZONE))


def test_a_moved_deadline_keeps_who_why_and_from_when(assignment, leader, actor):
    heard: list[object] = []
    with SUBSCRIPTIONS.lent(Subscription(DeadlineMoved, heard.append)):
        moved = actions.move_deadline(actor(leader), assignment.pk, FRIDAY, " Chờ ý kiến  Sở ")
    assert moved.due_at == FRIDAY
    [change] = queries.deadline_changes(assignment)
    assert (change.old_due_at, change.new_due_at) == (assignment.due_at, FRIDAY)
    assert (change.reason, change.moved_by_id, change.moved_at) == ("Chờ ý kiến Sở", leader.pk, NOW)
    assert [(e.old_due_at, e.new_due_at, e.by_account_id) for e in heard] == [
        (assignment.due_at, FRIDAY, leader.pk)
    ]


def test_the_audit_names_the_change_and_holds_no_reason(assignment, leader, actor):
    actions.move_deadline(actor(leader), assignment.pk, FRIDAY, "Ông Nam ốm")
    entry = AuditEntry.objects.get(action="task.deadline_moved")
    assert entry.data == {"change": DeadlineChange.objects.get().pk}


def test_the_history_cannot_be_changed(assignment, leader, actor):
    actions.move_deadline(actor(leader), assignment.pk, FRIDAY, "Chờ ý kiến")
    with pytest.raises(DatabaseError), transaction.atomic():
        DeadlineChange.objects.update(reason="khác")


@pytest.mark.parametrize(
    ("due_at", "field"),
    [
        (NOW - timedelta(hours=1), "due_at"),
        (datetime(2022, 3, 19, 17, 0, tzinfo=ZONE), "due_at"),
        (datetime(2022, 3, 16, 17, 0, tzinfo=ZONE), "due_at"),
    ],
    ids=["gone by", "a Saturday", "the same"],
)
def test_a_deadline_moves_to_another_working_day_to_come(assignment, leader, actor, due_at, field):
    with pytest.raises(Refused) as refused:
        actions.move_deadline(actor(leader), assignment.pk, due_at, "Chờ ý kiến")
    assert list(refused.value.fields) == [field]
    assert not DeadlineChange.objects.exists()


def test_what_the_law_fixes_is_not_moved(task, an, leader, actor):
    one = task(to=an)
    with pytest.raises(Refused) as refused:
        actions.move_deadline(actor(leader), one.pk, FRIDAY, "Chờ ý kiến")
    assert "văn bản" in refused.value.message


def test_only_a_leader_moves_it_and_only_while_it_runs(assignment, an, leader, actor):
    with pytest.raises(NotAllowed):
        actions.move_deadline(actor(an), assignment.pk, FRIDAY, "Chờ ý kiến")
    actions.pause_tasks("thing", assignment.subject_id, at=NOW)
    with pytest.raises(Refused):
        actions.move_deadline(actor(leader), assignment.pk, FRIDAY, "Chờ ý kiến")
    actions.close_tasks("thing", assignment.subject_id)
    with pytest.raises(Conflict):
        actions.move_deadline(actor(leader), assignment.pk, FRIDAY, "Chờ ý kiến")


def test_an_act_upstairs_moves_what_it_has_decided(task, an, leader, actor):
    one = task(to=an)
    with transaction.atomic():
        moved = actions.move_deadlines(
            "thing", one.subject_id, due_at=FRIDAY, who=actor(leader), reason="Gia hạn"
        )
    one.refresh_from_db()
    assert (moved, one.due_at) == (1, FRIDAY)
    assert DeadlineChange.objects.get(task=one).reason == "Gia hạn"


def test_the_page_moves_it_and_shows_how_it_was_moved(client, assignment, leader, an):
    client.force_login(leader)
    address = f"/viec/{assignment.pk}/han/"
    assert f'href="{address}"' in client.get("/viec/?ngan=colleagues").content.decode()
    refused = client.post(address, {"due_at": "19/3/2022", "reason": "Chờ ý kiến Sở"})
    assert refused.status_code == 422
    assert "ngày nghỉ" in refused.content.decode()
    assert "Chờ ý kiến Sở" in refused.content.decode(), "what was typed stays"
    done = client.post(address, {"due_at": "18/3/2022", "reason": "Chờ ý kiến Sở"}, follow=True)
    page = done.content.decode()
    assert "17:00 18/3/2022" in page
    assert "Chờ ý kiến Sở" in page
    client.force_login(an)
    seen = client.get(address).content.decode()
    assert "Chờ ý kiến Sở" in seen
    assert "<textarea" not in seen
    assert 'name="reason"' not in seen
    assert client.post(address, {"due_at": "18/3/2022", "reason": "x"}).status_code == 403


def test_a_program_moves_it_and_reads_the_history(client, assignment, leader):
    client.force_login(leader)
    body = {"due_at": FRIDAY.isoformat(), "reason": "Chờ ý kiến"}
    address = f"/api/v1/tasks/{assignment.pk}"
    moved = client.post(f"{address}/move-deadline", body, content_type=JSON)
    assert moved.status_code == 200
    assert datetime.fromisoformat(moved.json()["due_at"]) == FRIDAY
    [change] = client.get(f"{address}/deadlines").json()
    assert (change["reason"], change["moved_by_id"]) == ("Chờ ý kiến", leader.pk)
    again = client.post(f"{address}/move-deadline", body, content_type=JSON)
    assert (again.status_code, list(again.json()["errors"])) == (422, ["due_at"])


def test_the_inbox_speaks_of_what_the_tasks_are_about(client, assignment, an, leader):
    client.force_login(an)
    page = client.get("/viec/?ngan=mine").content.decode()
    assert "Mục" in page, "dossiers and documents: a word for either"
    held = [subject for subject in TASK_SUBJECTS if subject.subject_type != "thing"]
    with TASK_SUBJECTS.lent(*(TaskSubject(s.subject_type, s.lock, "văn bản") for s in held)):
        page = client.get("/viec/?ngan=mine").content.decode()
    assert ">Văn bản<" in page
    assert "Số văn bản" in page


def test_reasons_of_hand_overs_move_out_of_the_audit(task, an, binh, leader, actor):
    task(to=an)
    actions.hand_over(actor(leader), an.pk, binh.pk, "Bà An nghỉ thai sản")
    [kept] = queries.latest_hand_overs(actor(leader))
    assert (kept.giver_id, kept.taker_id, kept.moved) == (an.pk, binh.pk, 1)
    assert kept.reason == "Bà An nghỉ thai sản"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM foundation_auditentry WHERE data::text LIKE '%sản%'")
        assert cursor.fetchone() == (0,)
    assert Task.objects.get().assignee_id == binh.pk


def test_an_act_upstairs_is_held_to_working_days_to_come_and_to_a_reason(task, an, leader, actor):
    one = task(to=an)
    for wrong in (
        {"due_at": NOW - timedelta(days=1)},
        {"due_at": FRIDAY + timedelta(days=1)},
        {"reason": "  "},
    ):
        terms = {"due_at": FRIDAY, "who": actor(leader), "reason": "Gia hạn"} | wrong
        with transaction.atomic(), pytest.raises(Refused):
            actions.move_deadlines("thing", one.subject_id, **terms)
    one.refresh_from_db()
    assert not DeadlineChange.objects.exists()


def test_an_act_upstairs_is_audited_told_and_counted(task, an, leader, actor):
    one, heard = task(to=an), []
    with SUBSCRIPTIONS.lent(Subscription(DeadlineMoved, heard.append)), transaction.atomic():
        actions.move_deadlines(
            "thing", one.subject_id, due_at=FRIDAY, who=actor(leader), reason="Gia hạn"
        )
    assert [event.new_due_at for event in heard] == [FRIDAY]
    assert AuditEntry.objects.filter(action="task.deadline_moved", object_id=one.pk).count() == 1
    assert queries.times_moved("thing", one.subject_id) == 1
    assert queries.times_moved("thing", one.subject_id + 1) == 0


def test_a_paused_task_has_as_much_more_time_when_its_clock_runs_again(task, an, leader, actor):
    one = task(to=an)
    actions.pause_tasks("thing", one.subject_id, at=NOW)
    one.refresh_from_db()
    left, old = one.remaining_minutes, one.due_at
    with transaction.atomic():
        moved = actions.move_deadlines(
            "thing", one.subject_id, due_at=FRIDAY, who=actor(leader), reason="Gia hạn"
        )
    one.refresh_from_db()
    more = calendar.current().working_time_between(old, FRIDAY)
    assert (moved, one.due_at) == (1, FRIDAY)
    assert more > 0
    assert one.remaining_minutes == left + more


def test_whoever_holds_the_task_hears_of_the_new_deadline(assignment, leader, an, actor):
    actions.move_deadline(actor(leader), assignment.pk, FRIDAY, "Chờ ý kiến")
    told = Notification.objects.get(kind="task.deadline_moved")
    assert (told.to_account_id, told.link) == (an.pk, assignment.link)
    assert told.values["subject"] == "văn bản"
    assert told.values["old"] != told.values["due"] == vn_datetime(FRIDAY)


def test_nobody_hears_of_a_deadline_of_a_task_that_is_theirs_alone_or_nobodys(
    task, leader, actor, an
):
    due = datetime(2022, 3, 16, 17, 0, tzinfo=ZONE)
    for holder in (leader, None):
        mine = task(kind="thing.do", to=holder, due_at=due)
        actions.move_deadline(actor(leader), mine.pk, FRIDAY, "Chờ ý kiến")
    assert not Notification.objects.filter(kind="task.deadline_moved").exists()
