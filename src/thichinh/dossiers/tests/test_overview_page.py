"""The leader's overview: each number opens what is behind it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from thichinh.accounts.models import Account, Person
from thichinh.dossiers.tests.officials import (
    MONDAY,
    SLOW,
    count,
    receive,
    signed_in,
)
from thichinh.foundation.clock import standing_at

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
