"""Public tracking: both codes or nothing, few tries, no name and no code where it could leak."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from thichinh.accounts.rules import Actor
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.tests.filing import MONDAY, file_whole, signed_in
from thichinh.foundation.clock import standing_at

pytestmark = pytest.mark.django_db
NOT_FOUND = "Không tìm thấy hồ sơ với cặp mã này"


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with standing_at(MONDAY):
        yield


@pytest.fixture
def filed(citizen: Actor) -> Dossier:
    file_whole(signed_in(citizen.account_id))
    return Dossier.objects.get()


def test_both_codes_open_the_story_without_names(filed: Dossier) -> None:
    typed = filed.number.lower().replace("-", " – ")
    secret = f" {filed.secret[:4].lower()}-{filed.secret[4:].lower()} "
    answer = Client().post("/tra-cuu/", {"number": typed, "secret": secret})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Đã gửi, chờ tiếp nhận" in page
    assert "Trần Văn Mẫu" not in page
    assert filed.secret not in page
    assert "no-store" in answer["Cache-Control"]


def test_a_wrong_pair_says_the_same_whether_the_number_exists_or_not(filed: Dossier) -> None:
    client = Client()
    real = client.post("/tra-cuu/", {"number": filed.number, "secret": "AAAAAAAA"})
    made_up = client.post("/tra-cuu/", {"number": "X99-990101-0001", "secret": "AAAAAAAA"})
    assert real.status_code == made_up.status_code == 404
    assert NOT_FOUND in real.content.decode()
    assert NOT_FOUND in made_up.content.decode()


def test_an_empty_form_says_what_to_type(town: None) -> None:
    answer = Client().post("/tra-cuu/", {})
    assert answer.status_code == 422
    assert "Hãy nhập mã tra cứu in trên giấy tiếp nhận" in answer.content.decode()


def test_the_slip_leads_here_with_the_number_filled_in(filed: Dossier) -> None:
    page = Client().get("/tra-cuu/", {"so": filed.number}).content.decode()
    assert f'value="{filed.number}"' in page
    assert NOT_FOUND not in page


def test_thirty_tries_and_then_a_wait(town: None) -> None:
    client = Client()
    said = {"number": "X99-990101-0001", "secret": "AAAAAAAA"}
    for _ in range(30):
        assert client.post("/tra-cuu/", said).status_code == 404
    answer = client.post("/tra-cuu/", said)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "thử quá nhiều lần" in answer.content.decode()
