"""The leader's overview: each number opens what is behind it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from thichinh.accounts.models import Account, Person
from thichinh.accounts.rules import SYSTEM
from thichinh.dossiers import actions
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.tests.officials import (
    MONDAY,
    SLOW,
    count,
    receive,
    signed_in,
)
from thichinh.foundation.clock import ZONE, standing_at

pytestmark = pytest.mark.usefixtures("monday")


def test_the_overview_counts_and_opens_what_is_behind(
    at_desk: Client, clerk_account: Account, leader_account: Account, person: Person
) -> None:
    receive(clerk_account, person)
    receive(clerk_account, person, SLOW)
    leader = signed_in(leader_account)
    tiles = leader.get("/tong-quan/").context["tiles"]
    assert (tiles["open"], tiles["overdue"], tiles["in_today"]) == (2, 0, 2)
    assert leader.get(tiles["in_today_url"]).status_code == 200
    with standing_at(MONDAY + timedelta(days=1)):
        tiles = leader.get("/tong-quan/").context["tiles"]
        assert (tiles["open"], tiles["overdue"]) == (2, 1)


def finish(dossier: Dossier) -> None:
    """The books post it as an office granted it."""
    actions.perform(SYSTEM, "transfer", dossier.pk)
    actions.perform(SYSTEM, "decide", dossier.pk, granted=True)


def test_a_month_that_has_begun_stands_beside_the_last_full_one(
    clerk_account: Account, leader_account: Account, person: Person
) -> None:
    with standing_at(datetime(2021, 3, 10, 9, 0, tzinfo=ZONE)):
        finish(receive(clerk_account, person))
    with standing_at(datetime(2021, 3, 15, 9, 0, tzinfo=ZONE)):
        finish(receive(clerk_account, person))
        page = signed_in(leader_account).get("/tong-quan/").content.decode()
    assert "Đúng hạn tháng báo cáo 4 (15/3–14/4)" in page
    assert "tháng báo cáo 3 (15/2–14/3): 100,00 %" in " ".join(page.split()).replace("\xa0", " ")


def test_the_overview_costs_a_fixed_number_of_queries(
    clerk_account: Account, leader_account: Account, person: Person
) -> None:
    leader = signed_in(leader_account)
    receive(clerk_account, person)
    before = count(leader, "/tong-quan/")
    for _ in range(4):
        receive(clerk_account, person, SLOW)
    assert count(leader, "/tong-quan/") == before
    assert before <= 24
