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


@dataclass(slots=True)
class Visit:
    """One page as a browser loaded it: what it asked for, with the bytes the server would send."""

    page: Page
    sent: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(browser: Browser, path: str, html: bytes, **options: Any) -> Iterator[Visit]:
    """Open `path` whose answer is `html`; everything else must come from frontend/dist."""
    context = browser.new_context(locale="vi-VN", **options)
    seen = Visit(context.new_page())

    def answer(route: Route) -> None:
        url = urlsplit(route.request.url)
        if route.request.url == ADDRESS + path:
            seen.sent[path] = len(html)
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
            return
        file = Path(settings.ASSETS_ROOT) / url.path.removeprefix(settings.STATIC_URL)
        if not file.is_file():
            seen.refused.append(route.request.url)
            route.abort()
            return
        seen.sent[url.path] = _compressed(file)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        route.fulfill(body=file.read_bytes(), content_type=kind)

    seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
    seen.page.route("**/*", answer)
    seen.page.goto(ADDRESS + path, wait_until="networkidle")
    try:
        yield seen
    finally:
        context.close()


def _compressed(file: Path) -> int:
    """Gzip, the larger of the two forms that lie beside the file; fonts are compressed already."""
    packed = file.with_name(file.name + ".gz")
    return (packed if packed.exists() else file).stat().st_size
