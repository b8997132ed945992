"""The first page: what everybody can do here, and whether somebody is at the desk."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from thichinh.accounts.rules import Actor
from thichinh.dossiers.tests.filing import signed_in
from thichinh.foundation.clock import ZONE, standing_at

pytestmark = pytest.mark.django_db


def home(at: datetime, client: Client | None = None) -> str:
    with standing_at(at):
        return (client or Client()).get("/").content.decode()


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2022, 6, 13, 9, 0, tzinfo=ZONE), "Đang mở cửa đến 11:30 hôm nay."),
        (datetime(2022, 6, 13, 12, 0, tzinfo=ZONE), "Mở lại lúc 13:30 hôm nay."),
        (datetime(2022, 6, 11, 9, 0, tzinfo=ZONE), "Mở lại lúc 07:00 thứ Hai, 13/6/2022."),
        (datetime(2022, 9, 1, 9, 0, tzinfo=ZONE), "Mở lại lúc 07:00 thứ Hai, 5/9/2022."),
    ],
)
def test_the_desk_is_open_or_says_when_it_opens(town: None, at: datetime, words: str) -> None:
    assert words in home(at)


def test_the_doors_and_what_can_be_filed_from_home(town: None) -> None:
    page = home(datetime(2022, 6, 13, 9, 0, tzinfo=ZONE))
    for address in ("/tra-cuu/", "/thu-tuc/?online=1", "/ho-so-cua-toi/", "/thu-tuc/khai-sinh/"):
        assert f'href="{address}"' in page


def test_a_citizen_stays_and_an_official_goes_to_work(citizen: Actor, clerk: Actor) -> None:
    assert signed_in(citizen.account_id).get("/").status_code == 200
    answer = signed_in(clerk.account_id).get("/")
    assert answer.status_code == 302
    assert answer["Location"] != "/"
