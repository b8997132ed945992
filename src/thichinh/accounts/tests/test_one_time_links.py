"""A one-time link opens its account once, for one person, and for nobody after that."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from thichinh.accounts import actions
from thichinh.accounts.actions.links import VALID_FOR
from thichinh.accounts.models import Account, OneTimeLink
from thichinh.accounts.rules import SYSTEM

PASSWORD = "Gạo thơm mùa 9"
Official = Callable[..., Account]


def door(secret: str) -> str:
    return f"/mo-tai-khoan/{secret}/"


def tried(browser: Client, secret: str, password: str = PASSWORD) -> int:
    return browser.post(door(secret), {"password": password}).status_code


@pytest.fixture
def account(town: Any, official: Official) -> Account:
    return official("an", "pho-an", clerk="pho-an")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("links", [1, 2])
def test_of_browsers_that_race_one_gets_in_and_its_password_stays(
    account: Account, links: int
) -> None:
    secrets = [actions.make_link(SYSTEM, account) for _ in range(links)]
    together = Barrier(4)

    def race(n: int) -> int:
        browser = Client(raise_request_exception=False)
        try:
            assert browser.get(door(secrets[n % links])).status_code == 200
            together.wait()
            return tried(browser, secrets[n % links], f"{PASSWORD} {n}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(race, range(4)))
    assert sorted(found) == [302, 404, 404, 404]
    account.refresh_from_db()
    assert account.check_password(f"{PASSWORD} {found.index(302)}")
    assert not OneTimeLink.objects.filter(used_at=None).exists()


@pytest.mark.django_db
def test_a_used_an_expired_and_a_made_up_link_open_nothing(
    account: Account, client: Client
) -> None:
    first, late = (actions.make_link(SYSTEM, account) for _ in range(2))
    newest = OneTimeLink.objects.latest("pk")
    newest.expires_at = timezone.now()
    newest.save()
    assert tried(client, late) == 404
    assert client.get(door(late)).status_code == 404
    assert tried(client, first) == 302
    assert tried(Client(), first) == 404
    for wrong in (first[:-1], first.upper(), "x" * 3000, "%00", newest.digest):
        assert tried(Client(), wrong) == 404, wrong


@pytest.mark.django_db
def test_looking_and_a_weak_password_use_nothing_up_and_the_page_is_kept_nowhere(
    account: Account, client: Client
) -> None:
    secret = actions.make_link(SYSTEM, account)
    for _ in range(3):
        page = client.get(door(secret))
        assert "no-store" in page.headers["Cache-Control"]
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert client.head(door(secret)).status_code == 200
    assert tried(client, secret, "1") == 422
    assert tried(client, secret) == 302
    assert timedelta(days=7) >= VALID_FOR


@pytest.mark.django_db
def test_a_password_set_another_way_or_a_closed_account_uses_the_link_up(
    account: Account, client: Client, official: Official
) -> None:
    links = [actions.make_link(SYSTEM, account)]
    actions.reset_password(SYSTEM, account.pk)
    links.append(actions.make_link(SYSTEM, account))
    actions.disable_account(SYSTEM, account.pk)
    actions.enable_account(SYSTEM, account.pk)
    assert [tried(client, link) for link in links] == [404, 404]


@pytest.mark.django_db
def test_opening_by_a_link_ends_tokens_and_sessions_of_before(
    account: Account, client: Client
) -> None:
    secret = actions.make_link(SYSTEM, account)
    before = Client()
    before.force_login(account)
    token = actions.create_token(account, "cũ")[1]
    assert tried(client, secret) == 302
    headers = {"Authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/dossiers", headers=headers).status_code == 401
    assert not before.get("/tai-khoan/").wsgi_request.actor.is_signed_in
    assert client.get("/tai-khoan/").wsgi_request.actor.account_id == account.pk
