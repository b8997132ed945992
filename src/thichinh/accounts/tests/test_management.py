"""The IT officer's work, one's own account, and acting on behalf, through the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password

from thichinh.accounts import actions, queries
from thichinh.accounts.listings import ACCOUNTS
from thichinh.accounts.models import AccessToken, Account, Delegation, RoleAssignment
from thichinh.accounts.rules import SYSTEM
from thichinh.accounts.views import management
from thichinh.foundation.clock import today
from thichinh.foundation.errors import NotAllowed, Refused
from thichinh.foundation.models import AuditEntry
from thichinh.foundation.text import vn_date

LIST = "/quan-tri/tai-khoan/"


@pytest.fixture
def manager(client, it_officer):
    client.force_login(it_officer)
    return client


def test_the_list_finds_officials_by_begun_words_and_unit(manager, official, unit):
    official("binh.le", "pho-an")
    official("chi", "pho-van")
    page = manager.get(LIST, {"q": "bin"}).content.decode()
    assert "binh.le" in page
    assert "chi" not in page.split("<tbody>")[1].split("</tbody>")[0]
    page = manager.get(LIST, {"unit": unit("pho-van").pk}).content.decode()
    assert "binh.le" not in page


def test_the_list_goes_on_page_by_page_and_back_however_long(
    it_officer, manager, official, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(management, "ACCOUNTS", replace(ACCOUNTS, size=3))
    for n in range(7):
        official(f"nv{n}", "pho-an")
    manager.get(LIST)
    seen: list[list[str]] = []
    query = ""
    while query is not None:
        with django_assert_num_queries(4):  # session, rows, kept views, bell
            context = manager.get(LIST + query).context
        seen.append([line.key for line in context["lines"]])
        query = context["next_url"]
    flat = [key for page in seen for key in page]
    assert len(flat) == len(set(flat)) == 8
    back = manager.get(LIST + context["previous_url"]).context
    assert [line.key for line in back["lines"]] == seen[-2]


def test_who_does_not_manage_accounts_does_not_see_the_list(client, official):
    client.force_login(official("an", "pho-an", clerk="pho-an"))
    assert client.get(LIST).status_code == 403


def test_a_manager_of_one_commune_manages_no_other(client, official, unit):
    local = official("it2", "pho-an", it_officer="pho-an")
    other = official("xa", "pho-van")
    client.force_login(local)
    assert client.get(f"{LIST}{other.pk}/").status_code == 404
    assert client.post(f"{LIST}{other.pk}/khoa/").status_code == 403
    assert other.username not in client.get(LIST).content.decode().split("<tbody>")[1]


def test_a_new_official_gets_a_one_time_password_and_must_change_it(manager, unit, client):
    form = {
        "display_name": "Võ Thị Mới",
        "username": "moi.vo",
        "title": "Công chức",
        "unit": unit("pho-an").pk,
    }
    page = manager.post(LIST + "moi/", form)
    assert page.status_code == 200
    password = page.context["secret"]
    manager.post("/dang-xuat/")
    manager.post("/dang-nhap/", {"identifier": "moi.vo", "password": password})
    assert manager.get("/tai-khoan/").url == "/tai-khoan/mat-khau/"
    new = {"old": password, "password": "Mùa lúa chín vàng"}
    assert manager.post("/tai-khoan/mat-khau/", new).url == "/tai-khoan/"
    assert manager.get("/tai-khoan/").status_code == 200


def test_a_taken_username_is_refused_and_the_form_comes_back(manager, official, unit):
    official("an", "pho-an")
    form = {"display_name": "An Khác", "username": "an", "unit": unit("pho-an").pk}
    response = manager.post(LIST + "moi/", form)
    assert response.status_code == 422
    assert "đã có người dùng" in response.content.decode()
    assert 'value="An Khác"' in response.content.decode()


def test_a_role_is_given_with_dates_and_taken_back(manager, official, unit):
    account = official("an", "pho-an")
    form = {
        "role": "clerk",
        "unit": unit("pho-an").pk,
        "include_subunits": "on",
        "valid_from": vn_date(today()),
        "valid_to": "",
    }
    assert manager.post(f"{LIST}{account.pk}/vai-tro/", form).status_code == 302
    assert queries.actor_for(account).may("dossier.receive", unit("pho-an"))
    row = RoleAssignment.objects.get(account=account)
    assert manager.post(f"{LIST}{account.pk}/vai-tro/{row.pk}/thoi/").status_code == 302
    assert not queries.actor_for(account).may("dossier.receive")
    actions_ = AuditEntry.objects.filter(object_id=account.pk).values_list("action", flat=True)
    assert {"role.assigned", "role.ended"} <= set(actions_)


def test_a_role_that_ends_before_it_begins_is_refused(manager, official, unit):
    account = official("an", "pho-an")
    form = {
        "role": "clerk",
        "unit": unit("pho-an").pk,
        "valid_from": vn_date(today()),
        "valid_to": vn_date(today() - timedelta(days=1)),
    }
    response = manager.post(f"{LIST}{account.pk}/vai-tro/", form)
    assert response.status_code == 422
    assert "Ngày kết thúc" in response.content.decode()


def test_nobody_gives_themselves_a_role(manager, it_officer, unit):
    terms = actions.RoleTerms("clerk", unit("pho-an").pk, today())
    with pytest.raises(Exception, match="tự phân vai trò"):
        actions.assign_role(queries.actor_for(it_officer), it_officer.pk, terms)


def test_the_last_manager_of_accounts_cannot_end_that_role(manager, it_officer, official):
    own = RoleAssignment.objects.get(account=it_officer)
    page = manager.post(f"{LIST}{it_officer.pk}/vai-tro/{own.pk}/thoi/")
    assert page.status_code == 422
    assert "không còn ai quản trị" in page.content.decode()
    own.refresh_from_db()
    assert own.valid_to is None
    official("it3", "duc-pho.van-phong", it_officer="duc-pho")
    assert manager.post(f"{LIST}{it_officer.pk}/vai-tro/{own.pk}/thoi/").status_code == 302


def test_a_later_end_of_the_last_managers_role_is_refused_too(it_officer):
    own = RoleAssignment.objects.get(account=it_officer)
    with pytest.raises(Refused):
        actions.end_role(queries.actor_for(it_officer), own.pk, today() + timedelta(days=30))


def test_a_role_outside_ones_reach_cannot_be_given(official, unit):
    local = official("it2", "pho-an", it_officer="pho-an")
    account = official("an", "pho-an")
    terms = actions.RoleTerms("town-leader", unit("duc-pho").pk, today())
    with pytest.raises(NotAllowed):
        actions.assign_role(queries.actor_for(local), account.pk, terms)


def test_a_closed_account_can_be_opened_again(manager, official):
    account = official("an", "pho-an")
    manager.post(f"{LIST}{account.pk}/khoa/")
    assert not Account.objects.get(pk=account.pk).is_active
    manager.post(f"{LIST}{account.pk}/mo/")
    assert Account.objects.get(pk=account.pk).is_active


def test_a_reset_password_ends_tokens(manager, official):
    account = official("an", "pho-an")
    actions.create_token(account, "x")
    page = manager.post(f"{LIST}{account.pk}/mat-khau/")
    assert page.context["secret"] in page.content.decode()
    assert not AccessToken.objects.exists()


def test_a_page_of_an_account_costs_a_constant_number_of_queries(
    manager, official, django_assert_num_queries
):
    account = official("an", "pho-an", clerk="pho-an", specialist="pho-an")
    manager.get(f"{LIST}{account.pk}/")
    with django_assert_num_queries(7):
        manager.get(f"{LIST}{account.pk}/")


# One's own account ------------------------------------------------------------------------------


def test_ones_own_page_costs_a_constant_number_of_queries(
    client, official, django_assert_num_queries
):
    client.force_login(official("an", "pho-an", clerk="pho-an", specialist="pho-an"))
    client.get("/tai-khoan/")
    with django_assert_num_queries(10):
        assert client.get("/tai-khoan/").status_code == 200


def test_a_leader_on_leave_delegates_and_the_deputy_switches(client, official, unit):
    leader = official("lan", "duc-pho.tu-phap", unit_leader="duc-pho.tu-phap")
    deputy = official("minh", "duc-pho.tu-phap")
    client.force_login(leader)
    form = {
        "held": f"unit-leader:{unit('duc-pho.tu-phap').pk}",
        "taker": deputy.pk,
        "valid_from": vn_date(today()),
        "valid_to": vn_date(today() + timedelta(days=2)),
        "reason": "Nghỉ phép",
    }
    assert client.post("/tai-khoan/uy-quyen/", form).status_code == 302
    said = client.get("/tai-khoan/").content.decode()
    assert "Minh" in said
    assert "không được ký thay" in said
    client.force_login(deputy)
    assert client.post("/tai-khoan/lam-thay/", {"giver": leader.pk}).url == "/lam-viec/"
    page = client.get("/tai-khoan/")
    assert page.wsgi_request.actor.on_behalf_of_id == leader.pk
    assert "làm thay Lan" in page.content.decode()
    client.force_login(leader)
    client.post(f"/tai-khoan/uy-quyen/{Delegation.objects.get().pk}/thoi/")
    assert "đã thu hồi lúc" in client.get("/tai-khoan/").content.decode()
    client.force_login(deputy)
    assert client.get("/tai-khoan/").wsgi_request.actor.on_behalf_of_id is None
    client.post("/tai-khoan/lam-thay/", {"giver": ""})


def test_a_wrong_delegation_comes_back_with_what_was_typed(client, official, unit):
    leader = official("lan", "duc-pho.tu-phap", unit_leader="duc-pho.tu-phap")
    client.force_login(leader)
    form = {
        "held": f"unit-leader:{unit('duc-pho.tu-phap').pk}",
        "taker": "",
        "valid_from": "hôm nay",
        "valid_to": "1/1/2020",
        "reason": "Đi học",
    }
    response = client.post("/tai-khoan/uy-quyen/", form)
    assert response.status_code == 422
    assert 'value="Đi học"' in response.content.decode()


def test_nobody_switches_to_someone_who_delegated_nothing(client, official):
    leader = official("lan", "duc-pho.tu-phap", unit_leader="duc-pho.tu-phap")
    client.force_login(official("minh", "duc-pho.tu-phap"))
    assert client.post("/tai-khoan/lam-thay/", {"giver": leader.pk}).status_code == 403


def test_a_citizen_corrects_how_to_be_reached(client, citizen):
    client.force_login(citizen)
    form = {"phone": "0905 777 888", "email": "buoi@example.vn", "address": "Phổ Minh"}
    assert client.post("/tai-khoan/lien-he/", form).status_code == 302
    citizen.person.refresh_from_db()
    assert (citizen.person.phone, citizen.person.address) == ("0905777888", "Phổ Minh")
    response = client.post("/tai-khoan/lien-he/", {**form, "email": "không phải"})
    assert response.status_code == 422
    assert "không phải" in response.content.decode()


def test_the_present_password_is_needed_for_a_new_one(client, official):
    account = official("an", "pho-an", password_hash=make_password("Cái cũ của tôi"))
    client.force_login(account)
    wrong = {"old": "không nhớ", "password": "Mùa lúa chín vàng"}
    assert "chưa đúng" in client.post("/tai-khoan/mat-khau/", wrong).content.decode()
    right = {"old": "Cái cũ của tôi", "password": "Mùa lúa chín vàng"}
    assert client.post("/tai-khoan/mat-khau/", right).status_code == 302
    assert client.get("/tai-khoan/").status_code == 200


def test_a_key_for_a_program_is_shown_once_and_can_be_revoked(client, official):
    account = official("an", "pho-an")
    client.force_login(account)
    page = client.post("/tai-khoan/khoa-truy-cap/", {"name": "Máy quét", "days": "30"})
    secret = page.context["secret"]
    assert secret in page.content.decode()
    token = AccessToken.objects.get()
    assert secret not in token.digest
    assert secret not in client.get("/tai-khoan/").content.decode()
    client.post(f"/tai-khoan/khoa-truy-cap/{token.pk}/thu-hoi/")
    assert not AccessToken.objects.exists()


def test_somebody_elses_key_cannot_be_revoked(client, official):
    token, _ = actions.create_token(official("an", "pho-an"), "x")
    client.force_login(official("binh", "pho-an"))
    assert client.post(f"/tai-khoan/khoa-truy-cap/{token.pk}/thu-hoi/").status_code == 404


def test_officials_are_made_in_bulk_with_one_computed_hash(unit):
    shared = make_password("Mật khẩu chung để thử")
    for n in range(3):
        new = actions.NewOfficial(f"bulk{n}", f"Cán bộ {n}", unit("pho-an").pk)
        account, shown = actions.create_official(SYSTEM, new, password_hash=shared)
        assert (account.password, shown) == (shared, "")
        assert not account.must_change_password


@pytest.mark.parametrize("digit", ["²", "٣"])
def test_what_only_looks_like_a_number_is_none(manager, it_officer, digit):
    assert manager.get("/quan-tri/tai-khoan/", {"unit": digit}).status_code == 200
    assert manager.get("/quan-tri/tai-khoan/", {"after": f"x~{digit}"}).status_code == 200
    assert manager.post("/tai-khoan/lam-thay/", {"giver": digit}).status_code == 302
