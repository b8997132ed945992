"""The pages as a browser shows them: weight, reach for everybody, and no sideways scrolling."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import engines
from django.test import Client, RequestFactory
from playwright.sync_api import Browser

from thichinh.foundation.tests.ui.browser import CHROMIUM, OPTIONAL, visit
from thichinh.foundation.ui.context import shell

AXE = Path(settings.ROOT) / "frontend/node_modules/axe-core/axe.min.js"
BUILT = (Path(settings.ASSETS_ROOT) / "manifest.json").exists()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGE = """{% extends shell %}{% load i18n ui %}{% block title %}Thủ tục{% endblock %}{% block content %}
{% include "ui/components/page_header.html" with title="Đăng ký khai sinh" subtitle=long %}
{% card title="Cần chuẩn bị" icon="file-text" %}<p>{{ long }}</p>{% endcard %}
<a class="btn btn-primary" href="/">{% icon "send" %}Nộp hồ sơ</a>{% endblock %}"""
LONG = (
    "Thủ tục đăng ký biến động quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất của hộ gia "
    "đình, cá nhân; ẩm ướt, kỹ lưỡng, nghĩa vụ, bữa cỗ, quỹ đất, thửa ruộng, sổ đỏ. "
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(OPTIONAL and not CHROMIUM.exists(), reason="needs Chromium"),
    pytest.mark.skipif(OPTIONAL and not BUILT, reason="frontend/dist is not built"),
]


def _rendered(template: str) -> bytes:
    """An ordinary page in a shell, without the database."""
    request = RequestFactory().get("/thu-tuc/khai-sinh/", SERVER_NAME="localhost")
    context: dict[str, Any] = {"shell": template, "long": LONG * 8, "request": request}
    html: str = engines["django"].from_string(PAGE).render({**context, **shell(request)})
    return html.encode()


@pytest.mark.parametrize(
    ("template", "limit"), [("ui/public.html", 100_000), ("ui/base.html", 300_000)]
)
def test_the_first_load_of_a_page_is_light(browser: Browser, template: str, limit: int) -> None:
    html = _rendered(template)
    with visit(browser, "/", html) as seen:
        assert not seen.refused
        assert not seen.errors
        total = sum(seen.sent.values()) - len(html) + len(gzip.compress(html, 6))
        assert total <= limit, json.dumps(seen.sent, indent=1)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/ui/?shell=public", "/ui/?shell=official", "/ui/in/"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_living_page_is_for_everybody(
    browser: Browser, client: Client, address: str, scheme: Any
) -> None:
    html = client.get(address, SERVER_NAME="localhost").content
    with visit(browser, address, html, color_scheme=scheme) as seen:
        assert not seen.errors
        seen.page.add_script_tag(path=str(AXE))
        for width in (1280, 360):
            seen.page.set_viewport_size({"width": width, "height": 800})
            found = _axe(seen.page.evaluate(f"axe.run({{runOnly: {RULES}}})"))
            assert not found, f"{width}: {json.dumps(found, ensure_ascii=False, indent=1)}"
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


def _axe(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (violation["id"], f"{node['html'][:160]} {node['failureSummary'][:200]}")
        for violation in result["violations"]
        for node in violation["nodes"][:3]
    ]
