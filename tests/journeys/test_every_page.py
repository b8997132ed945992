"""Every page of the permission matrix, opened in the example town by somebody who may: axe finds
nothing on it and it does not scroll sideways, on a wide screen and on a telephone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from playwright.sync_api import Browser

from tests.journeys.conftest import AXE, RULES
from thichinh.accounts.actions.links import make_link
from thichinh.accounts.models import Account
from thichinh.accounts.rules import SYSTEM
from thichinh.dossiers import actions
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.tests.filing import REVIEW, add_papers, fill, hidden
from thichinh.example.actions.people import example_town, shown_accounts
from thichinh.foundation import clock
from thichinh.foundation.models import DefinitionVersion
from thichinh.foundation.tests.ui.browser import Visit, window
from thichinh.launcher.reference import routes
from thichinh.notifications.models import Notification
from thichinh.reports.models import FrozenReport
from thichinh.work.models import Task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("example_database")]
FILES = (".pdf", "/pdf/", "/tep/<int:file_id>/", "/giay-to/<int:file_id>/")
PAGES = sorted({r.path for r in routes() if r.method == "page" and not r.path.endswith(FILES)})
WIDTHS = (1280, 360)
AUDIT = f"axe.run({{runOnly: {json.dumps(RULES)}, resultTypes: ['violations']}})"
NOT_SHOWN = {
    "/suc-khoe/": "for machines",
    "/ngon-ngu/": "leads back to where one was",
    "/lam-viec/": "leads to where one works",
    "/thong-bao/<int:notification_id>/": "leads to what it tells of",
    "/danh-muc-quoc-gia/<str:token>/": "what was uploaded before",
}
"""No act, and yet no page; an act answers 405 to whoever only looks."""
LINKED_ON = {"/so-cai/muc/": "/so-cai/"}
"""Pages that ask for a query: the first link to them on another page."""


class Visitors:
    """Those who can sign in to the example town, and what stands in the addresses they open."""

    def __init__(self) -> None:
        self._signed_in: dict[str, Client] = {}

    def client(self, username: str) -> Client:
        """Signed in on first use; the empty name is nobody's."""
        if username not in self._signed_in:
            client = self._signed_in[username] = Client(SERVER_NAME="localhost")
            if username:
                client.force_login(Account.objects.get(username=username))
        return self._signed_in[username]

    def shown(self, route: str) -> tuple[str, bytes, set[int]]:
        """The path and the page as the first sees it who may, and what was answered till then."""
        answers: set[int] = set()
        for username in ("", *(username for _, username in shown_accounts())):
            path = self.path(route, username)
            response = self.client(username).get(path)
            answers.add(response.status_code)
            page = response.status_code == 200 and not response.streaming
            if page and b"<html" in response.content:
                return path, response.content, answers
            if response.status_code == 405:
                break
        return "", b"", answers

    def path(self, route: str, username: str) -> str:
        if route in LINKED_ON:
            page = self.client(username).get(LINKED_ON[route]).content.decode()
            link = re.search(rf'href="({re.escape(route)}\?[^"]*)"', page)
            return link[1].replace("&amp;", "&") if link else route
        if route.startswith("/nop-ho-so/") and username == example_town().citizen:
            fill(self.client(username))
            add_papers(self.client(username))
        return re.sub("<(?:[a-z]+:)?([a-z_]+)>", lambda name: self.value(route, name[1]), route)

    def value(self, route: str, name: str) -> str:
        """What stands in an address. Whoever adds a parameter says here what is to be shown."""
        match route.split("/")[1], name:
            case "ho-so-cua-toi", "number" if route.endswith("/rut/"):
                return self.just_filed
            case "ho-so-cua-toi", "number":
                return self.own.number
            case _, "number":
                return str(_first(Dossier, unit__code="pho-thanh").number)
            case "bao-cao", "code":
                return "one-stop"
            case "chi-tieu", "code":
                return str(_first(DefinitionVersion, kind="indicator").code)
            case "quan-tri", "code":
                return "pho-thanh"
            case "so-cai", "code":
                return "dossiers"
            case "nop-ho-so" | "thu-tuc", "code":
                return "khai-sinh"
            case _, "frozen_id":
                return str(self.frozen)
        known = {
            "item": lambda: self.own.pk,
            "verb": lambda: "transfer",
            "task_id": lambda: _first(Task, unit__code="pho-thanh", status=Task.Status.OPEN).pk,
            "person_id": lambda: self.own.applicant_id,
            "account_id": lambda: Account.objects.get(username="motcua").pk,
            "token": lambda: "x",
            "secret": lambda: make_link(SYSTEM, Account.objects.get(username="motcua")),
            "notification_id": lambda: self.told.pk,
        }
        rows = ("file_id", "token_id", "delegation_id", "assignment_id", "delivery_id")
        assert name in (*known, *rows), f"say in {__name__}.Visitors.value what {name} is"
        return str(known[name]() if name not in rows else 1)

    @cached_property
    def own(self) -> Dossier:
        """One of the citizen's who signs in."""
        return _first(Dossier, applicant__account__username=example_town().citizen)

    @cached_property
    def just_filed(self) -> str:
        """A dossier that can still be withdrawn."""
        client = self.client(example_town().citizen)
        fill(client, receiving_unit="pho-thanh")
        add_papers(client)
        return str(client.post(REVIEW, hidden(client.get(REVIEW)))["Location"].split("/")[2])

    @cached_property
    def told(self) -> Notification:
        """Somebody is told that a dossier was accepted."""
        accepted = Dossier.objects.get(number=self.just_filed)
        actions.perform(SYSTEM, "accept", accepted.pk)
        return Notification.objects.latest("pk")

    @cached_property
    def frozen(self) -> int:
        self.client("baocao").post("/bao-cao/one-stop/chot/?from=2021-12-15&to=2022-06-14")
        return int(_first(FrozenReport).pk)


def _first(model: type[Model], **facts: Any) -> Any:
    found = model._default_manager.filter(**facts).order_by("pk").first()
    assert found is not None, f"the example town has no {model.__name__} with {facts}"
    return found


@pytest.fixture
def visitors(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitors]:
    """At the hour of the example town."""
    monkeypatch.setattr(clock, "_shift", clock._Shift())
    clock.keep_pace()
    return Visitors()


@pytest.fixture(scope="module")
def seen(browser: Browser) -> Iterator[Visit]:
    with window(browser) as opened:
        opened.page.add_init_script(path=str(AXE))
        yield opened


@pytest.mark.parametrize("route", PAGES)
def test_it_is_for_everybody(route: str, visitors: Visitors, seen: Visit) -> None:
    path, html, answers = visitors.shown(route)
    if route in NOT_SHOWN or 405 in answers:
        assert not html, f"{route} is a page after all"
        return
    assert html, f"nobody can open {route}: {answers}"
    seen.errors.clear()
    seen.open(path, html)
    for width in WIDTHS:
        seen.page.set_viewport_size({"width": width, "height": 900})
        result = seen.page.evaluate(AUDIT)
        found = [(v["id"], n["html"][:160]) for v in result["violations"] for n in v["nodes"]]
        assert not found[:5], f"{path} at {width}: {found[:5]}"
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert not seen.errors
