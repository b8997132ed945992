"""What the pages of the desk cost does not grow with what lies there."""

from __future__ import annotations

import pytest
from django.test import Client

from thichinh.accounts.models import Account, Person
from thichinh.dossiers.tests.officials import count, receive

pytestmark = pytest.mark.usefixtures("monday")


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/ho-so/", 5),
        ("/ho-so/?ngan=all&q=tran", 4),
        ("/ho-so/{number}/", 8),
        ("/quay/", 6),
    ],
)
def test_pages_of_the_desk_cost_a_fixed_number_of_queries(
    at_desk: Client, clerk_account: Account, person: Person, address: str, most: int
) -> None:
    few = receive(clerk_account, person)
    address = address.format(number=few.number)
    before = count(at_desk, address)
    for _ in range(4):
        receive(clerk_account, person)
    assert count(at_desk, address) == before
    assert before <= most
