"""The acts through the API: authority, idempotency, errors, query counts."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from thichinh.accounts import actions as accounts
from thichinh.accounts.models import Account, Person, Unit
from thichinh.accounts.rules import Actor
from thichinh.dossiers.models import Dossier
from thichinh.foundation import storage
from thichinh.foundation.clock import ZONE, standing_at
from thichinh.foundation.forms import FormField, is_asked
from thichinh.procedures import queries as catalogue
from thichinh.procedures.models import ProcedureDefinition
from thichinh.stocks import actions as stocks

MONDAY = datetime(2021, 3, 1, 9, 0, tzinfo=ZONE)


class Caller:
    """A program with a bearer token."""

    def __init__(self, account: Account) -> None:
        self.client = Client()
        _, self.secret = accounts.create_token(account, "test")

    def _headers(self, key: str) -> dict[str, str]:
        found = {"Authorization": f"Bearer {self.secret}"}
        return found | ({"Idempotency-Key": key} if key else {})

    def post(self, path: str, body: Any = None, key: str = "") -> Any:
        return self.client.post(
            f"/api/v1{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=self._headers(key),
        )

    def upload(self, content: bytes) -> Any:
        sent = {"file": SimpleUploadedFile("giay.pdf", content, "application/pdf")}
        return self.client.post("/api/v1/files", sent, headers=self._headers(""))

    def get(self, path: str, **params: Any) -> Any:
        return self.client.get(f"/api/v1{path}", params, headers=self._headers(""))


@pytest.fixture
def filer(citizen_account: Account) -> Caller:
    return Caller(citizen_account)


@pytest.fixture
def desk(commune_clerk: Actor) -> Caller:
    return Caller(Account.objects.get(pk=commune_clerk.account_id))


def online() -> tuple[ProcedureDefinition, dict[str, Any]]:
    definition = next(d for d in catalogue.online(date(2021, 3, 1)) if d.level == "commune")
    return definition, {
        "procedure": definition.code,
        "receiving_unit": "pho-an",
        "answers": answers(definition),
        "files": [scan(paper.code) for paper in definition.papers if paper.required],
    }


def scan(paper: str) -> dict[str, str]:
    """A file that everybody here has sent."""
    content = b"%PDF-1.4 " + paper.encode()
    for sender in Account.objects.values_list("pk", flat=True):
        stored = storage.store([content], "application/pdf", sender=sender)
    return {"paper": paper, "name": "to khai.pdf", "sha256": stored.sha256}


def answers(definition: ProcedureDefinition) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for field in definition.form:
        if is_asked(definition.questions, field, shown):
            shown[field.code] = _answer(field)
    return shown


def _answer(field: FormField) -> Any:
    simple: dict[str, Any] = {
        "number": field.min if field.min is not None else 1,
        "money": field.min if field.min is not None else 1000,
        "date": "2021-01-05",
        "boolean": True,
        "identity_number": "051090000001",
        "phone": "0901234567",
        "email": "mau@example.vn",
        "unit": "pho-an",
    }
    if field.kind == "choice":
        return field.choices[0].code
    return simple.get(field.kind, "Nội dung mẫu")


@pytest.mark.django_db
def test_a_citizen_files_and_sending_it_again_gives_the_same_receipt(filer: Caller) -> None:
    with standing_at(MONDAY):
        _, body = online()
        first = filer.post("/dossiers", body, key="k1")
        again = filer.post("/dossiers", body, key="k1")
        assert first.status_code == 201, first.json()
        assert again.json() == first.json()
        assert Dossier.objects.count() == 1
        other = filer.post("/dossiers", body | {"files": []}, key="k1")
        assert other.status_code in (409, 422)
        assert Dossier.objects.count() == 1
        second = filer.post("/dossiers", body, key="k2")
        assert second.json()["number"] != first.json()["number"]
    assert stocks.prove().differences == []


@pytest.mark.django_db
def test_wrong_answers_are_named_field_by_field_and_nothing_is_written(filer: Caller) -> None:
    with standing_at(MONDAY):
        _, body = online()
        response = filer.post("/dossiers", body | {"answers": {}})
    assert response.status_code == 422
    assert response.json()["errors"]
    assert not Dossier.objects.exists()


@pytest.mark.django_db
def test_a_paper_that_is_only_claimed_is_missing(filer: Caller) -> None:
    with standing_at(MONDAY):
        definition, body = online()
        required = [paper.code for paper in definition.papers if paper.required]
        claimed = body | {"files": [], "papers": dict.fromkeys(required, 1)}
        response = filer.post("/dossiers", claimed)
    assert response.status_code == 422
    assert set(response.json()["errors"]) == {f"papers.{code}" for code in required}
    assert not Dossier.objects.exists()


@pytest.mark.django_db
def test_nobody_hangs_a_strangers_file_on_a_dossier(
    filer: Caller, desk: Caller, stranger: Actor
) -> None:
    outsider = Caller(Account.objects.get(pk=stranger.account_id))
    content = b"%PDF-1.4 only the filer has this"
    sha256 = filer.upload(content).json()["sha256"]
    with standing_at(MONDAY):
        definition, body = online()
        body["files"] = [file | {"sha256": sha256} for file in body["files"]]
        refused = outsider.post("/dossiers", body)
        assert (refused.status_code, list(refused.json()["errors"])) == (422, ["files"])
        papers = {paper.code: 1 for paper in definition.papers if paper.required}
        walk_in = body | {"papers": papers, "applicant_id": stranger.person_id}
        assert desk.post("/dossiers/received", walk_in).status_code == 422
        assert not Dossier.objects.exists()
        assert filer.post("/dossiers", body).status_code == 201
        again = [caller.upload(content) for caller in (outsider, outsider, desk)]
        assert {(a.status_code, a.json()["sha256"]) for a in again} == {(201, sha256)}
        assert outsider.post("/dossiers", body).status_code == 201
        assert desk.post("/dossiers/received", walk_in).status_code == 201


@pytest.mark.django_db
def test_the_whole_way_through_the_api(filer: Caller, desk: Caller, leader: Actor) -> None:
    boss = Caller(Account.objects.get(pk=leader.account_id))
    with standing_at(MONDAY):
        _, body = online()
        number = filer.post("/dossiers", body).json()["number"]
        for caller, verb, sent, state in (
            (desk, "accept", None, 2),
            (desk, "transfer", None, 4),
            (boss, "decide", {"granted": True}, 9),
            (desk, "return", None, 10),
        ):
            response = caller.post(f"/dossiers/{number}/{verb}", sent)
            assert (response.status_code, response.json().get("state")) == (200, state)
        history = filer.get(f"/dossiers/{number}/acts").json()
    assert [act["verb"] for act in history] == ["submit", "accept", "transfer", "decide", "return"]
    assert stocks.prove().differences == []


@pytest.mark.django_db
def test_an_act_too_late_is_a_conflict_and_a_stranger_sees_nothing(
    filer: Caller, desk: Caller, stranger: Actor
) -> None:
    outsider = Caller(Account.objects.get(pk=stranger.account_id))
    with standing_at(MONDAY):
        _, body = online()
        number = filer.post("/dossiers", body).json()["number"]
        assert outsider.get(f"/dossiers/{number}").status_code == 404
        owner = filer.post(f"/dossiers/{number}/accept")
        assert owner.status_code == 403
        assert desk.post(f"/dossiers/{number}/transfer").status_code == 409
        assert desk.post("/dossiers/khong-co/transfer").status_code == 404
    assert Client().get("/api/v1/dossiers").status_code == 401


@pytest.mark.django_db
def test_a_number_that_exists_is_told_to_nobody_who_may_not_see_it(
    filer: Caller, clerk: Actor, stranger: Actor
) -> None:
    bodies = {"decide": {"granted": True}, "assign": {"officer": 1}, "refuse": {}, "advance": {}}
    verbs = ("accept", "transfer", "return", "withdraw", *bodies)
    with standing_at(MONDAY):
        _, body = online()
        number = filer.post("/dossiers", body).json()["number"]
        for actor in (clerk, stranger):
            caller = Caller(Account.objects.get(pk=actor.account_id))
            for verb in verbs:
                sent = bodies.get(verb, {})
                answers = [caller.post(f"/dossiers/{n}/{verb}", sent) for n in (number, "X-1")]
                assert [a.status_code for a in answers] == [404, 404], verb
                assert answers[0].json() == answers[1].json()
        page = Client()
        page.force_login(Account.objects.get(pk=clerk.account_id))
        for verb in verbs:
            sent = {"granted": "1", "reason": "x", "revision": "0", "key": "k"}
            statuses = {
                page.post(f"/ho-so/{n}/viec/{verb}/", sent).status_code for n in (number, "X-1")
            }
            assert statuses == {404}, verb


@pytest.mark.django_db
@pytest.mark.parametrize("sent", [5, [], "x", True])
def test_a_body_that_is_no_object_is_refused_and_does_nothing(filer: Caller, sent: Any) -> None:
    with standing_at(MONDAY):
        _, body = online()
        number = filer.post("/dossiers", body).json()["number"]
        refused = filer.post(f"/dossiers/{number}/withdraw", sent)
    assert refused.status_code == 422
    assert refused.json() == {
        "message": "Dữ liệu gửi lên không đúng mẫu.",
        "errors": {"body": "Phải là một đối tượng JSON."},
    }
    assert Dossier.objects.get().state == Dossier.State.SUBMITTED


@pytest.mark.django_db
def test_a_list_costs_a_fixed_number_of_queries(
    desk: Caller, person: Person, django_assert_num_queries: Any
) -> None:
    definition = catalogue.definition_for("khai-sinh").definition
    body = {
        "procedure": "khai-sinh",
        "receiving_unit": "pho-an",
        "applicant_id": person.pk,
        "papers": {paper.code: 1 for paper in definition.papers if paper.required},
    }
    with standing_at(MONDAY):
        for _ in range(3):
            assert desk.post("/dossiers/received", body).status_code == 201
        desk.get("/dossiers")
        with django_assert_num_queries(2):  # the token with its account, then the page
            page = desk.get("/dossiers", limit=2).json()
        assert len(page["items"]) == 2
        rest = desk.get("/dossiers", limit=2, cursor=page["next"]).json()
        assert len(rest["items"]) == 1
        assert rest["next"] is None


@pytest.mark.django_db
def test_receiving_costs_a_fixed_number_of_statements(
    desk: Caller,
    person: Person,
    django_assert_num_queries: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    definition = catalogue.definition_for("khai-sinh").definition
    body = {
        "procedure": "khai-sinh",
        "receiving_unit": "pho-an",
        "applicant_id": person.pk,
        "papers": {paper.code: 1 for paper in definition.papers if paper.required},
    }
    with standing_at(MONDAY):
        with django_capture_on_commit_callbacks(execute=True):
            assert desk.post("/dossiers/received", body).status_code == 201
        with django_assert_num_queries(12):
            assert desk.post("/dossiers/received", body, key="a").status_code == 201


@pytest.mark.django_db
def test_what_nobody_could_decide_is_not_taken_in(clerk: Actor, person: Person) -> None:
    definition = next(
        d for d in catalogue.definitions_in_force(MONDAY.date()) if d.level == "district"
    )
    body = {
        "procedure": definition.code,
        "receiving_unit": "duc-pho.mot-cua",
        "applicant_id": person.pk,
        "papers": {paper.code: 1 for paper in definition.papers if paper.required},
    }
    town_desk = Caller(Account.objects.get(pk=clerk.account_id))
    office = Unit.objects.filter(code=f"duc-pho.{definition.authority}")
    assert office.update(valid_to=date(2021, 2, 28)) == 1
    with standing_at(MONDAY):
        response = town_desk.post("/dossiers/received", body)
    assert response.status_code == 422, response.json()
    assert not Dossier.objects.exists()
