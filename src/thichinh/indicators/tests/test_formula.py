"""Formulas are parsed into trees, worked out exactly, and never run as code."""

from __future__ import annotations

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thichinh.foundation.errors import Refused
from thichinh.indicators.rules.formula import (
    Figures,
    Name,
    added_names,
    names,
    parse,
    parse_equation,
    work_out,
)


def value(text: str, **figures: int | None) -> Fraction | None:
    found = {k: None if v is None else Fraction(v) for k, v in figures.items()}
    return work_out(parse(text), Figures(found))


def test_a_share_is_exact() -> None:
    assert value("100 * a / b", a=20653, b=21003) == Fraction(2065300, 21003)


def test_multiplication_binds_stronger_and_subtraction_goes_left_to_right() -> None:
    assert value("a - b - c * 2", a=10, b=3, c=2) == 3
    assert value("a - (b - c) * 2", a=10, b=3, c=2) == 8
    assert value("-a + b", a=1, b=3) == 2


def test_a_division_by_zero_has_no_value_and_that_is_not_zero() -> None:
    assert value("100 * a / b", a=0, b=0) is None
    assert value("a + 100 * b / c", a=1, b=1, c=0) is None


def test_a_missing_figure_has_no_value() -> None:
    assert value("a + b", a=1) is None
    assert value("a + b", a=1, b=None) is None


@pytest.mark.parametrize(
    "text",
    [
        "", "a +", "(a", "a)", "a b", "a ** b", "__import__('os')", "a; b", "sum()", "a == b",
        "A + 1", "1..2", "a.b.c +", "sum(previous.a)", "(" * 220 + "a" + ")" * 220, "* a", "9 9",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(text)
    assert "Công thức" in refused.value.message


def test_an_identity_has_exactly_one_comparison() -> None:
    sides = parse_equation("a == previous.b")
    assert list(names(sides)) == [Name("a"), Name("b", "previous")]
    for text in ("a", "a == b == c", "a = b"):
        with pytest.raises(Refused):
            parse_equation(text)


def test_names_know_their_scope_and_measures_their_app() -> None:
    found = list(names(parse("dossiers.new + first.x + total.y + sum(z)")))
    assert found == [
        Name("dossiers.new"), Name("x", "first"), Name("y", "total"), Name("z", "sum"),
    ]  # fmt: skip
    assert found[0].is_measure


def test_a_sum_runs_over_every_period() -> None:
    figures = Figures({}, every=[{"a": Fraction(2)}, {"a": Fraction(5)}])
    assert work_out(parse("sum(a) - first.a"), figures) == 5
    assert work_out(parse("sum(b)"), figures) is None


def test_only_added_names_are_sets_of_records() -> None:
    assert added_names(parse("a + b - (c - d)")) == [
        (1, Name("a")), (1, Name("b")), (-1, Name("c")), (1, Name("d")),
    ]  # fmt: skip
    assert added_names(parse("100 * a / b")) is None


@given(st.lists(st.integers(-99, 99), min_size=1, max_size=12), st.data())
def test_any_chain_of_sums_agrees_with_python(numbers: list[int], data: st.DataObject) -> None:
    text, expected = "a0", numbers[0]
    for at, number in enumerate(numbers[1:], 1):
        mark = data.draw(st.sampled_from("+-"))
        text += f" {mark} a{at}"
        expected += number if mark == "+" else -number
    figures = Figures({f"a{at}": Fraction(n) for at, n in enumerate(numbers)})
    assert work_out(parse(text), figures) == expected


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    with contextlib.suppress(Refused):
        parse(text)
