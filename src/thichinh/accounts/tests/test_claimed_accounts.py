"""Knowing twelve digits proves nothing: an account shows what it filed until papers were compared."""

from __future__ import annotations

import pytest

from thichinh.accounts import actions, queries
from thichinh.accounts.actions import NewOfficial
from thichinh.accounts.models import Account, Person
from thichinh.accounts.rules import SYSTEM, PersonFacts
from thichinh.foundation.errors import Missing, NotAllowed, Refused
from thichinh.foundation.models import AuditEntry

NUMBER = "051190000456"
PASSWORD = "Gạo thơm mùa 9"


@pytest.fixture
def claimed(town):
    """Somebody signed up with a number that no office has seen yet."""
    return actions.sign_up(PersonFacts("Kẻ Mạo Danh", NUMBER, phone="0905123456"), PASSWORD)


@pytest.fixture
def clerk(client, official):
    client.force_login(official("clerk", "duc-pho.mot-cua", clerk="duc-pho.co-quan"))
    return client


def is_seen(account: Account) -> bool:
    return queries.actor_for(Account.objects.get(pk=account.pk)).identity_seen


def test_signing_up_proves_nothing_and_officials_answer_for_the_accounts_they_open(
    claimed, citizen, it_officer
):
    assert [is_seen(account) for account in (claimed, citizen, it_officer)] == [False, True, True]


def test_a_clerk_who_saw_the_card_says_so_once_and_it_is_audited(claimed, clerk):
    page = clerk.get(f"/nguoi-dan/{claimed.person_id}/").content.decode()
    assert "Chưa đối chiếu giấy tờ" in page
    assert "Kẻ Mạo Danh" in page
    assert not is_seen(claimed)
    for _ in range(2):
        assert clerk.post(f"/nguoi-dan/{claimed.person_id}/doi-chieu/").status_code == 302
    assert is_seen(claimed)  # at once: the remembered Actor is not used again
    assert AuditEntry.objects.filter(action="account.identity_seen").count() == 1
    assert clerk.post(f"/nguoi-dan/{claimed.person_id}/tach/").status_code == 404


def test_a_new_password_is_given_to_who_shows_papers(claimed, clerk):
    clerk.post(f"/nguoi-dan/{claimed.person_id}/tai-khoan/")
    assert is_seen(claimed)


def test_a_strangers_account_is_detached_and_the_number_is_free_again(claimed, clerk):
    victim = claimed.person_id
    assert clerk.post(f"/nguoi-dan/{victim}/tach/").status_code == 302
    claimed.refresh_from_db()
    assert (claimed.is_active, claimed.person_id == victim) == (False, False)
    assert (claimed.person.full_name, claimed.person.identity_number) == ("Kẻ Mạo Danh", None)
    entry = AuditEntry.objects.get(action="account.detached")
    assert entry.data == {"person": victim, "now": claimed.person_id}
    page = clerk.post(f"/nguoi-dan/{victim}/tai-khoan/")
    assert page.context["username"] == NUMBER
    assert is_seen(Account.objects.get(person_id=victim))


@pytest.mark.parametrize("verb", ["doi-chieu", "tach"])
def test_only_who_may_edit_people_says_whose_an_account_is(client, claimed, official, verb):
    client.force_login(official("sp", "pho-an", specialist="pho-an"))
    assert client.post(f"/nguoi-dan/{claimed.person_id}/{verb}/").status_code == 403
    assert not is_seen(claimed)


def test_an_officials_account_is_never_detached(it_officer, town):
    person = actions.upsert_person(SYSTEM, PersonFacts("Cán Bộ", "051190000789"))
    Account.objects.filter(pk=it_officer.pk).update(person=person, identity_seen_at=None)
    with pytest.raises(Missing):
        actions.detach_account(SYSTEM, person.pk)


def test_what_the_desk_wrote_is_not_shown_to_who_only_knows_the_number(
    client, claimed, clerk_actor
):
    client.force_login(claimed)
    assert "0905123456" in client.get("/tai-khoan/").content.decode()
    actions.upsert_person(
        clerk_actor,
        PersonFacts("Lê Thị Sáu", NUMBER, phone="0905999888", address="Tổ 7, Phổ An"),
    )
    page = client.get("/tai-khoan/").content.decode()
    assert "0905999888" not in page
    assert "Phổ An" not in page
    assert "nơi tiếp nhận hồ sơ một lần" in page
    assert client.post("/tai-khoan/lien-he/", {"phone": "0905000111"}).status_code == 403
    actions.confirm_identity(clerk_actor, claimed.person_id)
    assert "0905999888" in client.get("/tai-khoan/").content.decode()


@pytest.mark.parametrize("first", ["Lê Thị Sáu", "Kẻ Mạo Danh"])
def test_a_name_that_the_desk_wrote_or_confirmed_is_not_renamed_by_number(
    claimed, clerk_actor, first
):
    actions.upsert_person(clerk_actor, PersonFacts(first, NUMBER))
    assert not is_seen(claimed)
    with pytest.raises(Refused) as refused:
        actions.upsert_person(clerk_actor, PersonFacts("Trần Văn Nhầm", NUMBER))
    assert first in refused.value.fields["identity_number"]
    assert Person.objects.get(pk=claimed.person_id).full_name == first
    actions.upsert_person(clerk_actor, PersonFacts("Trần Văn Đúng", NUMBER), claimed.person_id)
    assert Person.objects.get(pk=claimed.person_id).full_name == "Trần Văn Đúng"


def test_what_the_account_itself_wrote_does_not_keep_the_desk_from_writing_the_name(
    client, claimed, clerk_actor
):
    client.force_login(claimed)
    assert client.post("/tai-khoan/lien-he/", {"phone": "0905000111"}).status_code == 302
    person = actions.upsert_person(clerk_actor, PersonFacts("Lê Thị Sáu", NUMBER))
    assert (person.pk, person.full_name) == (claimed.person_id, "Lê Thị Sáu")


def test_saving_ones_contact_leaves_a_household_what_it_is(client, claimed):
    actions.upsert_person(
        SYSTEM,
        PersonFacts("Hộ kinh doanh Bún Bò", NUMBER, kind="household"),
        person_id=claimed.person_id,
    )
    actions.confirm_identity(SYSTEM, claimed.person_id)
    before = Person.objects.get(pk=claimed.person_id)
    client.force_login(claimed)
    assert client.post("/tai-khoan/lien-he/", {"phone": "0905000111"}).status_code == 302
    after = Person.objects.get(pk=claimed.person_id)
    assert (after.kind, after.sort_name) == ("household", before.sort_name)
    assert after.phone == "0905000111"


def test_correcting_a_person_who_is_not_there_writes_nobody_down(town):
    with pytest.raises(Missing):
        actions.upsert_person(SYSTEM, PersonFacts("Lê Văn Bê"), person_id=999_999_999)
    assert not Person.objects.exists()


# The same form twice at once: what was looked at before is no longer true when it is written ------


def test_two_accounts_of_one_person_are_one(citizen):
    with pytest.raises(Refused) as refused:
        actions.create_citizen(SYSTEM, citizen.person)
    assert "đã có tài khoản" in refused.value.message


def test_a_user_name_taken_a_moment_ago_is_refused_at_its_field(official, unit, monkeypatch):
    official("an", "pho-an")
    monkeypatch.setattr(actions.accounts, "_taken", lambda username: "")
    with pytest.raises(Refused) as refused:
        actions.create_official(SYSTEM, NewOfficial("an", "Nguyễn An", unit("pho-an").pk))
    assert set(refused.value.fields) == {"username"}


def test_ending_a_role_needs_authority_where_the_role_holds(official, unit):
    manager = official("it-xa", "pho-an", it_officer="pho-an")
    officer = official("xa", "pho-an", specialist="duc-pho")
    with pytest.raises(NotAllowed):
        actions.end_role(queries.actor_for(manager), officer.assignments.get().pk)
    assert officer.assignments.exists()
