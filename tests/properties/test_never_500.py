"""Whatever is sent to whichever address: never a fault of ours, always a Vietnamese sentence."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.properties.lives import MONDAY, SINCE, walk_in_request
from tests.properties.nasty import Sent, addresses, api_requests, page_requests
from thichinh.accounts import actions as accounts
from thichinh.accounts.actions import NewOfficial, RoleTerms
from thichinh.accounts.models import Account, Unit
from thichinh.accounts.rules import SYSTEM, PersonFacts
from thichinh.config.api import api
from thichinh.dossiers import actions
from thichinh.dossiers.models import Dossier
from thichinh.foundation.clock import standing_at
from thichinh.procedures import queries as catalogue

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PARTS = 4
"""So that several workers share the work."""
MARKS = set("ảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵ")


class Visitor:
    """Somebody at the door: nobody in particular, a citizen, a clerk, a leader, the IT officer."""

    def __init__(self, name: str, account: Account | None) -> None:
        self.name = name
        self.browser = Client(raise_request_exception=False)
        self.bearer = ""
        if account is not None:
            self.browser.force_login(account)
            self.bearer = accounts.create_token(account, "test")[1]
        self.cookies = deepcopy(self.browser.cookies)

    def send(self, sent: Sent, *, program: bool = False) -> str:
        """What is wrong with the answer; empty when nothing is. What was done is undone."""
        token = {"Authorization": f"Bearer {self.bearer}"} if program and self.bearer else {}
        client = Client(raise_request_exception=False) if program else self.browser
        self.browser.cookies = deepcopy(self.cookies)  # signing out is undone too
        undone = transaction.atomic()
        undone._from_testcase = True  # type: ignore[attr-defined]  # no act: tries count in it
        with undone, connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as a commit would find them
            response = client.generic(
                sent.method,
                sent.path,
                sent.body,
                sent.type,
                QUERY_STRING=sent.query,
                headers={**sent.headers, **token},
            )
            wrong = _judge(sent, response)
            transaction.set_rollback(True)
        return f"{self.name}: {sent}\n    {wrong}" if wrong else ""


def _judge(sent: Sent, response: Any) -> str:
    if response.status_code >= 500:
        error = response.exc_info[1] if getattr(response, "exc_info", None) else ""
        return f"{response.status_code} {type(error).__name__}: {str(error)[:300]}"
    if response.status_code < 400 or sent.method == "HEAD":
        return ""
    if response.status_code == 401 and "HX-Request" in sent.headers:
        return ""  # read by a script, which then sends the whole form
    text = b"".join(response) if response.streaming else response.content
    shown = text.decode()
    if response.headers.get("Content-Type", "").startswith("application/json"):
        shown = json.dumps(json.loads(text), ensure_ascii=False)
    if "Traceback" in shown or not MARKS & set(shown.lower()):
        return f"{response.status_code} says {shown[:200]!r}"
    if sent.path.startswith("/api/") and not json.loads(shown).get("message"):
        return f"{response.status_code} has no message: {shown[:200]!r}"
    return ""


@pytest.fixture
def dossier(town: None) -> Dossier:
    """One real dossier with a file, so that real addresses lead somewhere."""
    with standing_at(MONDAY):
        clerk = _official("clerk", "pho-an")
        request = walk_in_request("khai-sinh", "pho-an")
        from thichinh.accounts.queries import actor_for

        return actions.receive_dossier(
            actor_for(clerk), request, PersonFacts("Người Bị Hại", identity_number="051090000077")
        )


def _official(role: str, unit: str) -> Account:
    home = Unit.objects.get(code=unit)
    new = NewOfficial(f"ba.{role}", "Cán Bộ Bền Bỉ", home.pk)
    account, _ = accounts.create_official(SYSTEM, new, password_hash="!")
    accounts.give_role(SYSTEM, account, RoleTerms(role, home.pk, SINCE))
    return account


def _citizen() -> Account:
    person = accounts.write_down_person(
        PersonFacts("Trần Văn Bền", identity_number="051090000078", phone="0900000001")
    )
    return accounts.create_citizen(SYSTEM, person, password_hash="!")[0]


def _visitors(dossier: Dossier) -> list[Visitor]:
    return [
        Visitor("clerk", Account.objects.get(username="ba.clerk")),
        Visitor("anonymous", None),
        Visitor("citizen", _citizen()),
        Visitor("leader", _official("unit-leader", "pho-an")),
        Visitor("it-officer", _official("it-officer", "duc-pho")),
    ]


def _known(dossier: Dossier) -> dict[str, str]:
    """Real values of the parameters of addresses."""
    task = connection.cursor()
    task.execute("SELECT id FROM work_task LIMIT 1")
    row = task.fetchone()
    return {
        "number": dossier.number,
        "code": dossier.procedure.code,
        "task_id": str(row[0]) if row else "1",
        "person_id": str(dossier.applicant_id),
        "account_id": str(Account.objects.values_list("pk", flat=True).first()),
        "verb": "transfer",
        **{
            f"chi-tieu/{rest}:code": _first("indicator")
            for rest in ("<str:code>/", "<str:code>/ho-so/")
        },
        **{
            f"bao-cao/<str:code>/{rest}:code": _first("report")
            for rest in ("", "pdf/", "luu/", "chot/")
        },
    }


def _first(kind: str) -> str:
    from thichinh.foundation.models import DefinitionVersion

    found = DefinitionVersion.objects.filter(kind=kind).order_by("code").first()
    return found.code if found else "x"


def _all_wrong(visitors: list[Visitor], requests: Iterable[Sent], **how: bool) -> list[str]:
    """Each request by the clerk, who gets furthest, or by the others in turn."""
    wrong = []
    with standing_at(MONDAY):
        for n, sent in enumerate(requests):
            visitor = visitors[0] if n % 2 else visitors[1 + n // 2 % (len(visitors) - 1)]
            if said := visitor.send(sent, **how):
                wrong.append(said)
    return wrong


@pytest.fixture(autouse=True)
def _quiet() -> Any:
    """Thousands of refusals need not be in the log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_breaks(dossier: Dossier, part: int) -> None:
    addressed = addresses(_known(dossier))[part::PARTS]
    requests = [sent for address in addressed for sent in page_requests(address)]
    requests += [Sent("GET", path) for path in ("/khong-co/", "/%00", "/%ff", "/" + "x" * 9000)]
    wrong = _all_wrong(_visitors(dossier), requests)
    assert not wrong, "\n".join(wrong[:40])


def test_no_operation_of_the_api_breaks(dossier: Dossier) -> None:
    schema = api.get_openapi_schema()
    definition = catalogue.definition_for("khai-sinh", MONDAY.date()).definition
    body = {
        "procedure": definition.code,
        "receiving_unit": "pho-an",
        "papers": {paper.code: 1 for paper in definition.papers if paper.required},
        "answers": {},
        "files": [],
        "channel": 1,
        "applicant_id": dossier.applicant_id,
        "applicant": None,
    }
    good = {"post /api/v1/dossiers/received": body}
    requests = [*api_requests(schema, _known(dossier), good)]
    requests += [Sent(method, "/api/v1/khong-co") for method in ("GET", "POST", "DELETE")]
    wrong = _all_wrong(_visitors(dossier), requests, program=True)
    assert not wrong, "\n".join(wrong[:40])
