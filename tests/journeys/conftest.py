"""A town that answers on the loopback address, and people with real browsers.

`open_town` is the address of a live server on the test database, on a Wednesday morning of June
2022 (the units of the town exist then). `visitor` opens a browser window; what goes wrong inside it
(a script error, an answer of the 500s, a request to anywhere else) fails the test at its end.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, Page, Request, Response

from thichinh.accounts import actions as accounts
from thichinh.accounts.actions import NewOfficial, RoleTerms
from thichinh.accounts.models import Account, Person, Unit
from thichinh.accounts.rules import SYSTEM, PersonFacts
from thichinh.foundation import clock
from thichinh.foundation.clock import ZONE
from thichinh.foundation.tests.ui.browser import CHROMIUM

MORNING = datetime(2022, 6, 15, 9, 0, tzinfo=ZONE)
PASSWORD = "thu-mat-khau-2021"
AXE = Path(settings.ROOT) / "frontend/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
REQUIRED = bool(os.environ.get("THICHINH_REQUIRE_INTEGRATION"))
"""In CI a missing browser is a failure, not a reason to skip."""
BUILT = (Path(settings.ASSETS_ROOT) / "manifest.json").exists()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not (CHROMIUM.exists() and BUILT) and not REQUIRED:
                item.add_marker(pytest.mark.skip(reason="needs Chromium and frontend/dist"))


@pytest.fixture
def open_town(live_server: Any, town: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the town, whose clock shows MORNING for every thread."""
    shift = clock._Shift(by=MORNING - timezone.now(), read_at=float("inf"))
    monkeypatch.setattr(clock, "_shift", shift)
    return str(live_server.url)


@pytest.fixture
def official(open_town: str) -> Callable[..., Account]:
    """Make an official: `official("clerk", "pho-an")`; the password is PASSWORD."""

    def make(role: str, unit: str, scope: str = "", name: str = "Nguyễn Thị Thử") -> Account:
        home, reach = Unit.objects.get(code=unit), Unit.objects.get(code=scope or unit)
        login = f"{role}.{unit.replace('.', '-')}"
        account, _ = accounts.create_official(
            SYSTEM, NewOfficial(login, name, home.pk), password=PASSWORD
        )
        accounts.give_role(SYSTEM, account, RoleTerms(role, reach.pk, date(2020, 1, 1)))
        return account

    return make


@pytest.fixture
def citizen(open_town: str) -> Account:
    """A citizen of Phổ An; signs in with the identity number and PASSWORD."""
    person = accounts.write_down_person(
        PersonFacts(
            "Võ Thị Sương Mai",
            identity_number="051190000077",
            phone="0905123456",
            address="Thôn An Thạch, xã Phổ An",
        )
    )
    home = Unit.objects.get(code="pho-an")
    Person.objects.filter(pk=person.pk).update(residence_unit=home)
    account, _ = accounts.create_citizen(SYSTEM, person, password=PASSWORD)
    return account


@dataclass
class Window:
    """A browser window on the town."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, identifier: str) -> None:
        """Fill in the sign-in page that is shown, or open it."""
        if "/dang-nhap/" not in self.page.url:
            self.go("/dang-nhap/")
        self.page.fill("[name=identifier]", identifier)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main form button.btn-primary")
        self.page.wait_for_url(lambda url: "/dang-nhap/" not in url)

    def check(self) -> None:
        """axe-core finds nothing, and the page does not scroll sideways."""
        self.page.evaluate(AXE.read_text())  # a tag would be refused by the page's own policy
        result = self.page.evaluate(f"axe.run({{runOnly: {json.dumps(RULES)}}})")
        found = [(v["id"], n["html"][:160]) for v in result["violations"] for n in v["nodes"][:3]]
        assert not found, f"{self.page.url}: {found}"
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width, self.page.url


@pytest.fixture
def visitor(browser: Browser, open_town: str) -> Iterator[Callable[..., Window]]:
    """Open a window: `visitor(width=360)`, `visitor(java_script_enabled=False)`."""
    windows: list[Window] = []

    def open_window(width: int = 1280, **options: Any) -> Window:
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, locale="vi-VN", **options)
        window = Window(context.new_page(), open_town)
        _watch(window)
        windows.append(window)
        return window

    yield open_window
    for window in windows:
        window.page.context.close()
    assert [wrong for window in windows for wrong in window.wrong] == []


def _watch(window: Window) -> None:
    def asked(request: Request) -> None:
        if not request.url.startswith((window.address, "data:", "blob:")):
            window.wrong.append(f"asked for {request.url}")

    def answered(response: Response) -> None:
        if response.status >= 500:
            window.wrong.append(f"{response.status} {response.url}")

    window.page.on("pageerror", lambda error: window.wrong.append(str(error)))
    window.page.on("request", asked)
    window.page.on("response", answered)
