"""Its pages come from the engines: axe finds nothing on them and none scrolls sideways."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import AXE, BUILT, RULES
from tests.tenant.tests.conftest import (
    LATER,
    OWNER,
    PNG,
    Find,
    page_of,
    post_find,
    press,
)
from thichinh.accounts.models import Account, Person
from thichinh.foundation.clock import standing_at
from thichinh.foundation.tests.ui.browser import CHROMIUM, window

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.skipif(not (CHROMIUM.exists() and BUILT), reason="needs Chromium and its assets"),
]
AUDIT = f"axe.run({{runOnly: {json.dumps(RULES)}, resultTypes: ['violations']}})"
PICTURES = os.environ.get("TENANT_PICTURES")
"""A folder to look at what the test sees."""


def test_every_page_is_for_everybody(
    find: Find, keeper: Account, leader: Account, owner: Person, browser: Browser
) -> None:
    thing, other = find(photo=PNG, spot="14.81; 108.95"), find(kind="phone", spot="14.83; 108.99")
    press(keeper, other, "claim", claimant=OWNER, proof="Tả đúng")
    keeping, leading = page_of(keeper), page_of(leader)
    wrong = post_find(keeping, value="nhiều", photo=PNG).content
    with standing_at(LATER):
        pages = {
            "list": keeping.get("/do-that-lac/").content,
            "map": keeping.get("/do-that-lac/?format=map").content,
            "new": keeping.get("/do-that-lac/ghi/").content,
            "wrong": wrong,
            "thing": keeping.get(f"/do-that-lac/{thing.number}/").content,
            "refused": press(keeper, thing, "claim", claimant="12").content,
            "dispose": leading.get(f"/do-that-lac/{thing.number}/").content,
            "public": keeping.get("/do-that-lac-dang-giu/").content,
            "report": leading.get("/bao-cao/lost-property/?period=2022&unit=pho-an").content,
            "ledger": leading.get("/so-cai/?book=lost_property&unit=pho-an").content,
        }
    with window(browser) as seen:
        seen.page.add_init_script(path=str(AXE))
        for name, html in pages.items():
            seen.open(f"/{name}/", html)
            for width in (1280, 360):
                seen.page.set_viewport_size({"width": width, "height": 900})
                result = seen.page.evaluate(AUDIT)
                found = [
                    (v["id"], n["html"][:160]) for v in result["violations"] for n in v["nodes"]
                ]
                if PICTURES:
                    seen.page.screenshot(
                        path=Path(PICTURES) / f"{name}-{width}.png", full_page=True
                    )
                assert not found[:5], f"{name} at {width}: {found[:5]}"
                assert seen.page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert not seen.errors
