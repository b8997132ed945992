"""One draft in two windows: neither loses what the other typed, and nothing is filed by surprise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from thichinh.accounts.rules import Actor
from thichinh.dossiers.models import Dossier, Draft
from thichinh.dossiers.tests.filing import (
    ANSWERS,
    MONDAY,
    PAPERS,
    REVIEW,
    START,
    add_papers,
    hidden,
    only_draft,
    signed_in,
)
from thichinh.foundation.clock import standing_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with standing_at(MONDAY):
        yield


@pytest.fixture
def browser(citizen: Actor) -> Client:
    return signed_in(citizen.account_id)


class Window:
    """A tab: it remembers what its page showed and what was typed into it."""

    def __init__(self, browser: Client) -> None:
        self.browser, self.typed = browser, {"a-child_name": "", "a-mother_name": ""}
        self.look(browser.get(START))

    def look(self, page: Any) -> None:
        html = page.content.decode()
        self.seen = unescape(re.search(r'name="seen" value="([^"]*)"', html)[1])  # type: ignore[index]
        for name in self.typed:
            found = re.search(rf'name="{name}" value="([^"]*)"', html)
            self.typed[name] = unescape(found[1]) if found else ""

    def autosave(self, **typed: str) -> Any:
        self.typed |= {f"a-{name}": value for name, value in typed.items()}
        answer = self.browser.post(f"{START}luu/", self.typed | {"seen": self.seen})
        if answer.status_code == 200:
            self.seen = answer.json()["seen"]
        return answer

    def send(self, **typed: str) -> Any:
        self.typed |= typed
        return self.browser.post(START, self.typed | {"seen": self.seen, "do": "save"})


def test_two_windows_each_change_another_answer_and_both_stay(browser: Client) -> None:
    Window(browser).autosave(child_name="Gia Hân", mother_name="Mẹ")
    one, two = Window(browser), Window(browser)
    one.autosave(child_name="Gia Huy")
    answer = two.autosave(mother_name="Trần Thị Mẫu").json()
    assert answer["elsewhere"] == {"a-child_name": "Gia Huy"}
    kept = only_draft().answers
    assert (kept["child_name"], kept["mother_name"]) == ("Gia Huy", "Trần Thị Mẫu")


def test_a_first_window_and_a_second_one_begin_the_same_draft(browser: Client) -> None:
    one, two = Window(browser), Window(browser)
    one.autosave(child_name="Gia Huy")
    two.autosave(mother_name="Trần Thị Mẫu")
    assert only_draft().answers["child_name"] == "Gia Huy"


def test_the_same_answer_changed_in_both_is_shown_and_decided_by_its_person(
    browser: Client,
) -> None:
    Window(browser).autosave(child_name="Gia Hân")
    one, two = Window(browser), Window(browser)
    one.autosave(child_name="Gia Huy")
    answer = two.autosave(child_name="Gia Bảo")
    assert answer.status_code == 409
    assert "sửa ở một cửa sổ khác" in answer.json()["message"]
    assert only_draft().answers["child_name"] == "Gia Huy"

    page = two.send()
    html = page.content.decode()
    assert page.status_code == 409
    assert "“Gia Huy”" in html
    assert 'value="Gia Bảo"' in html
    two.look(page)
    two.send()
    assert only_draft().answers["child_name"] == "Gia Bảo"


def filed(browser: Client) -> Dossier:
    browser.post(START, {**ANSWERS, "do": "next"})
    add_papers(browser)
    browser.post(REVIEW, hidden(browser.get(REVIEW)))
    return Dossier.objects.get()


def test_an_old_window_does_not_begin_a_new_draft_of_what_was_filed(browser: Client) -> None:
    begun = Window(browser)
    begun.autosave(child_name="Gia Hân")
    dossier = filed(browser)
    with standing_at(MONDAY + timedelta(minutes=5)):
        for _again in range(2):
            answer = begun.autosave(child_name="Gia Huy")
            assert answer.status_code == 409
            assert dossier.number in answer.json()["message"]
            assert answer.json()["gone"]
        page = begun.send()
        assert page.status_code == 409
        assert dossier.number in page.content.decode()
        assert 'value="Gia Huy"' in page.content.decode()
        assert not Draft.objects.exists()
        begun.look(page)  # told so, its person may begin another one
        assert begun.send().status_code == 302
        assert Draft.objects.exists()


def test_a_window_opened_before_and_never_saved_says_so_too(browser: Client) -> None:
    idle = Window(browser)
    with standing_at(MONDAY + timedelta(minutes=5)):
        filed(browser)
        assert idle.autosave(child_name="Gia Huy").status_code == 409
    assert not Draft.objects.exists()


def test_a_draft_thrown_away_elsewhere_does_not_come_back(browser: Client) -> None:
    window = Window(browser)
    window.autosave(child_name="Gia Hân")
    browser.post(f"{START}xoa/")
    answer = window.autosave(child_name="Gia Huy")
    assert answer.status_code == 409
    assert "đã được xoá" in answer.json()["message"]
    assert not Draft.objects.exists()


def test_a_page_opened_by_another_account_saves_nothing(browser: Client, stranger: Actor) -> None:
    window = Window(browser)
    window.browser = signed_in(stranger.account_id)
    assert window.autosave(child_name="Gia Hân").status_code == 409
    assert window.send().status_code == 409
    assert not Draft.objects.exists()


def test_the_pages_after_a_form_say_that_its_text_has_come(browser: Client) -> None:
    mark = f'data-draft-kept="{START}luu/"'
    assert mark not in browser.get(START).content.decode()
    browser.post(START, {**ANSWERS, "do": "next"})
    assert mark in browser.get(PAPERS).content.decode()
