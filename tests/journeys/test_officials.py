"""Officials at work in a real browser: from the inbox to a result, and from a figure to a dossier."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import MORNING, Window
from thichinh.accounts.models import Account
from thichinh.accounts.queries import actor_for
from thichinh.dossiers import actions
from thichinh.dossiers.actions import Request
from thichinh.dossiers.models import Dossier
from thichinh.foundation.clock import ZONE, standing_at
from thichinh.procedures import queries as catalogue
from thichinh.stocks import actions as stocks

RECEIVED = datetime(2022, 6, 14, 8, 30, tzinfo=ZONE)
HALF_YEAR = "/bao-cao/one-stop/?from=2021-12-15&to=2022-06-14"


@pytest.fixture
def dossier(official: Callable[..., Account], citizen: Account) -> Dossier:
    """Taken in by the desk of Phổ An yesterday and handed over to the specialists."""
    clerk = actor_for(official("clerk", "pho-an"))
    with standing_at(RECEIVED):
        definition = catalogue.definition_for("ket-hon").definition
        papers = {paper.code: 1 for paper in definition.papers if paper.required}
        request = Request("ket-hon", "pho-an", papers=papers)
        taken = actions.receive_dossier(clerk, request, applicant_id=citizen.person_id)
        return actions.perform(clerk, "transfer", taken.pk)


@pytest.mark.parametrize("width", [1280, 360])
def test_an_officer_takes_a_dossier_from_the_inbox_and_the_leader_signs_it(
    visitor: Callable[..., Window],
    official: Callable[..., Account],
    dossier: Dossier,
    width: int,
) -> None:
    officer, leader = official("specialist", "pho-an"), official("unit-leader", "pho-an")
    at_work = visitor(width=width)
    at_work.go("/viec/")
    at_work.sign_in(officer.username)
    page = at_work.page
    expect(page.locator("main")).to_contain_text(dossier.number)
    at_work.check()
    at_work.go(f"/ho-so/{dossier.number}/")
    at_work.check()
    page.get_by_role("button", name="Tôi nhận hồ sơ này").click()
    expect(page.locator("main")).to_contain_text(officer.display_name)

    signing = visitor(width=width)
    signing.go(f"/ho-so/{dossier.number}/")
    signing.sign_in(leader.username)
    signing.page.get_by_role("button", name="Ký đồng ý").click()
    expect(signing.page.locator("main")).to_contain_text("Đã xử lý xong")
    signing.check()
    done = Dossier.objects.get(pk=dossier.pk)
    assert (done.state, done.outcome) == (Dossier.State.RESOLVED, "granted")
    assert stocks.prove().differences == []


@pytest.mark.parametrize("width", [1280, 360])
def test_a_leader_follows_one_number_of_the_report_down_to_a_dossier(
    visitor: Callable[..., Window],
    official: Callable[..., Account],
    dossier: Dossier,
    width: int,
) -> None:
    assert MORNING > RECEIVED
    leader = official("town-leader", "duc-pho.van-phong", "duc-pho", name="Lê Thị Lãnh Đạo")
    window = visitor(width=width)
    window.go(HALF_YEAR)
    window.sign_in(leader.username)
    page = window.page
    window.check()
    page.locator("main a[href*='/chi-tieu/received_new/']").first.click()
    expect(page.locator("main h1")).to_contain_text("Hồ sơ mới tiếp nhận")
    window.check()
    page.get_by_role("link", name="Xem các hồ sơ").click()
    window.check()
    page.get_by_role("link", name=dossier.number).first.click()
    expect(page.locator("main")).to_contain_text("Võ Thị Sương Mai")
    assert page.url.endswith(f"/ho-so/{dossier.number}/")
