"""Values come from the books, together, in a pinned number of questions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from thichinh.accounts.models import Unit
from thichinh.accounts.rules import SYSTEM
from thichinh.foundation.calendar import Period
from thichinh.foundation.errors import Missing, Refused
from thichinh.indicators.queries.catalogue import catalogue
from thichinh.indicators.queries.evaluation import Question, evaluate, evaluate_one
from thichinh.indicators.queries.records import behind
from thichinh.indicators.queries.trend import monthly
from thichinh.indicators.rules.catalogue import build
from thichinh.indicators.tests.small_town import BOTH, FIRST, SECOND, lose_two
from thichinh.stocks import actions as stocks
from thichinh.stocks.models import Movement
from thichinh.stocks.rules import BOOKS, Where

pytestmark = pytest.mark.django_db
FIGURES = (
    "carried_over", "received_new", "received_total", "resolved_on_time", "resolved_late",
    "resolved", "in_progress_not_due", "in_progress_overdue", "in_progress",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _books(town: None) -> None:
    lose_two()


def whole(period: Period, codes: tuple[str, ...] = FIGURES, where: Where = Where()) -> list[int]:  # noqa: B008
    found = evaluate_one(catalogue(), codes, period, where)
    return [int(found[code] or 0) for code in codes]


def test_the_figures_of_a_period_are_those_of_its_days() -> None:
    assert whole(FIRST) == [3, 7, 10, 5, 1, 6, 2, 2, 4]
    assert whole(SECOND) == [4, 4, 8, 3, 0, 3, 3, 2, 5]


def test_two_periods_as_one_count_each_dossier_once() -> None:
    assert whole(BOTH) == [3, 11, 14, 8, 1, 9, 3, 2, 5]


def test_a_share_without_a_base_has_no_value() -> None:
    nobody = Where(root=Unit.objects.get(code="pho-chau").pk)
    found = evaluate_one(catalogue(), ["resolved_rate_pct", "resolved"], FIRST, nobody)
    assert found["resolved_rate_pct"] is None
    assert found["resolved"] == 0
    assert evaluate_one(catalogue(), ["resolved_rate_pct"], FIRST)["resolved_rate_pct"] == 60


def test_folded_books_give_the_same_figures() -> None:
    before = whole(FIRST), whole(SECOND), whole(BOTH)
    while stocks.fold():
        pass
    assert (whole(FIRST), whole(SECOND), whole(BOTH)) == before


def test_a_channel_is_kept_apart() -> None:
    codes = ("received_new_online", "received_new_direct", "received_new_postal", "received_new")
    assert whole(SECOND, codes) == [1, 3, 0, 4]
    assert whole(FIRST, codes) == [0, 7, 0, 7]


def test_values_split_by_dimension_add_up() -> None:
    codes = frozenset({"received_total", "received_new_online"})
    split = evaluate(catalogue(), [Question(SECOND, codes)], by=("channel",))
    assert {key: split.of(SECOND, key)["received_total"] for key in split.all_keys()} == {
        (1,): 7, (2,): 1,
    }  # fmt: skip
    by_unit = evaluate(catalogue(), [Question(SECOND, codes)], by=("unit", "field"))
    [key] = by_unit.all_keys()
    assert key[1] == "ho-tich"
    assert by_unit.of(SECOND, key)["received_new_online"] == 1


def questions_to_the_books(*periods: Period) -> int:
    """What all indicators of the dossiers' book cost together; another book has questions of its own."""
    in_force = catalogue()
    codes = frozenset(c for c in in_force.indicators if in_force.books([c]) == ["dossiers"])
    asked = [Question(period, codes) for period in periods]
    with CaptureQueriesContext(connection) as seen:
        evaluate(in_force, asked)
    return sum("GROUP BY" in query["sql"] for query in seen.captured_queries)


def test_every_indicator_of_a_period_takes_one_question_for_flows_and_two_for_balances() -> None:
    assert questions_to_the_books(FIRST) == 3


def test_periods_that_touch_share_their_questions() -> None:
    assert questions_to_the_books(FIRST, SECOND, BOTH) == 5, "two stretches, three instants"


def test_a_correction_moves_the_figures_and_keeps_the_sum() -> None:
    number = BOOKS["dossiers"].number
    wrong = Movement.objects.filter(target=number("early")).order_by("at")[0]
    stocks.correct(SYSTEM, wrong, target=number("late"), reason="ghi nhầm ngày trả")
    assert whole(FIRST) == [3, 7, 10, 4, 2, 6, 2, 2, 4]
    [late] = behind(catalogue(), "resolved_late", FIRST, Where())
    [on_time] = behind(catalogue(), "resolved_on_time", FIRST, Where())
    assert (len(late.items), len(on_time.items)) == (2, 4)


@pytest.mark.parametrize("code", FIGURES)
@pytest.mark.parametrize("period", [FIRST, SECOND, BOTH])
def test_every_count_opens_to_as_many_records(code: str, period: Period) -> None:
    [found] = behind(catalogue(), code, period, Where())
    assert found.count == len(found.items) == whole(period, (code,))[0]


def test_a_share_sends_to_its_inputs_instead() -> None:
    with pytest.raises(Missing):
        behind(catalogue(), "resolved_rate_pct", FIRST, Where())


def test_months_add_up_to_the_period() -> None:
    trend = monthly(
        catalogue(), "dossiers", ["received_new", "resolved", "in_progress"], BOTH, Where()
    )
    assert len(trend.months) == 18
    assert sum(trend.values["received_new"]) == 11
    assert sum(trend.values["resolved"]) == 9
    assert trend.values["in_progress"][-1] == 5
    assert trend.values["in_progress"][11] == 4


def test_a_formula_that_goes_in_circles_is_refused() -> None:
    in_force = catalogue()
    ring = [
        in_force.indicator("resolved").model_copy(update={"formula": "in_progress"}),
        in_force.indicator("in_progress").model_copy(update={"formula": "resolved"}),
    ]
    with pytest.raises(Refused) as refused:
        build(ring, []).in_order(["resolved"])
    assert "→" in refused.value.message


def test_every_shipped_indicator_comes_down_to_registered_measures() -> None:
    found = evaluate_one(catalogue(), catalogue().indicators, FIRST)
    assert all(v is None or isinstance(v, Fraction) for v in found.values())
