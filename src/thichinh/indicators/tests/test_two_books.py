"""Figures over books that are not of dossiers: their units, periods, dimensions and records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

import pytest
from django.test import Client

from thichinh.accounts.actions.accounts import open_account
from thichinh.accounts.models import RoleAssignment, Unit
from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import SYSTEM
from thichinh.foundation import definitions
from thichinh.foundation.calendar import STATUTORY, Period
from thichinh.foundation.definitions import LoadReport
from thichinh.foundation.errors import Missing, Refused
from thichinh.indicators.models.definition import MeasureUnitDefinition, TargetDefinition
from thichinh.indicators.queries.catalogue import MEASURE_UNIT, TARGET, catalogue, problems
from thichinh.indicators.queries.evaluation import Question, evaluate, evaluate_one
from thichinh.indicators.queries.records import behind, record_numbers
from thichinh.indicators.queries.trend import monthly
from thichinh.indicators.rules.measures import (
    MEASURE_FAMILIES,
    FlowMeasure,
    Measure,
    MeasureFamily,
)
from thichinh.indicators.tests.two_books import YEAR_2021, define, two_books
from thichinh.stocks.queries import snapshot
from thichinh.stocks.rules import Where

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books(town: None):
    with two_books():
        yield


@pytest.fixture
def leader(client: Client) -> Client:
    place = Unit.objects.get(code="duc-pho")
    account = open_account("lanh-dao", "Cán bộ", "x", unit=place)
    RoleAssignment.objects.create(
        account=account, role="town-leader", unit=place, valid_from=date(2020, 1, 1)
    )
    client.force_login(account)
    return client


def value(code: str, where: Where = Where(), period: Period = YEAR_2021) -> Fraction | None:  # noqa: B008
    return evaluate_one(catalogue(), [code], period, where)[code]


def test_an_indicator_over_two_books_opens_to_the_records_of_each() -> None:
    define("kept", "parcels.taken_in + letters.in")
    assert value("kept") == 5
    parts = behind(catalogue(), "kept", YEAR_2021, Where())
    assert [(part.book, part.items, part.count) for part in parts] == [
        ("parcels", (1, 2), 2), ("letters", (1, 2, 3), 3),
    ]  # fmt: skip
    assert [record_numbers(part, SYSTEM) for part in parts] == [
        ["TD-1", "TD-2"], ["VB-1", "VB-2", "VB-3"],
    ]  # fmt: skip


def test_amounts_are_exact_and_written_in_their_unit() -> None:
    define("land", "parcels.area", decimals=1)
    define("land_ha", "parcels.area", decimals=2, scale=10_000, unit="square_metres")
    assert value("land") == 200
    found = catalogue()
    assert found.notation("land").shown(Fraction(2001, 10)) == "200,1\u00a0m²"
    hectares = found.notation("land_ha")
    assert hectares.shown(Fraction(123_456)) == "12,35\u00a0ha"
    assert hectares.rounded(Fraction(123_456)) == 123_500
    assert hectares.plain(Fraction(123_456)) == 123_500


def test_a_measure_keeps_the_values_of_any_dimension() -> None:
    assert (value("letters.in"), value("letters.urgent")) == (3, 2)
    split = evaluate(catalogue(), [Question(YEAR_2021, frozenset({"letters.urgent"}))], by=("use",))
    assert split.of(YEAR_2021, ("o",)) == {"letters.urgent": 2}
    [urgent] = behind(catalogue(), "letters.urgent", YEAR_2021, Where())
    assert urgent.items == (2, 3)


def test_what_a_book_cannot_be_cut_by_has_no_value_and_no_records() -> None:
    cut = Where(dims={"urgency": 2})
    assert (value("letters.in", cut), value("parcels.taken_in", cut)) == (1, None)
    with pytest.raises(Missing):
        behind(catalogue(), "parcels.taken_in", YEAR_2021, cut)


def test_figures_of_one_book_come_in_its_own_periods() -> None:
    define("letters_in", "letters.in")
    define("kept", "parcels.taken_in + letters.in")
    assert catalogue().scheme(["letters_in"]) == YEAR_2021.scheme
    assert catalogue().scheme(["kept"]) == STATUTORY
    trend = monthly(catalogue(), "letters", ["letters_in"], YEAR_2021, Where())
    assert trend.values["letters_in"] == (1, 1, 1, *[0] * 9)


def test_a_trend_refuses_what_is_counted_in_another_book() -> None:
    define("kept", "parcels.taken_in + letters.in")
    with pytest.raises(Refused):
        monthly(catalogue(), "letters", ["kept"], YEAR_2021, Where())


def test_a_computed_measure_runs_within_the_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    define("average", "parcels.average", unit="square_metres")
    inside: list[bool] = []
    found = catalogue()
    measure = found.measure("parcels.average")
    monkeypatch.setitem(measure.__dict__, "compute", lambda *asked: inside.append(
        snapshot._inside.get() is not None
    ) or {(): Fraction(100)})  # fmt: skip
    assert value("average") == 100
    assert inside == [True]


def test_a_computed_measure_is_not_asked_for_dimensions_it_does_not_know() -> None:
    assert value("parcels.average") == 365
    assert value("parcels.average", Where(dims={"use": "o"})) is None
    assert catalogue().books(["parcels.average"]) is None, "it may have figures on any day"
    assert not catalogue().opens("parcels.average")


def declared(on: date) -> Iterable[Measure]:
    """As an app would read them from definitions of its own."""
    yield FlowMeasure("letters.asked.q1", "Câu hỏi 1", "letters", (("outside", "waiting"),))


def test_definitions_declare_measures_through_a_family() -> None:
    define("answered", "letters.asked.q1")
    with MEASURE_FAMILIES.lent(MeasureFamily("letters.asked", declared)):
        definitions.forget_cache()
        define("again", "letters.asked.q1 + letters.in")
        assert value("again") == 6
        assert list(problems(date(2022, 1, 1))) == []
    assert list(problems(date(2022, 1, 1))) == [
        "Chỉ tiêu “again”: Không có phép đo “letters.asked.q1”.",
        "Chỉ tiêu “answered”: Không có phép đo “letters.asked.q1”.",
    ]


def test_a_family_keeps_to_codes_of_its_own() -> None:
    with MEASURE_FAMILIES.lent(MeasureFamily("other", declared)):
        assert list(problems(date(2022, 1, 1))) == [
            "Phép đo “letters.asked.q1” phải có mã riêng, bắt đầu bằng “other.”."
        ]


def test_an_unknown_measure_or_scale_is_a_sentence_of_the_check(tmp_path) -> None:
    folder = tmp_path / "indicators"
    folder.mkdir()
    (folder / "wrong.yaml").write_text(
        "code: wrong\neffective_from: 2000-01-01\nname: Sai\nformula: nobody.counts_it\n---\n"
        "code: coarse\neffective_from: 2000-01-01\nname: Thô\nformula: letters.in\nscale: 7\n"
    )
    report = definitions.check(tmp_path)
    assert [problem.message for problem in report.problems] == [
        "Chỉ tiêu “coarse”: Đơn vị tính “items” không có bậc 7.",
        "Chỉ tiêu “wrong”: Không có phép đo “nobody.counts_it”.",
    ]


def test_an_authority_defines_units_of_its_own() -> None:
    content = MeasureUnitDefinition(
        code="households", effective_from=date(2000, 1, 1), name="hộ", counts=True
    )
    definitions.publish(MEASURE_UNIT, content, LoadReport())
    define("poor", "letters.in", unit="households")
    assert catalogue().notation("poor").unit.name == "hộ"


def target(code: str, **said: object) -> None:
    content = TargetDefinition.model_validate(
        {"code": code, "effective_from": date(2000, 1, 1), "indicator": "letters_in",
         "years": [2021], **said}
    )  # fmt: skip
    definitions.publish(TARGET, content, LoadReport())


def test_a_target_is_for_units_and_years_and_the_nearest_counts() -> None:
    define("letters_in", "letters.in", target={"value": 9})
    target("all", value=1)
    target("wards", value=2, unit_kinds=["ward", "commune"], cmp="<=")
    target("mine", value=3, units=["pho-an"], period_kinds=["year"])
    found = catalogue()
    half = Period.of("half_year", 2021, 1, YEAR_2021.scheme)

    def goal(unit: str, period: Period = YEAR_2021) -> int:
        set_for = found.target("letters_in", unit_tree().by_code[unit], period)
        assert set_for is not None
        return int(set_for.value)

    assert [goal("pho-an"), goal("pho-chau"), goal("duc-pho")] == [3, 2, 1]
    assert goal("pho-an", half) == 2, "what is to be reached in a year says nothing of a half"
    assert goal("pho-an", Period.of("year", 2020, scheme=YEAR_2021.scheme)) == 9


def test_page_and_api_show_the_target_of_each_unit(leader: Client) -> None:
    define("letters_in", "letters.in")
    target("all", value=2)
    page = leader.get("/chi-tieu/letters_in/?period=2021&unit=duc-pho").content.decode()
    assert "từ 2" in page
    found = leader.get("/api/v1/indicators/letters_in?period=2021&unit=duc-pho").json()
    assert (found["value"], found["target"], found["meets_target"]) == (3, "từ 2", True)
    assert found["start"] == "2021-01-01", "the periods of its book"
    assert [(u["code"], u["target"], u["meets_target"]) for u in found["by_unit"]] == [
        ("pho-an", "từ 2", True)
    ]


def test_the_page_of_records_has_a_tab_for_each_book(leader: Client) -> None:
    define("kept", "parcels.taken_in + letters.in")
    address = "/chi-tieu/kept/ho-so/?period=2021&unit=duc-pho"
    first, second = leader.get(address), leader.get(f"{address}&book=letters")
    assert "TD-1" in first.content.decode()
    assert "VB-1" not in first.content.decode()
    assert "Số này gồm 2 thửa đất" in first.content.decode()
    assert "VB-3" in second.content.decode()
    assert "Số này gồm 3 văn bản" in second.content.decode()


def test_an_address_cuts_by_the_dimensions_of_the_books_it_is_about(leader: Client) -> None:
    define("letters_in", "letters.in")
    page = leader.get("/chi-tieu/letters_in/?period=2021&unit=duc-pho&urgency=2")
    assert 'name="urgency" value="2"' in page.content.decode()
    wrong = leader.get("/api/v1/indicators/letters_in?period=2021&unit=duc-pho&urgency=gap")
    assert wrong.status_code == 422
    assert list(wrong.json()["errors"]) == ["urgency"]
