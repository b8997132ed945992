"""The API's way in: tokens, sessions, and who am I."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from thichinh.accounts import actions
from thichinh.accounts.models import AccessToken, Account
from thichinh.accounts.queries import actor_for
from thichinh.accounts.rules import DelegationTerms
from thichinh.foundation.clock import today

PASSWORD = "Gạo thơm mùa 9"
JSON = "application/json"


@pytest.fixture
def officer(official):
    return official("an", "pho-an", clerk="pho-an", password_hash=make_password(PASSWORD))


def bearer(secret: str, **more: str) -> dict[str, dict[str, str]]:
    return {"headers": {"Authorization": f"Bearer {secret}", **more}}


def test_a_program_gets_a_token_and_is_known_by_it(client, officer):
    body = {"username": "an", "password": PASSWORD, "name": "Máy quét"}
    response = client.post("/api/v1/tokens", body, content_type=JSON)
    assert response.status_code == 201
    me = client.get("/api/v1/me", **bearer(response.json()["token"])).json()
    assert (me["name"], me["unit"], me["roles"]) == ("An", "pho-an", ["clerk"])
    assert me["permissions"]["dossier.receive"] == ["pho-an"]


def test_a_wrong_password_gives_no_token(client, officer):
    body = {"username": "an", "password": "sai"}
    response = client.post("/api/v1/tokens", body, content_type=JSON)
    assert response.status_code == 422
    assert "token" not in response.json()


@pytest.mark.parametrize("secret", ["", "khong-co", "a b"])
def test_an_unknown_token_is_nobody(client, officer, secret):
    assert client.get("/api/v1/me", **bearer(secret)).status_code == 401


def test_an_expired_token_is_nobody(client, officer):
    token, secret = actions.create_token(officer, "x")
    AccessToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get("/api/v1/me", **bearer(secret)).status_code == 401


def test_a_one_time_password_opens_nothing_but_its_own_change(officer):
    Account.objects.filter(pk=officer.pk).update(must_change_password=True)
    browser = Client()
    browser.force_login(officer)
    answer = browser.get("/api/v1/me")
    assert answer.status_code == 403
    assert "đổi mật khẩu" in answer.json()["message"]


def test_a_token_of_a_closed_account_is_nobody(client, officer):
    _, secret = actions.create_token(officer, "x")
    Account.objects.filter(pk=officer.pk).update(is_active=False)
    assert client.get("/api/v1/me", **bearer(secret)).status_code == 401


def test_a_call_with_a_token_is_one_query(client, officer, django_assert_num_queries):
    _, secret = actions.create_token(officer, "x")
    client.get("/api/v1/me", **bearer(secret))
    with django_assert_num_queries(1):
        client.get("/api/v1/me", **bearer(secret))


def test_a_token_ends_itself(client, officer):
    _, secret = actions.create_token(officer, "x")
    assert client.delete("/api/v1/tokens/current", **bearer(secret)).status_code == 204
    assert client.get("/api/v1/me", **bearer(secret)).status_code == 401


def test_a_browser_session_needs_its_csrf_token_to_write(officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    assert client.delete("/api/v1/tokens/current").status_code == 403


def test_a_browser_session_reads_as_its_account(client, officer):
    client.force_login(officer)
    assert client.get("/api/v1/me").json()["account_id"] == officer.pk


def test_a_program_acts_on_behalf_only_of_who_delegated(client, officer, official, unit):
    leader = official("lan", "pho-an", unit_leader="pho-an")
    _, secret = actions.create_token(officer, "x")
    asked = bearer(secret, **{"X-On-Behalf-Of": str(leader.pk)})
    assert client.get("/api/v1/me", **asked).status_code == 403
    terms = DelegationTerms(officer.pk, "unit-leader", unit("pho-an").pk, today(), today(), "Ốm")
    actions.delegate_role(actor_for(leader), terms)
    me = client.get("/api/v1/me", **asked).json()
    assert (me["account_id"], me["on_behalf_of"]) == (officer.pk, leader.pk)
    assert "dossier.assign" in me["permissions"]
    assert "dossier.decide" not in me["permissions"], "a clerk is lent no signature"


def test_an_absurd_term_is_refused(client, officer):
    body = {"username": "an", "password": PASSWORD, "days": 9999}
    response = client.post("/api/v1/tokens", body, content_type=JSON)
    assert (response.status_code, list(response.json()["errors"])) == (422, ["days"])


def test_acting_for_what_only_looks_like_a_number_is_acting_for_oneself(client, officer):
    _, secret = actions.create_token(officer, "x")
    header = "²".encode().decode("latin-1")
    for giver in (header, "\xb2"):
        me = client.get("/api/v1/me", **bearer(secret, **{"X-On-Behalf-Of": giver})).json()
        assert me["on_behalf_of"] is None
