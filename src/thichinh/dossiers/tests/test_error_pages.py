"""Whoever meets an error stays where they were: citizens with citizens, officials with officials."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils.functional import SimpleLazyObject

from thichinh.accounts.queries import actor_for, forget_authority
from thichinh.foundation import clock

pytestmark = pytest.mark.django_db
RAIL = 'class="rail"'


@pytest.fixture
def clerk(town: None, new_official: Any) -> Any:
    return new_official("clerk", "pho-an")


@pytest.fixture
def official(clerk: Any) -> Client:
    client = Client()
    client.force_login(clerk)
    return client


def test_an_official_keeps_the_navigation(official: Client) -> None:
    for path in ("/khong-co-trang-nay/", "/ho-so/khong-co/", "/quan-tri/tai-khoan/"):
        answer = official.get(path)
        page = answer.content.decode()
        assert answer.status_code in (403, 404)
        assert RAIL in page, path
        assert "Về trang làm việc" in page


def test_a_visitor_gets_the_public_page(town: None) -> None:
    page = Client().get("/khong-co-trang-nay/").content.decode()
    assert RAIL not in page
    assert "Về trang đầu" in page


def test_a_fault_of_ours_keeps_it_too_and_asks_nothing(
    clerk: Any, django_assert_num_queries: Any
) -> None:
    request = RequestFactory().get("/viec/")
    known = actor_for(clerk)
    request.actor = SimpleLazyObject(lambda: known)  # type: ignore[attr-defined]
    failed = get_resolver().resolve_error_handler(500)
    with django_assert_num_queries(0):
        assert RAIL not in failed(request).content.decode()  # nobody has asked who it is
        bool(request.actor.is_official)  # type: ignore[attr-defined]
        answer = failed(request)
    assert answer.status_code == 500
    assert RAIL in answer.content.decode()


@pytest.mark.parametrize("path", ["/chi-tieu/", "/bao-cao/"])
def test_dates_that_cannot_be_read_show_the_picker_again(
    town: None, new_official: Any, path: str
) -> None:
    client = Client()
    client.force_login(new_official("town-leader", "duc-pho"))
    if path == "/bao-cao/":
        found = re.search(r'href="(/bao-cao/[^/"]+/)', client.get(path).content.decode())
        assert found
        path = found[1]
    answer = client.get(path, {"from": "2022-13-45", "to": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="2022-13-45"' in page
    assert "Nhập ngày cuối kỳ" not in page
    assert 'id="pick-period"' in page


def test_the_footer_offers_the_officials_door_to_all_but_citizens(
    citizen_account: Any,
) -> None:
    client = Client()
    assert "Dành cho cán bộ" in client.get("/").content.decode()
    client.force_login(citizen_account)
    assert "Dành cho cán bộ" not in client.get("/").content.decode()


@pytest.mark.parametrize("path", ["/dang-nhap/", "/tra-cuu/"])
def test_a_zero_byte_is_refused_in_vietnamese(town: None, path: str) -> None:
    names = ("identifier", "password", "number", "secret")
    page = Client().post(path, dict.fromkeys(names, "a\0b")).content.decode()
    assert "Null characters" not in page
    assert "Có ký tự không đọc được" in page


@pytest.mark.parametrize("asked_lately", [True, False], ids=["asked lately", "nothing known yet"])
@pytest.mark.parametrize("path", ["/suc-khoe/", "/", "/viec/", "/thu-tuc/", "/api/v1/procedures"])
def test_while_the_database_is_away_everything_answers_503(
    town: None, monkeypatch: pytest.MonkeyPatch, path: str, asked_lately: bool
) -> None:
    """Also before the view: what the middleware reads every few seconds may be the first to miss it."""
    if not asked_lately:
        forget_authority()
        monkeypatch.setattr(clock, "_shift", clock._Shift())
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = "of-somebody"

    def away(*_asked: object) -> None:
        raise OperationalError("connection refused")

    with connection.execute_wrapper(away):
        answer = client.get(path)
    assert answer.status_code == 503
    if path != "/suc-khoe/":
        assert answer.headers["Retry-After"] == "5"
        words = answer.json()["message"] if "/api/" in path else answer.content.decode()
        assert "Hệ thống đang tạm gián đoạn" in words


@pytest.mark.parametrize("path", ["/suc-khoe/", "/thu-tuc/"])
def test_whose_house_it_is_and_its_language_are_asked_once_for_many_pages(
    town: None, path: str
) -> None:
    forget_authority()
    for asks in (1, 0, 0):
        with CaptureQueriesContext(connection) as found:
            assert Client().get(path).status_code == 200
        authority = [q["sql"] for q in found if "'authority'" in q["sql"]]
        assert len(authority) == asks
