"""The pages of the books, over real dossiers: what was owed, what moved, down to the records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from thichinh.accounts.models import Account, Person
from thichinh.accounts.queries import actor_for
from thichinh.dossiers import actions
from thichinh.dossiers.actions import Request
from thichinh.dossiers.measures import DOSSIERS as BOOK
from thichinh.dossiers.models import Dossier
from thichinh.foundation.clock import ZONE, standing_at
from thichinh.foundation.models import AuditEntry
from thichinh.procedures import queries as catalogue
from thichinh.stocks import actions as stocks
from thichinh.stocks.models import Movement

MONDAY = datetime(2021, 3, 1, 9, 0, tzinfo=ZONE)
THURSDAY = MONDAY + timedelta(days=3)


@pytest.fixture
def reader(new_official: Any) -> Client:
    client = Client()
    client.force_login(new_official("reporter", "duc-pho"))
    return client


@pytest.fixture
def cases(new_official: Any, person: Person) -> Iterator[list[Dossier]]:
    """Two births on Monday in Phổ An, due that day; one of them is settled, late, on Thursday."""
    clerk: Account = new_official("clerk", "pho-an")
    leader: Account = new_official("unit-leader", "pho-an")
    definition = catalogue.definition_for("khai-sinh").definition
    papers: dict[str, object] = {p.code: 1 for p in definition.papers if p.required}
    request = Request("khai-sinh", "pho-an", papers=papers)
    with standing_at(MONDAY):
        made = [
            actions.receive_dossier(actor_for(clerk), request, applicant_id=person.pk)
            for _ in range(2)
        ]
        actions.perform(actor_for(clerk), "transfer", made[0].pk)
    with standing_at(THURSDAY):
        actions.perform(actor_for(leader), "decide", made[0].pk, granted=True)
        yield made


def shown(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200
    return response.context


def test_what_was_owed_on_a_day_opens_to_the_dossiers(reader: Client, cases: list[Dossier]) -> None:
    context = shown(reader, "/so-cai/?day=1/3/2021")
    assert context["total"] == 2
    row = next(row for row in context["rows"] if row["name"] == "Xã Phổ An")
    overdue = {name: (n, url) for name, n, url in row["cells"]}["Đang giải quyết, quá hạn"]
    assert overdue[0] == 2
    behind = shown(reader, overdue[1])
    assert {line.number for line in behind["page"].rows} == {case.number for case in cases}
    assert shown(reader, "/so-cai/?day=4/3/2021")["total"] == 1
    assert shown(reader, "/so-cai/?day=28/2/2021")["total"] == 0


def test_the_books_divide_by_field_as_well(reader: Client, cases: list[Dossier]) -> None:
    rows = shown(reader, "/so-cai/?day=4/3/2021&by=field")["rows"]
    assert [(row["name"], row["total"]) for row in rows] == [("Hộ tịch", 1)]


def test_the_trial_balance_adds_up_and_each_flow_opens(
    reader: Client, cases: list[Dossier]
) -> None:
    context = shown(reader, "/so-cai/can-doi/?start=1/3/2021&end=4/3/2021")
    assert context["counts"]["adds_up"]
    assert context["counts"]["came"] == context["counts"]["went"]
    moved = {(source, target): (n, url) for source, target, n, url in context["flows"]}
    n, url = moved["Đang giải quyết, quá hạn", "Đã giải quyết quá hạn"]
    assert n == 1
    assert [line.number for line in shown(reader, url)["page"].rows] == [cases[0].number]


def test_the_last_recount_is_shown(reader: Client, cases: list[Dossier]) -> None:
    assert "chưa được đếm lại" in reader.get("/so-cai/").content.decode()
    assert stocks.prove().balanced
    assert "sổ khớp với từng mục" in reader.get("/so-cai/").content.decode()


def test_nobody_reads_the_books_of_others(new_official: Any, cases: list[Dossier]) -> None:
    leader, clerk = Client(), Client()
    leader.force_login(new_official("unit-leader", "pho-phong"))
    clerk.force_login(new_official("clerk", "pho-phong"))
    assert clerk.get("/so-cai/").status_code == 403
    assert shown(leader, "/so-cai/")["total"] == 0
    assert leader.get("/so-cai/?unit=pho-an").status_code == 403
    peek = "/so-cai/muc/?stock=overdue&day=1/3/2021&unit=pho-phong&only=pho-an"
    assert leader.get(peek).status_code == 403


@pytest.mark.parametrize("query", ["stock=nothing", "pair=99-1&start=1/3/2021", "stock="])
def test_a_number_that_is_not_in_the_books_is_refused(
    reader: Client, cases: list[Dossier], query: str
) -> None:
    assert reader.get(f"/so-cai/muc/?{query}").status_code == 422


@pytest.mark.parametrize(
    ("address", "cost"),
    [
        ("/so-cai/?book=dossiers", 5),
        ("/so-cai/can-doi/?book=dossiers", 9),
        ("/so-cai/muc/?book=dossiers&stock=overdue,late", 8),
    ],
)
def test_pages_of_the_books_cost_a_fixed_number_of_queries(
    reader: Client, cases: list[Dossier], address: str, cost: int
) -> None:
    """The first brings the session with its actor, whose epoch says which tree of units it is."""
    reader.get(address)
    with CaptureQueriesContext(connection) as seen:
        reader.get(address)
    asked = [q["sql"] for q in seen.captured_queries if "SAVEPOINT" not in q["sql"]]
    assert len(asked) == cost, asked
    assert sum("accounts_authorityepoch" in sql for sql in asked) <= 1


MUCH_LATER = datetime(2022, 6, 15, 9, 0, tzinfo=ZONE)
DAY = "start=4/3/2021&end=4/3/2021"


def test_a_correction_is_entered_once_and_stands_in_the_trial_balance_with_who_when_why(
    reader: Client, cases: list[Dossier]
) -> None:
    item = cases[0].pk
    with standing_at(MUCH_LATER):
        behind = reader.get("/so-cai/muc/?stock=late&day=4/3/2021").content.decode()
        address = f"/so-cai/dinh-chinh/dossiers/{item}/"
        assert f'href="{address}"' in behind
        page = reader.get(address)
        sent = {
            "key": "k", "movement": page.context["movement"],
            "target": str(BOOK.number("on_time")), "reason": "Biên bản 5/BB: ký đúng hạn",
        }  # fmt: skip
        assert reader.post(address, sent | {"reason": " "}).status_code == 422
        for _ in range(2):
            listed = reader.post(address, sent, follow=True).content.decode()
        assert Movement.objects.filter(item=item, corrects__isnull=False).count() == 2
        assert AuditEntry.objects.filter(action="stock.corrected").count() == 1
        for words in (cases[0].number, "Biên bản 5/BB", "Đã giải quyết đúng hạn", "15/6/2022"):
            assert words in listed
        trial = reader.get(f"/so-cai/can-doi/?{DAY}")
        assert trial.context["counts"]["adds_up"]
        assert "Trong đó có 1 lần đính chính" in trial.content.decode()
        assert "Biên bản 5/BB" in reader.get(trial.context["corrections_url"]).content.decode()
        assert (
            "lần đính chính" not in reader.get("/so-cai/can-doi/?start=1/6/2022").content.decode()
        )
        stale = sent | {"key": "other", "target": str(BOOK.number("early"))}
        again = reader.post(address, stale)
        assert again.status_code == 409
        assert "Mục này vừa chuyển ngăn" in again.content.decode()
        assert "Biên bản 5/BB" in again.content.decode()  # what was typed is still there


def test_whoever_acts_on_dossiers_or_runs_the_machine_does_not_correct_the_books(
    new_official: Any, cases: list[Dossier]
) -> None:
    with standing_at(MUCH_LATER):
        for role in ("it-officer", "town-leader", "unit-leader", "clerk", "specialist"):
            client = Client()
            client.force_login(new_official(role, "duc-pho"))
            assert client.get(f"/so-cai/dinh-chinh/dossiers/{cases[0].pk}/").status_code == 403
        leader = Client()
        leader.force_login(new_official("town-leader", "pho-an"))
        assert "Đính chính" not in leader.get("/so-cai/muc/?stock=late").content.decode()
        other = Client()
        other.force_login(new_official("reporter", "pho-phong"))
        assert other.get(f"/so-cai/dinh-chinh/dossiers/{cases[0].pk}/").status_code == 404
        assert other.get("/so-cai/dinh-chinh/nothing/1/").status_code == 404


@pytest.mark.parametrize("page", ["muc/?book=dossiers&stock=late&day=", "dinh-chinh/?day="])
def test_a_day_in_the_address_that_is_none_is_not_taken_for_today(
    reader: Client, page: str
) -> None:
    assert reader.get(f"/so-cai/{page}4/3/2021").status_code == 200
    answer = reader.get(f"/so-cai/{page}hôm qua")
    assert answer.status_code == 422
    assert "“hôm qua” không phải là ngày" in answer.content.decode()
