"""A report is computed, compared and printed; every number can be opened."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from thichinh.accounts.rules import SYSTEM
from thichinh.foundation.errors import DomainError, Missing, Refused
from thichinh.indicators.rules.units import MEASURE_UNITS, NUMBER, Notation
from thichinh.indicators.tests.small_town import BOTH, FIRST, SECOND
from thichinh.reports.queries.building import build
from thichinh.reports.queries.evaluated import evaluate_report
from thichinh.reports.queries.printing import draft_pdf
from thichinh.reports.queries.report_data import as_data
from thichinh.reports.rules.document import content_of
from thichinh.reports.rules.text import Slot, parse_text
from thichinh.reports.tests.office import NOW, shown, text_of

pytestmark = pytest.mark.django_db
CARRY = "carried_over_is_previous_in_progress"
TOTAL = "total_counts_each_dossier_once"


def test_text_is_cut_at_its_figures() -> None:
    assert parse_text("a {{ x }} b {{total.y}}") == ["a ", Slot("x"), " b ", Slot("y", "total")]
    with pytest.raises(Refused):
        parse_text("{{ first.x }}")


def test_a_single_period_has_the_keys_of_the_seed_at_the_top() -> None:
    data = shown("one-stop", "--from", "2020-12-15", "--to", "2021-12-14")
    assert (data["received_total"], data["carried_over"], data["received_new"]) == (10, 3, 7)
    assert (data["resolved"], data["resolved_on_time"], data["resolved_late"]) == (6, 5, 1)
    assert (data["in_progress"], data["in_progress_not_due"], data["in_progress_overdue"]) == (
        4,
        2,
        2,
    )
    assert data["resolved_rate_pct"] == 60
    assert data["resolved_on_time_pct"] == 83.33
    assert data["published"]["received_total"] == 21003
    assert data["difference"]["received_total"] == 10 - 21003
    assert "received_new" not in data["published"]
    assert [p["period"] for p in data["periods"]] == ["năm 2021"]


def test_a_range_over_two_published_periods_is_judged_as_a_whole() -> None:
    data = shown("one-stop", "--from", "2020-12-15", "--to", "2022-06-14")
    assert data["received_total"] == data["distinct_handled"] == 14
    assert data["total_received_stated"] == data["published"]["received_total"] == 39435
    assert [p["received_total"] for p in data["periods"]] == [10, 8]
    failed = {i["code"]: i for i in data["identities"] if i["pass"] is False}
    assert failed.keys() == {CARRY, TOTAL}
    assert (failed[CARRY]["left"], failed[CARRY]["right"]) == (295, 350)
    assert (failed[TOTAL]["left"], failed[TOTAL]["right"]) == (39435, 39140)
    assert all(i["pass"] for i in data["identities"] if i["basis"] == "computed")


def test_periods_can_be_named_repeated_and_given_for_a_unit() -> None:
    data = shown("one-stop", "--period", "2021", "--period", "2022-H1", "--unit", "pho-an")
    assert (data["unit"], data["received_total"]) == ("pho-an", 14)
    assert data["published"] == {}
    assert "identities" in data
    nobody = shown("II.06a", "--period", "2021", "--unit", "pho-van")
    assert nobody["received_total"] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-report", "--period", "2021"],
        ["one-stop"],
        ["one-stop", "--from", "2021-01-01"],
        ["one-stop", "--period", "2021", "--period", "2021-Q1"],
        ["one-stop", "--period", "2021", "--unit", "khong-co"],
        ["one-stop", "--from", "14/12/2021", "--to", "15/12/2020"],
    ],
)
def test_what_cannot_be_shown_is_refused_with_a_sentence(arguments: list[str]) -> None:
    with pytest.raises(DomainError) as error:
        call_command("report_show", *arguments)
    assert error.value.message.endswith(".")


def test_a_day_that_is_not_one_teaches_how_a_command_takes_days() -> None:
    with pytest.raises(Refused, match=r"--from: “2021-13-01” .* NĂM-THÁNG-NGÀY"):
        call_command("report_show", "one-stop", "--from", "2021-13-01", "--to", "2021-12-14")


def test_the_whole_report_takes_few_queries() -> None:
    evaluate_report(SYSTEM, "one-stop", [FIRST])
    with CaptureQueriesContext(connection) as one:
        evaluate_report(SYSTEM, "one-stop", [FIRST])
    with CaptureQueriesContext(connection) as two:
        evaluate_report(SYSTEM, "one-stop", [BOTH])
    assert (books(one), books(two)) == (3, 5)
    others = [q for q in one.captured_queries if "SAVEPOINT" not in q["sql"]]
    assert len(others) - books(one) == 4, "units, published figures, the last closing twice"


def test_table_06a_balances_in_every_row() -> None:
    for period in (FIRST, SECOND, BOTH):
        content = content_of(build(evaluate_report(SYSTEM, "II.06a", [period])))
        tables = [b for b in content["blocks"] if b["kind"] == "matrix"]
        assert [t["dimension"] for t in tables] == ["field", "unit"]
        for table in tables:
            for row in [*table["rows"], table["total"]]:
                n = [cell["value"] for cell in row["cells"]]
                assert n[0] == n[1] + n[2] + n[3] == n[4] + n[8]
                assert n[4] == n[5] + n[6] + n[7]
                assert n[8] == n[9] + n[10]


def test_column_6_of_a_period_is_column_11_of_the_one_before() -> None:
    before = content_of(build(evaluate_report(SYSTEM, "II.06a", [FIRST])))["blocks"][0]["total"][
        "cells"
    ]
    after = content_of(build(evaluate_report(SYSTEM, "II.06a", [SECOND])))["blocks"][0]["total"][
        "cells"
    ]
    assert after[3]["value"] == before[8]["value"] == 4


def test_the_pdf_is_vietnamese_in_tinos_and_the_same_each_time(tmp_path: Path) -> None:
    content = content_of(
        build(evaluate_report(SYSTEM, "one-stop", [BOTH]), {"assessment": "Ưỡn ẹo, ngoằn ngoèo"})
    )
    pdf = draft_pdf(content, NOW)
    assert draft_pdf(content, NOW) == pdf
    text, fonts = text_of(pdf, tmp_path)
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "THỊ XÃ ĐỨC PHỔ",
        "Kỳ trước chuyển sang bằng đang giải quyết cuối kỳ trước", "Ưỡn ẹo, ngoằn ngoèo", "39.140",
        "Bản nháp",
    ):  # fmt: skip
        assert words in text
    names = [line.split()[0] for line in fonts.splitlines()[2:]]
    assert names
    assert all("Tinos" in name for name in names)


def test_an_unknown_report_is_missing() -> None:
    with pytest.raises(Missing):
        evaluate_report(SYSTEM, "nope", [FIRST])


def test_a_difference_on_paper_carries_its_sign(tmp_path: Path) -> None:
    content = content_of(build(evaluate_report(SYSTEM, "one-stop", [FIRST])))
    assert "−20.993" in text_of(draft_pdf(content, NOW), tmp_path)[0]
    assert [Notation(NUMBER).shown_off(Fraction(n)) for n in (55, -55, 0)] == [
        "+55", "−55", "0",
    ]  # fmt: skip
    assert Notation(MEASURE_UNITS["percent"], 2).shown_off(Fraction(1, 2)) == "+0,50\u00a0%"


def test_what_is_computed_is_the_same_for_program_and_page() -> None:
    data = as_data(evaluate_report(SYSTEM, "one-stop", [SECOND]), SYSTEM)
    assert data["explained_by"] == {}
    assert data["carried_over"] == 4


def books(seen: CaptureQueriesContext) -> int:
    return sum("GROUP BY" in query["sql"] for query in seen.captured_queries)
