"""The counter through the real door: who may, what is kept, what it costs."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from thichinh.accounts.models import Account, Person
from thichinh.dossiers.models import Act, Dossier
from thichinh.dossiers.tests.officials import (
    COUNTER,
    MONDAY,
    SLOW,
    entry,
    receive,
    signed_in,
)
from thichinh.foundation.clock import standing_at
from thichinh.foundation.text import fold
from thichinh.procedures import queries as catalogue

pytestmark = pytest.mark.usefixtures("monday")


def test_a_walk_in_is_received_and_the_page_says_what_to_tell_them(
    at_desk: Client, person: Person
) -> None:
    response = at_desk.post(COUNTER, entry(person), follow=True)
    dossier = Dossier.objects.get()
    assert response.redirect_chain[-1][0] == f"/quay/{dossier.number}/"
    page = response.content.decode()
    assert dossier.number in page
    assert f"{dossier.secret[:4]} {dossier.secret[4:]}" in page
    assert "17:00 thứ Hai, 1/3/2021" in page


def test_the_same_form_sent_twice_shows_the_same_dossier(at_desk: Client, person: Person) -> None:
    form = entry(person)
    first, again = at_desk.post(COUNTER, form), at_desk.post(COUNTER, form)
    assert first["Location"] == again["Location"]
    assert Dossier.objects.count() == 1


def test_a_new_person_is_written_down_with_the_dossier(at_desk: Client) -> None:
    form = entry(new="1", full_name="Phạm Thị Mới", phone="0912 345 678", identity_number="")
    at_desk.post(COUNTER, form)
    applicant = Dossier.objects.get().applicant
    assert (applicant.full_name, applicant.phone) == ("Phạm Thị Mới", "0912345678")


def test_what_was_typed_stays_when_something_is_wrong(at_desk: Client) -> None:
    form = entry(new="1", full_name="Phạm Thị Mới", identity_number="123", address="Tổ 4")
    response = at_desk.post(COUNTER, form)
    page = response.content.decode()
    assert response.status_code == 422
    assert not Dossier.objects.exists()
    for kept in ("Phạm Thị Mới", 'value="123"', "Tổ 4", "12 chữ số", form["key"]):
        assert kept in page


def test_all_that_is_wrong_is_said_in_one_round(at_desk: Client) -> None:
    wrong = {"identity_number": "05119000000", "phone": "12", "birth_date": "31/2/1990"}
    form = entry(new="1", full_name="Phạm Thị Mới", **wrong)
    paper = next(name for name in form if name.startswith("paper-"))
    page = at_desk.post(COUNTER, form | {paper: "0"}).content.decode()
    for name in [*wrong, paper]:
        assert f'id="id_{name}_error"' in page, name


def test_a_missing_paper_is_named_beside_its_field(at_desk: Client, person: Person) -> None:
    form = entry(person)
    paper = next(name for name in form if name.startswith("paper-"))
    response = at_desk.post(COUNTER, form | {paper: "0"})
    assert response.status_code == 422
    assert "Hồ sơ còn thiếu" in response.content.decode()
    assert f'id="id_{paper}_error"' in response.content.decode()


def test_every_step_works_without_scripts_and_loses_nothing(
    at_desk: Client, person: Person
) -> None:
    form = {"key": "k1", "desk": "pho-an", "q": "khai sinh", "p": "tran van"}
    page = at_desk.post(COUNTER, form | {"do": "look"}).content.decode()
    assert 'value="choose_procedure:khai-sinh"' in page
    assert f'value="choose_person:{person.pk}"' in page
    page = at_desk.post(COUNTER, form | {"do": "choose_procedure:khai-sinh"}).content.decode()
    assert 'value="tran van"' in page
    form |= {"procedure": "khai-sinh", "address": "Tổ 9", "do": f"choose_person:{person.pk}"}
    page = at_desk.post(COUNTER, form).content.decode()
    assert "Trần Văn Mẫu" in page
    assert not Dossier.objects.exists()


def test_a_search_brings_only_its_list_when_scripts_ask(at_desk: Client, person: Person) -> None:
    form = {"desk": "pho-an", "p": "051090000001", "do": "look"}
    response = at_desk.post(COUNTER, form, headers={"HX-Target": "person-options"})
    page = response.content.decode()
    assert "<html" not in page
    assert page.count('role="option"') == 2  # the person, and "write down somebody new"


def offered(at_desk: Client, typed: str) -> list[str]:
    page = at_desk.post(
        COUNTER, {"desk": "pho-an", "q": typed, "do": "look"},
        headers={"HX-Target": "procedure-options"},
    ).content.decode()  # fmt: skip
    return re.findall(r'combo-main">([^<]*)<', page)


def test_a_search_offers_only_what_has_the_typed_words_and_first_what_begins_so(
    at_desk: Client,
) -> None:
    for typed in ("đăng ký kh", "dang ky kh", "khai  SINH", "sinh khai"):
        names = offered(at_desk, typed)
        assert names
        for word in fold(typed).split():
            assert all(f" {word}" in f" {fold(name)}" for name in names), (typed, names)
    assert fold(offered(at_desk, "dang ky kh")[0]).startswith("dang ky kh")
    for slip in ("khia sinh", "khai sinh zz"):
        assert offered(at_desk, slip) == []
        assert catalogue.catalogue(catalogue.CatalogueFilter(q=slip)).exists()


def test_an_english_reader_is_offered_procedures_in_english(
    at_desk: Client, clerk_account: Account, person: Person
) -> None:
    dossier = receive(clerk_account, person, SLOW)
    at_desk.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Birth registration" in offered(at_desk, "khai sinh")
    form = {"desk": "pho-an", "do": "choose_procedure:khai-sinh"}
    page = at_desk.post(COUNTER, form).content.decode()
    assert "<strong>Birth registration</strong>" in page
    assert '<span lang="vi">Tờ khai' in page
    waiting = at_desk.get(COUNTER).content.decode()
    assert f'<span lang="vi">{dossier.procedure.name}</span></a>' in waiting


def test_a_desk_receives_only_what_is_its_to_receive(at_desk: Client, person: Person) -> None:
    town = next(d for d in catalogue.definitions_in_force(MONDAY.date()) if d.level == "district")
    response = at_desk.post(COUNTER, entry(person, town.code))
    assert response.status_code == 422
    assert not Dossier.objects.exists()


def test_the_usual_procedures_have_a_number_key(
    at_desk: Client, clerk_account: Account, person: Person
) -> None:
    receive(clerk_account, person, SLOW)
    with standing_at(MONDAY + timedelta(days=2)):
        page = at_desk.get(COUNTER).content.decode()
    assert 'value="choose_procedure:xac-nhan-tinh-trang-hon-nhan" data-digit="1"' in page


def test_a_form_gone_back_to_and_changed_is_kept_and_may_be_sent_as_another(
    at_desk: Client, person: Person
) -> None:
    form = entry(person)
    at_desk.post(COUNTER, form)
    changed = form | {"person": "", "new": "1", "full_name": "Người Khác"}
    response = at_desk.post(COUNTER, changed)
    assert response.status_code == 422
    assert "Người Khác" in response.content.decode()
    assert Dossier.objects.count() == 1
    at_desk.post(COUNTER, changed | {"key": response.context["key"]})
    assert Dossier.objects.count() == 2


def test_nothing_chosen_is_said_beside_what_is_missing(at_desk: Client) -> None:
    response = at_desk.post(COUNTER, {"desk": "pho-an", "p": "Trần"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Hãy chọn thủ tục" in page
    assert "Hãy chọn người nộp" in page
    assert 'value="Trần"' in page


def test_everything_waiting_is_handed_over_in_one_press(
    at_desk: Client, clerk_account: Account, new_official: Any, person: Person
) -> None:
    for _ in range(3):
        receive(clerk_account, person)
    form = {"desk": "pho-an", "key": str(uuid.uuid4())}
    for _ in range(2):
        assert at_desk.post("/quay/chuyen/", form).status_code == 302
    states = set(Dossier.objects.values_list("state", flat=True))
    assert states == {Dossier.State.PROCESSING}
    assert Act.objects.filter(verb="transfer").count() == 3
    stranger = signed_in(new_official("clerk", "pho-phong"))
    assert stranger.post("/quay/chuyen/", form).status_code == 404


def test_the_counter_is_closed_to_others(new_official: Any, citizen_account: Account) -> None:
    for account in (new_official("specialist", "pho-an"), citizen_account):
        assert signed_in(account).get(COUNTER).status_code == 403
    assert Client().get(COUNTER).status_code == 302
