"""A real browser that gets pages rendered before and files from the build, without a server."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import Browser, Page, Route, sync_playwright

ADDRESS = "http://town.invalid"
CHROMIUM = Path("/usr/bin/chromium")
OPTIONAL = not os.environ.get("THICHINH_REQUIRE_INTEGRATION")
"""In CI a missing browser or an unbuilt frontend is a failure, not a reason to skip."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Visit:
    """One page as a browser loaded it: what it asked for, with the bytes the server would send."""

    page: Page
    path: str = ""
    html: bytes = b""
    sent: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, path: str, html: bytes, **how: Any) -> None:
        """Go to the address `path`, whose answer is `html`."""
        self.path, self.html = path, html
        self.page.goto(ADDRESS + path, **how)

    def answer(self, route: Route) -> None:
        """The page itself; everything else must come from frontend/dist."""
        url = urlsplit(route.request.url)
        if route.request.url == ADDRESS + self.path:
            self.sent[self.path] = len(self.html)
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8")
            return
        file = Path(settings.ASSETS_ROOT) / url.path.removeprefix(settings.STATIC_URL)
        if not file.is_file():
            self.refused.append(route.request.url)
            route.abort()
            return
        self.sent[url.path] = _compressed(file)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        route.fulfill(body=file.read_bytes(), content_type=kind)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def window(browser: Browser, **options: Any) -> Iterator[Visit]:
    """A window without a server behind it, for one page or several."""
    context = browser.new_context(locale="vi-VN", **options)
    seen = Visit(context.new_page())
    seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
    seen.page.route("**/*", lambda route: seen.answer(route))
    try:
        yield seen
    finally:
        context.close()


@contextmanager
def visit(browser: Browser, path: str, html: bytes, **options: Any) -> Iterator[Visit]:
    """Open `path` whose answer is `html`, and wait until nothing more is asked for."""
    with window(browser, **options) as seen:
        seen.open(path, html, wait_until="networkidle")
        yield seen


def _compressed(file: Path) -> int:
    """Gzip, the larger of the two forms that lie beside the file; fonts are compressed already."""
    packed = file.with_name(file.name + ".gz")
    return (packed if packed.exists() else file).stat().st_size
