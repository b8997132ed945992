"""Applicants are told of their dossiers, officers of their work; filing costs nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from thichinh.accounts.models import Account, Person
from thichinh.accounts.queries import actor_for
from thichinh.accounts.rules import Actor
from thichinh.dossiers import actions
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.tests.filing import MONDAY, file_whole, signed_in
from thichinh.dossiers.tests.officials import receive
from thichinh.foundation.clock import standing_at
from thichinh.notifications.actions import forget_old
from thichinh.notifications.models import Delivery, Notification
from thichinh.work.actions import assign_task, hand_over
from thichinh.work.models import Task


@pytest.fixture(autouse=True)
def _monday(town: None) -> Iterator[None]:
    with standing_at(MONDAY):
        yield


def told() -> list[str]:
    return list(Notification.objects.order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def filed(citizen_account: Account) -> Dossier:
    return Dossier.objects.get(number=file_whole(signed_in(citizen_account.pk)))


def test_who_filed_online_is_told_of_acceptance_and_result(
    filed: Dossier, commune_clerk: Actor, leader: Actor, citizen_account: Account
) -> None:
    assert told() == []
    actions.perform(commune_clerk, "accept", filed.pk)
    actions.perform(commune_clerk, "transfer", filed.pk)
    actions.perform(leader, "decide", filed.pk, granted=True)
    actions.perform(commune_clerk, "return", filed.pk)
    assert told() == ["dossier.accepted", "dossier.result_ready"]
    page = signed_in(citizen_account.pk).get("/thong-bao/").content.decode()
    assert f"Hồ sơ {filed.number} đã được tiếp nhận" in page
    assert "Mời nhận kết quả tại Bộ phận Tiếp nhận và Trả kết quả xã Phổ An" in page
    first = Notification.objects.order_by("pk")[0]
    opened = signed_in(citizen_account.pk).get(f"/thong-bao/{first.pk}/", follow=True)
    assert opened.status_code == 200
    assert filed.number in opened.content.decode()


def test_what_an_official_does_on_an_english_page_is_told_in_the_readers_language(
    filed: Dossier, commune_clerk: Actor
) -> None:
    with translation.override("en"):
        actions.perform(commune_clerk, "accept", filed.pk)
    values = Notification.objects.get().values
    assert values["desk"] == "Bộ phận Tiếp nhận và Trả kết quả xã Phổ An"
    assert values["due"] == "17:00 13/6/2022"


def test_a_refusal_is_told_with_its_reason(filed: Dossier, commune_clerk: Actor) -> None:
    actions.perform(commune_clerk, "refuse", filed.pk, reason="Thiếu giấy chứng sinh.")
    assert told() == ["dossier.refused"]
    assert Notification.objects.get().values["reason"] == "Thiếu giấy chứng sinh."


def test_who_stood_at_the_counter_is_told_only_of_the_result(
    person: Person, clerk_account: Account, leader: Actor
) -> None:
    dossier = receive(clerk_account, person)
    assert told() == []
    actions.perform(actor_for(clerk_account), "transfer", dossier.pk)
    actions.perform(leader, "decide", dossier.pk, granted=False, reason="Không đủ điều kiện.")
    assert told() == ["dossier.denied"]
    assert {way.channel for way in Delivery.objects.all()} == {"sms"}


def test_filing_asks_the_database_nothing_for_notifications(citizen_account: Account) -> None:
    with CaptureQueriesContext(connection) as seen:
        file_whole(signed_in(citizen_account.pk))
    posts = [one["sql"] for one in seen if "notifications_" in one["sql"]]
    assert all("count(*)" in sql for sql in posts)  # the bell of the pages around it


def test_an_officer_is_told_of_work_that_a_leader_gives_and_not_of_what_they_take(
    person: Person, clerk_account: Account, leader: Actor, specialist: Actor
) -> None:
    dossier = receive(clerk_account, person)
    actions.perform(actor_for(clerk_account), "transfer", dossier.pk)
    actions.perform(specialist, "assign", dossier.pk, officer=specialist.account_id or 0)
    assert told() == []
    task = Task.objects.get(subject_id=dossier.pk, closed_at=None)
    assign_task(leader, task.pk, None)
    assign_task(leader, task.pk, specialist.account_id)
    assert told() == ["task.assigned"]
    sent = Notification.objects.get()
    assert sent.to_account_id == specialist.account_id
    assert sent.link == f"/ho-so/{dossier.number}/"


def test_a_leader_naming_the_officer_on_the_dossier_tells_them_too(
    person: Person, clerk_account: Account, leader: Actor, specialist: Actor
) -> None:
    dossier = receive(clerk_account, person)
    actions.perform(actor_for(clerk_account), "transfer", dossier.pk)
    actions.perform(leader, "assign", dossier.pk, officer=specialist.account_id or 0)
    assert told() == ["task.assigned"]


def test_a_hand_over_of_many_tasks_is_one_message(
    person: Person, clerk_account: Account, leader: Actor, specialist: Actor
) -> None:
    for _ in range(3):
        dossier = receive(clerk_account, person)
        actions.perform(actor_for(clerk_account), "transfer", dossier.pk)
        actions.perform(specialist, "assign", dossier.pk, officer=specialist.account_id or 0)
    hand_over(leader, specialist.account_id or 0, leader.account_id or 0, "nghỉ phép")
    assert told() == []  # the leader took them over
    hand_over(leader, leader.account_id or 0, specialist.account_id or 0, "về lại")
    assert told() == ["task.handed_over"]
    assert Notification.objects.get().values["count"] == "3"


def test_a_denial_is_told_as_one_with_its_reason(
    person: Person, clerk_account: Account, leader: Actor
) -> None:
    dossier = receive(clerk_account, person)
    actions.perform(actor_for(clerk_account), "transfer", dossier.pk)
    actions.perform(leader, "decide", dossier.pk, granted=False, reason="Không đủ điều kiện.")
    assert told() == ["dossier.denied"]
    assert Notification.objects.get().values["reason"] == "Không đủ điều kiện."


def test_what_was_told_is_kept_while_the_dossier_is_open_and_a_year_after(
    filed: Dossier, commune_clerk: Actor, leader: Actor
) -> None:
    actions.perform(commune_clerk, "accept", filed.pk)
    with standing_at(MONDAY + timedelta(days=400)):
        forget_old()
        assert told() == ["dossier.accepted"]
        actions.perform(commune_clerk, "transfer", filed.pk)
        actions.perform(leader, "decide", filed.pk, granted=True)
        actions.perform(commune_clerk, "return", filed.pk)
        forget_old()
        assert told() == ["dossier.accepted", "dossier.result_ready"]
    with standing_at(MONDAY + timedelta(days=800)):
        forget_old()
        assert told() == []
