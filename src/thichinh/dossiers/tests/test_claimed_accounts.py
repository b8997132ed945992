"""An account that somebody signed up for reads what it filed itself, until papers were compared."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from thichinh.accounts import actions as accounts
from thichinh.accounts.models import Account
from thichinh.accounts.queries import actor_for
from thichinh.accounts.rules import Actor, PersonFacts
from thichinh.dossiers import actions, queries
from thichinh.dossiers.actions import Request
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.queries import own
from thichinh.dossiers.tests.filing import MONDAY, file_whole, signed_in
from thichinh.foundation.clock import standing_at
from thichinh.foundation.errors import Missing

pytestmark = pytest.mark.django_db
NUMBER = "051190000456"


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with standing_at(MONDAY):
        yield


@pytest.fixture
def squatter(town: None) -> Account:
    facts = PersonFacts("Kẻ Mạo Danh", NUMBER, phone="0905123456")
    return accounts.sign_up(facts, "Gạo thơm mùa 9")


@pytest.fixture
def filed(squatter: Account) -> Dossier:
    """What the squatter filed online."""
    file_whole(signed_in(squatter.pk))
    return Dossier.objects.get()


@pytest.fixture
def received(filed: Dossier, commune_clerk: Actor) -> Dossier:
    """The stranger the number belongs to comes to the desk."""
    facts = PersonFacts("Lê Thị Sáu", NUMBER, phone="0905999888", address="Tổ 7, Phổ An")
    asked = Request(procedure="khai-sinh", receiving_unit="pho-an", papers=filed.papers)
    return actions.receive_dossier(commune_clerk, asked, facts)


def test_the_numbers_owner_keeps_what_they_bring_to_the_desk_to_themselves(
    squatter: Account, filed: Dossier, received: Dossier
) -> None:
    assert received.applicant_id == filed.applicant_id
    actor, browser = actor_for(squatter), signed_in(squatter.pk)
    assert [row.number for row, _ in own.own_dossiers(actor).rows] == [filed.number]
    assert list(queries.visible_to(actor)) == [filed]
    page = browser.get("/ho-so-cua-toi/").content.decode()
    assert filed.number in page
    assert received.number not in page
    assert "Hãy mang thẻ căn cước" in page
    for door in ("", "da-nop/", "rut/", "tep/1/"):
        assert browser.get(f"/ho-so-cua-toi/{received.number}/{door}").status_code == 404
    assert browser.get(f"/ho-so/{received.number}/giay-tiep-nhan.pdf").status_code == 404
    assert browser.get(f"/api/v1/dossiers/{received.number}").status_code == 404
    with pytest.raises(Missing):
        actions.perform(actor, "withdraw", received.number, reason="phá")


def test_their_own_filing_names_nobody_but_who_they_said_they_were(
    squatter: Account, received: Dossier, filed: Dossier
) -> None:
    browser = signed_in(squatter.pk)
    pages = [
        browser.get(f"/ho-so-cua-toi/{filed.number}/"),
        browser.get("/nop-ho-so/khai-sinh/"),
        browser.get("/api/v1/dossiers"),
        browser.get(f"/api/v1/dossiers/{filed.number}"),
    ]
    for page in pages:
        assert page.status_code == 200
        for fact in ("Lê Thị Sáu", "0905999888", "Tổ 7"):
            assert fact not in page.content.decode()


def test_once_papers_were_compared_everything_of_the_person_shows(
    squatter: Account, received: Dossier, commune_clerk: Actor
) -> None:
    accounts.confirm_identity(commune_clerk, received.applicant_id)
    squatter.refresh_from_db()
    actor = actor_for(squatter)
    assert own.own_dossier(actor, received.number).dossier == received
    assert queries.visible_to(actor).count() == 2
    assert "Hãy mang thẻ" not in signed_in(squatter.pk).get("/ho-so-cua-toi/").content.decode()


def test_a_detached_account_takes_along_what_it_filed(
    squatter: Account, filed: Dossier, received: Dossier, commune_clerk: Actor
) -> None:
    victim = received.applicant_id
    accounts.detach_account(commune_clerk, victim)
    filed.refresh_from_db()
    received.refresh_from_db()
    squatter.refresh_from_db()
    assert (filed.applicant_id, received.applicant_id) == (squatter.person_id, victim)
    account, _ = accounts.create_citizen(commune_clerk, received.applicant)
    with pytest.raises(Missing):
        own.own_dossier(actor_for(account), filed.number)


def test_the_counter_warns_of_an_account_nobody_compared(
    squatter: Account, commune_clerk: Actor
) -> None:
    clerk: Client = signed_in(commune_clerk.account_id)
    address = f"/quay/?person={squatter.person_id}"
    assert "chưa đối chiếu giấy tờ" in clerk.get(address).content.decode()
    accounts.confirm_identity(commune_clerk, squatter.person_id or 0)
    assert "chưa đối chiếu giấy tờ" not in clerk.get(address).content.decode()
