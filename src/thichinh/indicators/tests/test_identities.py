"""Identities hold on computed values, and find the two mistakes of the published report."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from thichinh.accounts.rules import SYSTEM
from thichinh.foundation.calendar import Period
from thichinh.indicators import actions
from thichinh.indicators.models import IndicatorValue, PublishedValue
from thichinh.indicators.models.definition import PublishedDefinition
from thichinh.indicators.queries import evaluation
from thichinh.indicators.queries.catalogue import catalogue
from thichinh.indicators.queries.checks import (
    Beside,
    Check,
    PeriodSet,
    beside,
    on_computed,
    on_published,
    questions,
)
from thichinh.indicators.queries.evaluation import evaluate, evaluate_one
from thichinh.indicators.queries.published import Statements, statements
from thichinh.indicators.queries.records import behind
from thichinh.indicators.rules.rounding import exact
from thichinh.indicators.rules.units import MEASURE_UNITS, Notation
from thichinh.indicators.tests.small_town import BOTH, FIRST, SECOND, lose_two
from thichinh.stocks.rules import Where

pytestmark = pytest.mark.django_db
CARRY = "carried_over_is_previous_in_progress"
TOTAL = "total_counts_each_dossier_once"
PERIODS = PeriodSet((FIRST, SECOND))


@pytest.fixture
def lost(town: None) -> list[int]:
    return lose_two()[1]


def published(stated: Statements) -> list[Check]:
    in_force = catalogue()
    answers = evaluate(in_force, questions(in_force.identities, PERIODS, ["received_total"]))
    return on_published(in_force, in_force.identities, PERIODS, stated, answers)


def test_the_published_report_breaks_exactly_two_identities(town: None) -> None:
    failed = {c.code: c.result for c in published(statements("duc-pho")) if c.failed}
    assert failed.keys() == {CARRY, TOTAL}
    carry, total = failed[CARRY], failed[TOTAL]
    assert (carry.left, carry.right, carry.difference) == (295, 350, -55)
    assert (total.left, total.right, total.difference) == (39435, 39140, 295)
    assert (carry.period, carry.previous) == (SECOND, FIRST)
    assert total.period == BOTH


def test_what_nobody_stated_is_not_judged(town: None) -> None:
    checks = published(statements("duc-pho"))
    assert all(check.result.passed is not None for check in checks)
    assert not [c for c in checks if c.code == CARRY and c.result.period == FIRST]
    assert published(statements("pho-an")) == []


def test_computed_figures_hold_by_construction(lost: list[int]) -> None:
    in_force = catalogue()
    answers = evaluate(in_force, questions(in_force.identities, PERIODS, []))
    checks = on_computed(in_force, in_force.identities, PERIODS, answers)
    assert {c.result.passed for c in checks} == {True}
    assert {c.code for c in checks} == {i.code for i in in_force.identities}


@pytest.fixture
def stated(lost: list[int]) -> Statements:
    """A paper that forgets the two overdue dossiers and adds the two periods up."""
    for period, values in {
        FIRST: {"received_total": 10, "carried_over": 3, "resolved": 6, "in_progress": 4,
                "in_progress_not_due": 2, "in_progress_overdue": 2},
        SECOND: {"received_total": 6, "carried_over": 2, "resolved": 3, "in_progress": 3,
                 "in_progress_not_due": 3, "in_progress_overdue": 0},
        BOTH: {"received_total": 16},
    }.items():  # fmt: skip
        for code, value in values.items():
            PublishedValue.objects.create(
                statement="t", report="one-stop", indicator=code, period_start=period.first,
                period_end=period.last, unit_code="small", value=value, title="t", source="s",
                published_on=date(2022, 6, 25),
            )  # fmt: skip
    return statements("small")


def test_a_lost_dossier_is_found_by_the_identity_it_broke(
    stated: Statements, lost: list[int]
) -> None:
    carry, total = (c for c in published(stated) if c.failed)
    assert carry.reason.startswith("Đúng 2 hồ sơ đang giải quyết nhưng trễ hạn")
    assert carry.concerned is not None
    [found] = behind(catalogue(), carry.concerned.indicator, carry.concerned.period, Where())
    assert list(found.items) == sorted(lost)
    assert total.concerned is not None
    assert total.concerned.count == 2


def test_it_is_found_from_the_second_period_alone(stated: Statements, lost: list[int]) -> None:
    in_force, alone = catalogue(), PeriodSet((SECOND,))
    answers = evaluate(in_force, questions(in_force.identities, alone, [], stated))
    [carry] = [
        c for c in on_published(in_force, in_force.identities, alone, stated, answers) if c.failed
    ]
    assert carry.concerned is not None
    assert (carry.concerned.period, carry.concerned.count) == (FIRST, len(lost))


def test_the_sentence_names_both_sides_in_vietnamese(stated: Statements) -> None:
    carry = next(c for c in published(stated) if c.code == CARRY and c.failed)
    assert carry.equation == "Kỳ trước chuyển sang (2) ≠ Đang giải quyết kỳ trước (4)"
    assert carry.verdict.startswith("Không khớp: 2 và 4, lệch -2. ")


def test_a_difference_is_explained_only_by_what_it_can_come_from(stated: Statements) -> None:
    in_force = catalogue()
    answers = evaluate(in_force, questions(in_force.identities, PERIODS, in_force.indicators))
    both = beside(in_force, published(stated), SECOND, answers, stated)
    for code in ("carried_over", "received_total", "in_progress", "in_progress_overdue"):
        found = both.because(code)
        assert (both.off(code), found and found.code) == (2, CARRY)
    assert (both.off("resolved"), both.because("resolved")) == (0, None)
    first = beside(in_force, published(stated), FIRST, answers, stated)
    assert first.because("carried_over") is None


@pytest.mark.parametrize(("share", "explained"), [(50, True), (51, False)])
def test_a_share_is_explained_when_it_follows_from_the_published_counts(
    stated: Statements, share: int, explained: bool
) -> None:
    in_force = catalogue()
    answers = evaluate(in_force, questions(in_force.identities, PERIODS, in_force.indicators))
    mixed = {**stated.values(SECOND), "resolved_rate_pct": exact(share)}
    both = Beside(in_force, published(stated), answers.of(SECOND), mixed)
    assert (both.because("resolved_rate_pct") is not None) is explained


def test_a_new_version_of_a_statement_replaces_its_numbers(town: None) -> None:
    content = PublishedDefinition.model_validate(
        {
            "code": "duc-pho-2022", "version": 2, "effective_from": "2022-07-01",
            "report": "one-stop", "unit": "duc-pho", "title": "t", "source": "đính chính",
            "published_on": "2022-07-01",
            "periods": [{"from": "2021-12-15", "to": "2022-06-14", "values": {"carried_over": 350}}],
        }
    )  # fmt: skip
    actions.keep_published(None, content)
    found = statements("duc-pho")
    assert found.values(SECOND) == {"carried_over": 350}
    assert found.by_period.keys() == {SECOND}


def test_a_range_is_cut_into_the_periods_that_papers_state(town: None) -> None:
    found = statements("duc-pho")
    assert found.inside(BOTH) == [FIRST, SECOND]
    assert found.inside(FIRST) == []
    assert found.inside(Period.between(FIRST.first, date(2022, 12, 14))) == []


def test_frozen_values_never_change(lost: list[int]) -> None:
    values = dict(evaluate_one(catalogue(), ["received_total", "resolved_rate_pct"], FIRST))
    snapshot = actions.freeze_values(
        actor=SYSTEM, purpose="báo cáo", unit_code="duc-pho", values={FIRST: values}
    )
    frozen = IndicatorValue.objects.get(snapshot=snapshot, indicator="received_total")
    assert (frozen.value, frozen.version.code) == (10, "received_total")
    with pytest.raises(DatabaseError), transaction.atomic():
        IndicatorValue.objects.filter(pk=frozen.pk).update(value=11)
    with pytest.raises(DatabaseError), transaction.atomic():
        frozen.delete()


def test_numbers_are_written_as_vietnamese_write_them() -> None:
    percent = Notation(MEASURE_UNITS["percent"], 2)
    assert Notation(MEASURE_UNITS["dossiers"]).shown(exact(21003)) == "21.003"
    assert percent.shown(exact(98.335)) == "98,34\u00a0%"
    assert percent.shown(None) == "không có"


def test_no_computation_reads_published_statements() -> None:
    folder = Path(evaluation.__file__).parent
    for name in ("evaluation", "books", "trend", "records", "catalogue"):
        tree = ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        } | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not {n for n in imported if "published" in n.lower()}, name


def paper(values: dict[str, int]) -> PublishedDefinition:
    return PublishedDefinition.model_validate(
        {
            "code": "other", "effective_from": "2022-06-15", "report": "one-stop", "unit": "duc-pho",
            "title": "t", "source": "biên khác", "published_on": "2022-06-15",
            "periods": [{"from": "2020-12-15", "to": "2021-12-14", "values": values}],
        }
    )  # fmt: skip


def test_a_replay_from_other_margins_leaves_no_other_paper_beside_it(town: None) -> None:
    assert actions.state_published(paper({"received_total": 21003})) is False
    assert actions.state_published(paper({"received_total": 9000})) is True
    found = statements("duc-pho")
    assert found.by_period.keys() == {FIRST}
    assert found.values(FIRST) == {"received_total": 9000}
