"""What the small scripts do, on the living page in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Route, expect

from thichinh.foundation.tests.ui.browser import (
    ADDRESS,
    CHROMIUM,
    OPTIONAL,
    Visit,
    visit,
)
from thichinh.foundation.tests.ui.test_look import BUILT
from thichinh.foundation.ui import shells

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.skipif(OPTIONAL and not CHROMIUM.exists(), reason="needs Chromium"),
    pytest.mark.skipif(OPTIONAL and not BUILT, reason="frontend/dist is not built"),
]
DRAFT = "#forms form[data-autosave]"


@pytest.fixture
def html(client: Client, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The page as somebody sees it who may search."""
    box = shells.SearchBox("/tim/", "Tìm", "Gõ để tìm")
    monkeypatch.setattr(shells, "search_box", lambda _: box)
    return client.get("/ui/?shell=official", SERVER_NAME="localhost").content


@pytest.fixture
def seen(browser: Browser, html: bytes) -> Iterator[Visit]:
    with _open(browser, html) as found:
        yield found


def _open(browser: Browser, html: bytes):  # type: ignore[no-untyped-def]
    return visit(browser, "/ui/", html, viewport={"width": 1280, "height": 900})


def test_a_draft_says_when_it_was_saved(seen: Visit) -> None:
    saved: list[str] = []

    def answer(route: Route) -> None:
        saved.append(route.request.post_data or "")
        route.fulfill(json={"saved_at": "10:42"})

    seen.page.route(f"{ADDRESS}/ui/luu/", answer)
    seen.page.locator(f"{DRAFT} [name=full_name]").fill("Võ Thị Sương Mai")
    expect(seen.page.locator("[data-autosave-status]")).to_have_text("Đã lưu lúc 10:42")
    assert "Võ Thị Sương Mai" in saved[-1]


def test_a_draft_survives_a_lost_connection(seen: Visit) -> None:
    seen.page.route(f"{ADDRESS}/ui/luu/", lambda route: route.abort())
    seen.page.locator(f"{DRAFT} [name=full_name]").fill("Huỳnh Tấn Đạt")
    expect(seen.page.locator("[data-autosave-status]")).to_contain_text("giữ trên máy này")
    seen.page.reload()
    expect(seen.page.locator(f"{DRAFT} [name=full_name]")).to_have_value("Huỳnh Tấn Đạt")


def test_a_form_is_sent_once(seen: Visit) -> None:
    posts: list[str] = []
    seen.page.route(f"{ADDRESS}/ui/luu/", lambda route: posts.append(route.request.method))
    seen.page.evaluate(
        f"for (let i = 0; i < 3; i++) document.querySelector('{DRAFT} .btn-primary').click()"
    )
    seen.page.wait_for_timeout(300)
    assert posts == ["POST"]


def test_the_keyboard_searches_helps_and_walks_through_rows(seen: Visit) -> None:
    seen.page.keyboard.press("/")
    expect(seen.page.locator("[data-command]")).to_be_focused()
    seen.page.locator("[data-command]").evaluate("field => field.blur()")
    seen.page.keyboard.press("?")
    expect(seen.page.locator("#keys")).to_be_visible()
    seen.page.keyboard.press("Escape")
    seen.page.keyboard.press("j")
    seen.page.keyboard.press("j")
    expect(seen.page.locator("tr.selected")).to_have_count(1)
    expect(seen.page.locator("tr.selected a").first).to_be_focused()


def test_the_theme_stays_chosen(seen: Visit) -> None:
    seen.page.locator(".top-tool[data-theme-toggle]").click()
    expect(seen.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    seen.page.reload()
    expect(seen.page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_file_that_is_too_large_is_named_before_it_is_sent(seen: Visit) -> None:
    field = seen.page.locator(f"{DRAFT} [name=scan]")
    field.set_input_files(
        {"name": "khai-sinh.pdf", "mimeType": "application/pdf", "buffer": b"0" * 6_100_000}
    )
    expect(seen.page.locator("[data-upload-list] .field-error")).to_contain_text("lớn hơn 6 MB")


def test_the_page_works_without_scripts(browser: Browser, html: bytes) -> None:
    with visit(browser, "/ui/", html, java_script_enabled=False) as seen:
        page = seen.page
        page.locator("details.confirm > summary").first.click()
        expect(page.get_by_text("Hồ sơ sẽ dừng lại")).to_be_visible()
        expect(page.locator("[data-theme-toggle]").first).to_be_hidden()
