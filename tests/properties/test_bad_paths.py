"""What cannot stand in an address is not found: a sentence, and no traceback in the log."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DataError, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory

from tests.properties.lives import MONDAY, SINCE
from tests.properties.nasty import LONG_NUMBER
from thichinh.accounts import actions as accounts
from thichinh.accounts.actions import NewOfficial, RoleTerms
from thichinh.accounts.models import Account, Role, Unit
from thichinh.accounts.rules import SYSTEM, PersonFacts
from thichinh.foundation.clock import standing_at
from thichinh.foundation.web import DomainErrorMiddleware
from thichinh.launcher import reference

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("town")]
VALUES = ("a%00b", "%ED%A0%80", "x" * 3000, LONG_NUMBER)
TURNED_AWAY = (302, 400, 401, 403, 404, 405, 422)
HOLE = re.compile(r"<[^>]*>|\{[^}]*\}")


class Tracebacks(logging.Handler):
    """Every record that carries an exception."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.found.append(record.getMessage())


@pytest.fixture
def tracebacks() -> Iterator[Tracebacks]:
    handler = Tracebacks()
    loggers = [logging.getLogger(name) for name in (None, "django", "django.request")]
    for logger in loggers:
        logger.addHandler(handler)
    yield handler
    for logger in loggers:
        logger.removeHandler(handler)


def everybody() -> list[Account]:
    """An official with every role over the town, and a citizen: who gets furthest everywhere."""
    root = Unit.objects.get(code="duc-pho")
    new = NewOfficial("moi.viec", "Cán Bộ Mọi Việc", root.pk)
    official, _ = accounts.create_official(SYSTEM, new, password_hash="!")
    for role in Role.objects.filter(scope="unit").values_list("code", flat=True).distinct():
        accounts.give_role(SYSTEM, official, RoleTerms(role, root.pk, SINCE))
    facts = PersonFacts("Trần Văn Bền", identity_number="051090000078", phone="0900000001")
    citizen, _ = accounts.create_citizen(
        SYSTEM, accounts.write_down_person(facts), password_hash="!"
    )
    return [official, citizen]


def sent(client: Client, method: str, path: str, headers: dict[str, str]) -> Any:
    """The answer; what it did is undone, as far as a transaction that broke was not already."""
    undone = transaction.atomic()
    undone._from_testcase = True  # type: ignore[attr-defined]  # no act: tries count in it
    with undone:
        response = client.generic(method, path, b"{}", "application/json", headers=headers)
        transaction.set_rollback(True)
    return response


def requests() -> Iterator[tuple[str, str, str]]:
    """Kind, method and path: every address of the matrix with each bad value in its holes."""
    for route in reference.routes():
        if HOLE.search(route.path):
            methods = ("GET", "POST") if route.method == "page" else (route.method,)
            for value in VALUES:
                for method in methods:
                    yield route.method, method, HOLE.sub(value, route.path)


def test_no_address_writes_a_traceback(tracebacks: Tracebacks) -> None:
    wrong = []
    with standing_at(MONDAY):
        visitors = []
        for account in everybody():
            browser = Client(raise_request_exception=False)
            browser.force_login(account)
            visitors.append((browser, accounts.create_token(account, "test")[1]))
        for kind, method, path in requests():
            for browser, token in visitors if method == "GET" else visitors[:1]:
                client = browser if kind == "page" else Client(raise_request_exception=False)
                headers = {} if kind == "page" else {"Authorization": f"Bearer {token}"}
                response = sent(client, method, path, headers)
                if response.status_code not in TURNED_AWAY or tracebacks.found:
                    wrong.append((response.status_code, method, path[:90], tracebacks.found))
                    tracebacks.found = []
                elif kind != "page" and not json.loads(response.content)["message"]:
                    wrong.append((response.status_code, method, path[:90], ["no message"]))
                if "%00" in path and response.status_code != 404:
                    wrong.append((response.status_code, method, path[:90], ["not 404"]))
    assert not wrong, "\n".join(map(str, wrong[:40]))


def test_what_no_table_holds_in_a_query_or_body_is_refused_without_a_traceback(
    tracebacks: Tracebacks,
) -> None:
    official, _citizen = everybody()
    headers = {"Authorization": f"Bearer {accounts.create_token(official, 'test')[1]}"}
    client = Client(raise_request_exception=False)
    for path in ("/api/v1/procedures?q=a%00b", "/api/v1/dossiers?q=a%00b", "/thu-tuc/?q=a%00b"):
        assert sent(client, "GET", path, headers).status_code in (200, 404, 422), path
    assert tracebacks.found == []


def test_a_value_past_all_columns_is_refused_in_one_sentence_and_one_line(
    rf: RequestFactory, caplog: pytest.LogCaptureFixture
) -> None:
    edge = DomainErrorMiddleware(lambda _: HttpResponse())
    for error in (DataError("NUL"), UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates")):
        answer = edge.process_exception(rf.get("/api/v1/dossiers"), error)
        assert answer is not None
        assert answer.status_code == 422
        assert "Hãy sửa" in json.loads(answer.content)["message"]
    assert [record.exc_info for record in caplog.records] == [None, None]
