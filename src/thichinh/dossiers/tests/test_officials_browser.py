"""The counter in a real browser: how few keys a walk-in takes, and pages that everybody can use."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from thichinh.accounts.actions import write_down_person
from thichinh.accounts.models import Account
from thichinh.accounts.queries import actor_for
from thichinh.accounts.rules import PersonFacts
from thichinh.dossiers import actions
from thichinh.dossiers.actions import Request
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.queries import desk
from thichinh.foundation import clock
from thichinh.foundation.clock import ZONE
from thichinh.foundation.tests.ui.browser import CHROMIUM, OPTIONAL
from thichinh.procedures import queries as catalogue

AXE = Path(settings.ROOT) / "frontend/node_modules/axe-core/axe.min.js"
BUILT = (Path(settings.ASSETS_ROOT) / "manifest.json").exists()
MONDAY = datetime(2021, 3, 1, 9, 0, tzinfo=ZONE)
MOST_KEYS = 11
"""Fewer than twelve keystrokes beyond the data itself (issue 2, section 3)."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(OPTIONAL and not CHROMIUM.exists(), reason="needs Chromium"),
    pytest.mark.skipif(OPTIONAL and not BUILT, reason="frontend/dist is not built"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(autouse=True)
def _town_lives_on_a_monday(town: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The server's own threads see the same clock as the test."""
    shift = clock._Shift(by=MONDAY - timezone.now(), read_at=float("inf"))
    monkeypatch.setattr(clock, "_shift", shift)
    desk._usual.clear()


@pytest.fixture(autouse=True)
def _pages_are_closed(town: None, browser: Browser) -> Iterator[None]:
    """The next test's database is not asked by a page of this one."""
    yield
    for context in browser.contexts:
        context.close()


@pytest.fixture
def clerk_account(new_official: Any) -> Account:
    write_down_person(
        PersonFacts("Trần Văn Mẫu", identity_number="051090000001", phone="0900000001")
    )
    return new_official("clerk", "pho-an")


def opened(browser: Browser, live_server: Any, account: Account, **options: Any) -> Page:
    """A page of a signed-in official."""
    client = Client()
    client.force_login(account)
    context = browser.new_context(locale="vi-VN", base_url=live_server.url, **options)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    return context.new_page()


def listed(page: Page, field: str) -> None:
    """Wait until the list shows the answer to all that was typed, as somebody looking at it does."""
    page.locator(f"#{field}[aria-activedescendant]:not([data-waiting])").wait_for()


class Keys:
    """A keyboard that counts what is pressed beyond the data."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def data(self, text: str) -> None:
        self.page.keyboard.type(text, delay=15)

    def press(self, key: str) -> None:
        self.pressed += 1
        self.page.keyboard.press(key)


def test_a_walk_in_takes_a_few_keys_and_less_than_a_minute(
    browser: Browser, live_server: Any, clerk_account: Account
) -> None:
    page = opened(browser, live_server, clerk_account)
    page.goto("/quay/")
    began, keys = time.monotonic(), Keys(page)
    keys.data("khai sinh")
    listed(page, "q")
    keys.press("Enter")
    expect(page.locator("#p")).to_be_focused()
    keys.data("051090000001")
    listed(page, "p")
    keys.press("Enter")
    page.get_by_role("button", name="Đổi người").wait_for()
    keys.press("Enter")
    page.get_by_role("heading", name="Đã tiếp nhận").wait_for()
    keys.press("Enter")  # the next person
    page.get_by_role("heading", name="Tiếp nhận hồ sơ").wait_for()
    assert Dossier.objects.get().applicant.full_name == "Trần Văn Mẫu"
    assert keys.pressed <= MOST_KEYS
    assert time.monotonic() - began < 60


def test_a_walk_in_whom_nobody_knows_takes_a_few_keys_more(
    browser: Browser, live_server: Any, clerk_account: Account
) -> None:
    page = opened(browser, live_server, clerk_account)
    page.goto("/quay/")
    keys = Keys(page)
    keys.data("khai sinh")
    listed(page, "q")
    keys.press("Enter")
    expect(page.locator("#p")).to_be_focused()
    keys.data("051195000009")
    listed(page, "p")
    keys.press("Enter")
    expect(page.locator("[name=full_name]")).to_be_focused()
    keys.data("Phạm Thị Mới")
    keys.press("Enter")
    keys.press("Enter")
    keys.data("0912345678")
    keys.press("Control+Enter")
    page.get_by_role("heading", name="Đã tiếp nhận").wait_for()
    applicant = Dossier.objects.get().applicant
    known = (applicant.full_name, applicant.identity_number, applicant.phone)
    assert known == ("Phạm Thị Mới", "051195000009", "0912345678")
    assert keys.pressed <= MOST_KEYS


def slow_line(page: Page) -> None:
    """As the network of a far commune is: every answer takes 300 ms longer."""
    line = page.context.new_cdp_session(page)
    limits = {"offline": False, "latency": 300, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", limits)


def test_fast_hands_need_not_wait_for_a_slow_line(
    browser: Browser, live_server: Any, clerk_account: Account
) -> None:
    page = opened(browser, live_server, clerk_account)
    page.goto("/quay/")
    slow_line(page)
    page.keyboard.type("khai sinh")
    listed(page, "q")
    for part in ["Enter", "051090000001", "Enter", "Enter"]:
        page.keyboard.press(part) if part == "Enter" else page.keyboard.type(part)
    page.get_by_role("heading", name="Đã tiếp nhận").wait_for()
    assert Dossier.objects.get().applicant.full_name == "Trần Văn Mẫu"


def test_a_new_person_is_typed_without_waiting_for_the_fields(
    browser: Browser, live_server: Any, clerk_account: Account
) -> None:
    page = opened(browser, live_server, clerk_account)
    page.goto("/quay/?procedure=khai-sinh")
    page.keyboard.type("051195000009")
    page.get_by_role("option", name="Ghi người mới: 051195000009").wait_for()
    slow_line(page)
    for part in ["Enter", "Pham Thi Moi", "Enter", "Enter", "0912345678", "Control+Enter"]:
        page.keyboard.press(part) if "Enter" in part else page.keyboard.type(part)
    page.get_by_role("heading", name="Đã tiếp nhận").wait_for()
    applicant = Dossier.objects.get().applicant
    known = (applicant.full_name, applicant.identity_number, applicant.phone)
    assert known == ("Pham Thi Moi", "051195000009", "0912345678")


def test_nobody_found_an_early_enter_begins_a_new_person(
    browser: Browser, live_server: Any, clerk_account: Account
) -> None:
    page = opened(browser, live_server, clerk_account)
    page.goto("/quay/?procedure=khai-sinh")
    slow_line(page)
    page.keyboard.type("051195000009")
    page.keyboard.press("Enter")
    expect(page.locator("[name=full_name]")).to_be_focused()
    assert page.get_by_label("Số định danh").input_value() == "051195000009"


def test_the_counter_has_keys_of_its_own_and_says_them(
    browser: Browser, live_server: Any, clerk_account: Account
) -> None:
    page = opened(browser, live_server, clerk_account)
    page.goto("/quay/?procedure=khai-sinh")
    page.keyboard.press("?")  # in the empty search field, where the cursor stands
    page.locator("#keys").wait_for()
    page.keyboard.press("Escape")
    page.locator("#p").focus()
    page.keyboard.press("F2")
    expect(page.locator("[name=full_name]")).to_be_focused()
    page.keyboard.type("Phạm Thị Mới")
    page.keyboard.press("F9")
    page.get_by_role("heading", name="Đã tiếp nhận").wait_for()
    page.goto("/quay/?procedure=khai-sinh")
    page.keyboard.press("F4")
    page.locator("#q").wait_for()


def test_a_session_that_ends_at_the_counter_loses_nothing_typed(
    browser: Browser, live_server: Any, clerk_account: Account
) -> None:
    clerk_account.set_password("thu-mat-khau-2021")
    clerk_account.save()
    page = opened(browser, live_server, clerk_account)
    page.goto("/quay/?procedure=khai-sinh")
    page.keyboard.type("051195000009")
    page.get_by_role("option", name="Ghi người mới: 051195000009").wait_for()
    page.keyboard.press("Enter")
    page.get_by_label("Họ và tên").fill("Phạm Thị Mới")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Đổi thủ tục").click()  # a part of the page
    page.get_by_label("Mật khẩu").fill("thu-mat-khau-2021")
    page.get_by_label("Tên đăng nhập").fill(clerk_account.username)
    page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("button", name="Gửi tiếp").click()
    assert page.get_by_label("Họ và tên").input_value() == "Phạm Thị Mới"


def test_the_counter_works_without_scripts(
    browser: Browser, live_server: Any, clerk_account: Account
) -> None:
    page = opened(browser, live_server, clerk_account, java_script_enabled=False)
    page.goto("/quay/")
    page.get_by_label("Tên hoặc mã thủ tục").fill("khai sinh")
    page.get_by_role("button", name="Tìm").first.click()
    page.get_by_role("option", name="Đăng ký khai sinh").first.click()
    page.get_by_label("Số định danh, điện thoại hoặc họ tên").fill("tran van mau")
    page.keyboard.press("Enter")
    page.get_by_role("option", name="Trần Văn Mẫu").click()
    page.get_by_role("button", name="Tiếp nhận").click()
    assert page.get_by_role("heading", name="Đã tiếp nhận").is_visible()
    assert Dossier.objects.count() == 1


def test_the_officials_pages_are_for_everybody(
    browser: Browser, live_server: Any, clerk_account: Account, new_official: Any
) -> None:
    definition = catalogue.definition_for("khai-sinh").definition
    papers: dict[str, object] = {p.code: 1 for p in definition.papers if p.required}
    facts = PersonFacts("Nguyễn Thị Dài Tên Nhất Xã Phổ An")
    dossier = actions.receive_dossier(
        actor_for(clerk_account), Request("khai-sinh", "pho-an", papers=papers), facts
    )
    actions.perform(actor_for(clerk_account), "transfer", dossier.pk)
    leader = new_official("unit-leader", "pho-an")
    visits = [
        (
            clerk_account,
            ["/quay/", "/quay/?procedure=khai-sinh", f"/quay/{dossier.number}/", "/ho-so/"],
        ),
        (leader, [f"/ho-so/{dossier.number}/", "/tong-quan/", "/so-cai/", "/so-cai/can-doi/"]),
    ]
    for account, addresses in visits:
        for width, scheme in [(1280, "light"), (360, "dark")]:
            size = {"width": width, "height": 800}
            page = opened(browser, live_server, account, viewport=size, color_scheme=scheme)
            for address in addresses:
                page.goto(address)
                page.evaluate(AXE.read_text())
                found = page.evaluate("axe.run().then((result) => result.violations)")
                assert not found, (
                    f"{address} {width} {json.dumps(found, ensure_ascii=False)[:3000]}"
                )
                assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            page.context.close()
