"""The officials' list: its shelves, filters and pages, its files, and what is done to many."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from thichinh.accounts.models import Account, Person
from thichinh.accounts.queries import actor_for
from thichinh.accounts.rules import SYSTEM
from thichinh.dossiers import actions
from thichinh.dossiers.actions import DOSSIER_ACTS
from thichinh.dossiers.listings import DOSSIERS
from thichinh.dossiers.models import Act
from thichinh.dossiers.queries.dossiers import search
from thichinh.dossiers.tests.officials import (
    MONDAY,
    SLOW,
    receive,
    signed_in,
)
from thichinh.foundation.clock import standing_at
from thichinh.procedures import queries as catalogue

pytestmark = pytest.mark.usefixtures("monday")


def numbers(response: Any) -> list[str]:
    return [line.key for line in response.context["lines"]]


def test_shelves_count_from_the_books_and_agree_with_the_list(
    at_desk: Client, clerk_account: Account, person: Person
) -> None:
    late, open_one = receive(clerk_account, person), receive(clerk_account, person, SLOW)
    with standing_at(MONDAY + timedelta(days=1)):
        response = at_desk.get("/ho-so/?ngan=overdue")
        counts = {name: n for name, _, _, n in response.context["tabs"]}
        assert numbers(response) == [late.number]
        assert (counts["Đang giải quyết"], counts["Quá hạn"]) == (2, 1)
        assert set(numbers(at_desk.get("/ho-so/"))) == {late.number, open_one.number}


def test_what_was_taken_in_for_an_office_is_counted_like_it_is_listed(
    at_desk: Client, clerk_account: Account, leader_account: Account, person: Person
) -> None:
    receive(clerk_account, person, "khai-sinh")
    for_an_office = next(
        d.code
        for d in catalogue.definitions_in_force(MONDAY.date())
        if d.level == "commune" and d.authority != "committee"
    )
    assert receive(clerk_account, person, for_an_office).unit_id != clerk_account.unit_id
    with standing_at(MONDAY + timedelta(days=90)):
        for client in (at_desk, signed_in(leader_account)):
            for shelf, expected in (("open", 2), ("overdue", 2), ("awaiting", 0), ("paused", 0)):
                context = client.get(f"/ho-so/?ngan={shelf}").context
                counts = {url.partition("=")[2]: n for _, url, _, n in context["tabs"]}
                assert counts[shelf] == expected == len(context["lines"])
            one = client.get(f"/ho-so/?ngan=open&unit={clerk_account.unit_id}").context
            assert len(one["lines"]) == 1
            assert one["tabs"][0][3] == 1


def test_a_full_number_goes_straight_to_the_dossier(
    at_desk: Client, clerk_account: Account, person: Person
) -> None:
    dossier = receive(clerk_account, person)
    response = at_desk.get("/ho-so/", {"q": dossier.number.lower()})
    assert response["Location"] == f"/ho-so/{dossier.number}/"


def test_the_last_digits_of_a_number_find_the_dossier_and_no_longer_number_ending_so(
    at_desk: Client, clerk_account: Account, person: Person
) -> None:
    dossier, other = receive(clerk_account, person), receive(clerk_account, person)
    ending = dossier.number.rpartition("-")[2]
    assert other.number.rpartition("-")[2] != ending
    assert numbers(at_desk.get("/ho-so/", {"q": ending})) == [dossier.number]
    assert numbers(at_desk.get("/ho-so/", {"q": ending[1:]})) == []


def test_the_index_of_endings_serves_the_search() -> None:
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = search(SYSTEM, "0001").order_by().explain()
    assert "dossier_number_ending" in plan


def test_a_list_shows_nothing_of_other_units(
    new_official: Any, clerk_account: Account, person: Person
) -> None:
    dossier = receive(clerk_account, person)
    stranger = signed_in(new_official("clerk", "pho-phong"))
    assert not numbers(stranger.get("/ho-so/?ngan=all"))
    assert stranger.get(f"/ho-so/{dossier.number}/").status_code == 404


def test_deep_pages_go_on_where_the_last_one_ended(
    at_desk: Client, clerk_account: Account, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thichinh.dossiers.views.officer.DOSSIERS", replace(DOSSIERS, size=2))
    made = {receive(clerk_account, person).number for _ in range(5)}
    seen: list[str] = []
    address = "/ho-so/"
    while address:
        page = at_desk.get(address)
        seen += numbers(page)
        following = page.context["next_url"]
        address = f"/ho-so/{following}" if following else ""
    assert len(seen) == 5
    assert set(seen) == made


def test_a_shelf_where_some_have_no_deadline_does_not_sort_by_it(
    at_desk: Client, clerk_account: Account, person: Person
) -> None:
    older, newer = receive(clerk_account, person), receive(clerk_account, person, SLOW)
    page = at_desk.get("/ho-so/?ngan=all&sort=due")
    assert numbers(page) == [newer.number, older.number]
    links = {head.label: head.url for head in page.context["heads"]}
    assert (bool(links["Hồ sơ"]), links["Hẹn trả"]) == (True, "")
    assert numbers(at_desk.get("/ho-so/?ngan=all&sort=number")) == [older.number, newer.number]


def test_the_list_leaves_as_a_file_with_its_columns_apart(
    at_desk: Client, clerk_account: Account, person: Person
) -> None:
    dossier = receive(clerk_account, person)
    sent: Any = at_desk.get("/ho-so/?format=csv")
    heading, row = csv.reader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig")))
    assert heading == [
        "Hồ sơ", "Thủ tục", "Người nộp", "Đơn vị", "Người thụ lý", "Trạng thái", "Hẹn trả",
    ]  # fmt: skip
    assert row[:3] == [dossier.number, dossier.procedure.name, person.full_name]
    assert "<" not in "".join(row)


def test_many_are_handed_over_once_and_one_that_changed_meanwhile_is_named_and_stays_selected(
    at_desk: Client, clerk_account: Account, person: Person
) -> None:
    made = [receive(clerk_account, person, SLOW) for _ in range(3)]
    shown = at_desk.get("/ho-so/").context
    chosen = {"do": "transfer", "once": shown["once"], "here": "ngan=open"}
    seen = {f"revision:{line.key}": line.revision for line in shown["lines"]}
    actions.perform(actor_for(clerk_account), "withdraw", made[1].pk, reason="đổi ý")
    picked = {"row": [dossier.number for dossier in made]}
    for _time in range(2):  # a double click, or the way back and again
        answer = at_desk.post("/ho-so/", chosen | seen | picked)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "Chuyển đơn vị giải quyết: 2 dòng" in text
        assert f"{made[1].number}: {DOSSIER_ACTS.changed}" in text
    handed_over = Act.objects.filter(verb="transfer").values_list("dossier", flat=True)
    assert sorted(handed_over) == [made[0].pk, made[2].pk]
