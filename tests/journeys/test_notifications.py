"""A citizen and an officer read what they were told, in a real browser."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Window
from thichinh.accounts.models import Account
from thichinh.accounts.queries import actor_for
from thichinh.dossiers import actions
from thichinh.dossiers.actions import Request
from thichinh.dossiers.models import Dossier
from thichinh.notifications.models import Delivery
from thichinh.procedures import queries as catalogue

LOG, CHOICES = "/thong-bao/nhat-ky/", "/tai-khoan/thong-bao/"


@pytest.fixture
def settled(official: Callable[..., Account], citizen: Account) -> Dossier:
    """Taken in at the counter and granted: the citizen is told of the result."""
    clerk = actor_for(official("clerk", "pho-an"))
    leader = actor_for(official("unit-leader", "pho-an"))
    definition = catalogue.definition_for("ket-hon").definition
    papers = {paper.code: 1 for paper in definition.papers if paper.required}
    request = Request("ket-hon", "pho-an", papers=papers)
    taken = actions.receive_dossier(clerk, request, applicant_id=citizen.person_id)
    actions.perform(clerk, "transfer", taken.pk)
    return actions.perform(leader, "decide", taken.pk, granted=True)


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (360, True), (360, False)])
def test_a_citizen_hears_of_the_result_and_chooses_how_to_be_told(
    visitor: Callable[..., Window], settled: Dossier, width: int, scripts: bool
) -> None:
    at_home = visitor(width=width, java_script_enabled=scripts)
    at_home.go("/ho-so-cua-toi/")
    at_home.sign_in("051190000077")
    page = at_home.page
    page.get_by_role("link", name="Thông báo: 1 chưa xem").click()
    expect(page.locator("main")).to_contain_text(f"Hồ sơ {settled.number} đã có kết quả")
    look(at_home, f"inbox-{width}", scripts)
    page.get_by_role("link", name="Cách nhận").click()
    look(at_home, f"choices-{width}", scripts)
    page.get_by_label("Tin nhắn SMS").uncheck()
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator("main")).to_contain_text("Đã lưu cách nhận thông báo.")
    expect(page.get_by_label("Tin nhắn SMS")).not_to_be_checked()
    at_home.go("/thong-bao/")
    subject = f"Hồ sơ {settled.number} đã có kết quả"
    page.get_by_role("button", name=subject, exact=True).click()
    expect(page.locator("main")).to_contain_text(settled.number)
    expect(page.get_by_role("link", name="Thông báo", exact=True).first).to_be_visible()


@pytest.mark.parametrize("width", [1280, 360])
def test_a_clerk_finds_what_was_told_and_sends_it_again(
    visitor: Callable[..., Window], settled: Dossier, width: int
) -> None:
    Delivery.objects.update(state=Delivery.State.GIVEN_UP, reason="550 no such user")
    at_desk = visitor(width=width)
    at_desk.go(f"/ho-so/{settled.number}/")
    at_desk.sign_in("clerk.pho-an")
    page = at_desk.page
    page.get_by_role("link", name="Thông báo đã gửi").click()
    expect(page.locator("main")).to_contain_text("Không gửi được")
    look(at_desk, f"log-{width}")
    if width == 1280:
        page.keyboard.press("j")
        page.keyboard.press("Enter")
    else:
        page.get_by_role("link", name="Hồ sơ có kết quả").click()
    expect(page.locator("h1")).to_contain_text("Hồ sơ có kết quả")
    look(at_desk, f"logged-{width}")
    page.get_by_role("button", name="Gửi lại").click()
    expect(page.locator("main")).to_contain_text("sẽ được gửi lại")
    at_desk.go("/thong-bao/")
    look(at_desk, f"official-inbox-{width}")
    at_desk.go(CHOICES)
    look(at_desk, f"official-choices-{width}")


def look(window: Window, name: str, scripts: bool = True) -> None:
    """axe and width; with PICTURES=folder a picture too."""
    if scripts:
        window.check()
    if folder := os.environ.get("PICTURES"):
        window.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
