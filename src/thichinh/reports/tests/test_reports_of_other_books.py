"""Reports over any books: rows by any dimension, identities of their own, one question for each."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from thichinh.accounts.rules import SYSTEM
from thichinh.foundation import definitions
from thichinh.foundation.calendar import Period
from thichinh.foundation.definitions import LoadReport
from thichinh.indicators.models.definition import IdentityDefinition
from thichinh.indicators.queries.catalogue import IDENTITY
from thichinh.indicators.tests.small_town import BOTH, FIRST, SECOND
from thichinh.indicators.tests.two_books import YEAR_2021, define, two_books
from thichinh.reports.models.definition import ReportDefinition
from thichinh.reports.queries.building import build
from thichinh.reports.queries.evaluated import REPORT, evaluate_report
from thichinh.reports.queries.problems import problems
from thichinh.reports.queries.report_data import as_data
from thichinh.reports.rules.document import content_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books():
    with two_books():
        define("letters_in", "letters.in")
        define("urgent", "letters.urgent")
        define("parcels_in", "parcels.taken_in")
        define("share", "100 * letters.urgent / letters.in", unit="percent", decimals=1)
        identity("letters_hold", "letters_in == urgent + 1")
        identity("parcels_hold", "parcels_in == 2")
        yield


def identity(code: str, expression: str) -> None:
    content = IdentityDefinition(
        code=code, effective_from=date(2000, 1, 1), name=code, expression=expression,
        when_broken="Không khớp.",
    )  # fmt: skip
    definitions.publish(IDENTITY, content, LoadReport())


def report(code: str, *sections: dict[str, Any], **facts: Any) -> None:
    content = ReportDefinition.model_validate(
        {"code": code, "effective_from": date(2000, 1, 1), "title": "Báo cáo", "sections": sections,
         "keys": ["letters_in", "urgent"], **facts}
    )  # fmt: skip
    definitions.publish(REPORT, content, LoadReport())


def matrix(rows: str, *indicators: str) -> dict[str, Any]:
    columns = [{"number": "1", "heading": code, "indicator": code} for code in indicators]
    return {"kind": "matrix", "rows": rows, "row_heading": "Dòng", "columns": columns}


def made(code: str, period: Period = YEAR_2021) -> dict[str, Any]:
    return content_of(build(evaluate_report(SYSTEM, code, [period])))


def test_rows_go_by_any_dimension_of_the_books_of_the_columns() -> None:
    report(
        "R1", matrix("urgency", "letters_in", "share"), matrix("use", "letters_in", "parcels_in")
    )
    by_urgency, by_use = made("R1")["blocks"]
    assert [(r["label"], [c["value"] for c in r["cells"]]) for r in by_urgency["rows"]] == [
        ("1", [1, 0.0]), ("2", [1, 100.0]), ("3", [1, 100.0]),
    ]  # fmt: skip
    assert [c["value"] for c in by_urgency["total"]["cells"]] == [3, 66.7]
    assert [[c["value"] for c in r["cells"]] for r in by_use["rows"]] == [[3, 2]]
    assert [c["value"] for c in by_use["total"]["cells"]] == [3, 2]


def test_a_row_opens_to_its_slice(client: Client, leader: Client) -> None:
    report("R1", matrix("urgency", "letters_in"))
    page = leader.get("/bao-cao/R1/?period=2021&unit=duc-pho").content.decode()
    link = "/chi-tieu/letters_in/?from=2021-01-01&amp;to=2021-12-31&amp;urgency=2&amp;unit=duc-pho"
    assert link in page
    assert 'value="2"' in leader.get(link.replace("&amp;", "&")).content.decode()


def test_a_report_evaluates_the_identities_about_its_indicators_and_no_others() -> None:
    report("R1", {"kind": "checks"})
    assert codes(as_data(evaluate_report(SYSTEM, "R1", [YEAR_2021]), SYSTEM)) == ["letters_hold"]
    with CaptureQueriesContext(connection) as seen:
        evaluate_report(SYSTEM, "R1", [YEAR_2021])
    assert sum("GROUP BY" in query["sql"] for query in seen.captured_queries) == 1


def test_a_report_may_name_the_identities_that_belong_to_it() -> None:
    report("R1", {"kind": "checks"}, identities=["parcels_hold"])
    report("R2", {"kind": "checks"}, identities=[])
    assert codes(as_data(evaluate_report(SYSTEM, "R1", [YEAR_2021]), SYSTEM)) == ["parcels_hold"]
    assert codes(as_data(evaluate_report(SYSTEM, "R2", [YEAR_2021]), SYSTEM)) == []


def codes(data: dict[str, Any]) -> list[str]:
    return [check["code"] for check in data["identities"]]


def test_the_records_concerned_stand_under_the_unit_they_are_counted_in() -> None:
    report("R1", {"kind": "checks"})
    ours = as_data(evaluate_report(SYSTEM, "R1", [YEAR_2021]), SYSTEM)
    assert ours["identities"][0]["items"] == []
    theirs = as_data(evaluate_report(SYSTEM, "one-stop", [FIRST]), SYSTEM)
    assert all("dossiers" in check for check in theirs["identities"])


def test_the_figures_of_a_gap_between_periods_are_those_of_the_whole() -> None:
    apart = [Period.of("month", 2021, 2), Period.of("month", 2022, 3)]
    found = evaluate_report(SYSTEM, "II.06a", apart)
    block = content_of(build(found))["blocks"][0]
    whole = evaluate_report(SYSTEM, "one-stop", [found.whole]).answers.of(found.whole)
    assert block["total"]["cells"][0]["value"] == whole["received_total"]


def test_what_cannot_be_worked_out_is_a_sentence_of_the_check() -> None:
    report("R1", matrix("urgency", "letters_in", "parcels_in"))
    report("R2", {"kind": "checks"}, keys=["nobody"])
    report("R3", {"kind": "checks"}, identities=["nothing"])
    report("R4", {"kind": "trend", "book": "letters", "indicators": ["parcels_in"]})
    report("R5", {"kind": "trend", "book": "nowhere", "indicators": ["letters_in"]})
    found = list(problems(date(2022, 1, 1)))
    assert [sentence.split(": ")[0] for sentence in found] == [
        f"Báo cáo “R{n}”" for n in (1, 2, 3, 4, 5)
    ]
    assert "sổ “Thửa đất”, sổ này không chia theo “urgency”" in found[0]


def test_a_report_asks_the_books_once_per_stretch_and_once_more_per_split() -> None:
    evaluated = evaluate_report(SYSTEM, "II.06a", [BOTH])
    with CaptureQueriesContext(connection) as seen:
        build(evaluated)
    assert asked(seen) == 6, "by field and by unit: flows, opening and closing balances each"
    evaluated = evaluate_report(SYSTEM, "one-stop", [FIRST, SECOND])
    with CaptureQueriesContext(connection) as seen:
        build(evaluated)
    assert asked(seen) == 3, "the trend: its months, what is not folded yet, what lay before"


def asked(seen: CaptureQueriesContext) -> int:
    return sum("stocks_cell" in query["sql"] for query in seen.captured_queries)
