"""The example town has done what an authority does on its first day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client

from thichinh.accounts.models import Account
from thichinh.accounts.queries import first_day, forget_authority
from thichinh.foundation.clock import standing_at

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.usefixtures("example_database"),
]


@pytest.fixture(autouse=True)
def _on_a_day_of_the_town() -> Iterator[None]:
    """Its units ended with the district level, in 2025."""
    forget_authority()
    with standing_at(datetime(2022, 6, 15, 3, tzinfo=UTC)):
        yield


def test_every_line_of_the_check_list_is_done() -> None:
    lines = first_day()
    assert len(lines) >= 7
    assert [line.code for line in lines if not line.done] == []


def test_its_page_ends_green() -> None:
    client = Client()
    client.force_login(Account.objects.get(username="quantri"))
    page = client.get("/quan-tri/ngay-dau/").content.decode()
    assert "Đã xong cả" in page
    assert "Chưa xong" not in page
