"""What the acts on dossiers become in the report, down to the dossier and no further than allowed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from thichinh.accounts.models import Person
from thichinh.accounts.queries import actor_for
from thichinh.accounts.rules import SYSTEM, Actor
from thichinh.dossiers import actions
from thichinh.dossiers.actions import Request
from thichinh.dossiers.measures import MEASURES
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.tests.conftest import NewOfficer
from thichinh.foundation.calendar import Period
from thichinh.foundation.clock import ZONE, standing_at
from thichinh.indicators.queries.catalogue import catalogue
from thichinh.indicators.queries.evaluation import evaluate_one
from thichinh.indicators.queries.records import BookItems, behind, record_numbers, record_page
from thichinh.procedures import queries as procedures
from thichinh.reports.queries.evaluated import evaluate_report
from thichinh.reports.queries.report_data import as_data
from thichinh.stocks.rules import BOOKS, Where

MONDAY = datetime(2021, 3, 1, 9, 0, tzinfo=ZONE)
MARCH = Period(date(2021, 2, 15), date(2021, 3, 14))
APRIL = Period(date(2021, 3, 15), date(2021, 4, 14))


def walk_in(clerk: Actor, person: Person, procedure: str = "ket-hon") -> Dossier:
    definition = procedures.definition_for(procedure).definition
    given = {paper.code: 1 for paper in definition.papers if paper.required}
    return actions.receive_dossier(
        clerk, Request(procedure, "pho-an", papers=given), applicant_id=person.pk
    )


@pytest.fixture
def three(commune_clerk: Actor, specialist: Actor, leader: Actor, person: Person) -> list[Dossier]:
    """One resolved, one withdrawn, one left lying until it is overdue."""
    with standing_at(MONDAY):
        found = [walk_in(commune_clerk, person) for _ in range(3)]
        for dossier in found:
            actions.perform(commune_clerk, "transfer", dossier.pk)
        actions.perform(leader, "assign", found[0].pk, officer=specialist.account_id or 0)
        actions.perform(leader, "decide", found[0].pk, granted=True)
    with standing_at(MONDAY + timedelta(hours=2)):
        actions.perform(commune_clerk, "withdraw", found[1].pk, reason="Gia đình đổi ý")
    return found


def counted(code: str, period: Period = MARCH) -> int:
    return int(evaluate_one(catalogue(), [code], period, Where())[code] or 0)


def items(code: str, period: Period = MARCH) -> BookItems:
    [found] = behind(catalogue(), code, period, Where())
    return found


def test_every_measure_names_stocks_that_the_book_has() -> None:
    stocks = set(BOOKS["dossiers"].stocks)
    for measure in MEASURES:
        named = getattr(measure, "stocks", None) or sum(getattr(measure, "pairs", ()), ())
        assert set(named) <= stocks, measure.code


def test_acts_become_figures_that_add_up(three: list[Dossier]) -> None:
    with standing_at(datetime(2021, 5, 1, tzinfo=ZONE)):
        assert counted("received_new") == 3
        assert counted("resolved") == counted("resolved_on_time") == 2
        assert counted("in_progress_overdue") == counted("in_progress") == 1
        assert counted("carried_over", APRIL) == counted("received_total", APRIL) == 1
        data = as_data(evaluate_report(SYSTEM, "one-stop", [MARCH, APRIL], "pho-an"), SYSTEM)
    assert data["distinct_handled"] == 3
    assert {i["pass"] for i in data["identities"]} == {True}


def test_a_figure_opens_to_its_dossiers(three: list[Dossier]) -> None:
    with standing_at(datetime(2021, 5, 1, tzinfo=ZONE)):
        assert record_numbers(items("in_progress_overdue"), SYSTEM) == [three[2].number]
        page = record_page(items("received_new"), SYSTEM, limit=2)
        assert [row.number for row in page.rows] == [d.number for d in three[:2]]
        rest = record_page(items("received_new"), SYSTEM, after=page.following, limit=2)
        assert [row.number for row in rest.rows] == [three[2].number]
        assert rest.following == ""
        assert rest.rows[0].link == f"/ho-so/{three[2].number}/"
        assert "Xã Phổ An" in rest.rows[0].note


def test_a_reader_sees_the_number_but_only_the_dossiers_of_their_units(
    three: list[Dossier], new_official: NewOfficer
) -> None:
    elsewhere = actor_for(new_official("unit-leader", "pho-van"))
    found = items("received_new")
    assert found.count == 3
    assert record_page(found, elsewhere).rows == ()
    assert record_page(found, elsewhere).visible == 0
    assert record_numbers(found, elsewhere) == []


def test_fields_procedures_and_channels_have_names(town: None) -> None:
    assert BOOKS["dossiers"].named("field", ["ho-tich", "khong-co"]) == {
        "ho-tich": "Hộ tịch", "khong-co": "khong-co",
    }  # fmt: skip
    assert BOOKS["dossiers"].named("channel", [2])[2] == "Trực tuyến"
