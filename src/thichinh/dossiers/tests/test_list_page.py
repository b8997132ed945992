"""The officials' list: its shelves, filters and pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from thichinh.accounts.models import Account, Person
from thichinh.accounts.rules import SYSTEM
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


def test_shelves_count_from_the_books_and_agree_with_the_list(
    at_desk: Client, clerk_account: Account, person: Person
) -> None:
    late, open_one = receive(clerk_account, person), receive(clerk_account, person, SLOW)
    with standing_at(MONDAY + timedelta(days=1)):
        response = at_desk.get("/ho-so/?ngan=overdue")
        counts = {name: n for name, _, _, n in response.context["tabs"]}
        assert [row.number for row in response.context["page"].rows] == [late.number]
        assert (counts["Đang giải quyết"], counts["Quá hạn"]) == (2, 1)
        everything = at_desk.get("/ho-so/").context["page"].rows
        assert {row.number for row in everything} == {late.number, open_one.number}


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
                assert counts[shelf] == expected == len(context["page"].rows)
            one = client.get(f"/ho-so/?ngan=open&unit={clerk_account.unit_id}").context
            assert len(one["page"].rows) == 1
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
    found = at_desk.get("/ho-so/", {"q": ending}).context["page"].rows
    assert [row.number for row in found] == [dossier.number]
    assert at_desk.get("/ho-so/", {"q": ending[1:]}).context["page"].rows == []


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
    assert not stranger.get("/ho-so/?ngan=all").context["page"].rows
    assert stranger.get(f"/ho-so/{dossier.number}/").status_code == 404


def test_deep_pages_go_on_where_the_last_one_ended(
    at_desk: Client, clerk_account: Account, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thichinh.dossiers.queries.shelves.PAGE", 2)
    numbers = {receive(clerk_account, person).number for _ in range(5)}
    seen: list[str] = []
    address = "/ho-so/"
    while address:
        context = at_desk.get(address).context
        seen += [row.number for row in context["page"].rows]
        address = f"/ho-so/{context['next_url']}" if context["next_url"] else ""
    assert len(seen) == 5
    assert set(seen) == numbers
