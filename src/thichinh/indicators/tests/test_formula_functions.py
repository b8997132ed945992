"""min, max, abs and if: exact, with "no value" spreading as everywhere, against a naive evaluator."""

from __future__ import annotations

import operator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thichinh.foundation.errors import Refused
from thichinh.indicators.rules.formula import (
    LONGEST,
    Figures,
    Name,
    Value,
    added_names,
    names,
    parse,
    parse_equation,
    work_out,
    written,
)
from thichinh.indicators.tests.test_formula import value

_MARKS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq,
}  # fmt: skip


def test_of_if_only_the_chosen_branch_counts() -> None:
    share = "if(planned > 0, 100 * done / planned, 0)"
    assert value(share, planned=0, done=3) == 0
    assert value(share, planned=8, done=2) == 25
    assert value("if(a == b, a, c)", a=1, b=1) == 1


def test_a_condition_without_a_value_chooses_nothing() -> None:
    assert value("if(planned > 0, 1, 0)") is None
    assert value("if(1 / planned > 0, 1, 0)", planned=0) is None


def test_min_and_max_have_no_value_where_one_of_theirs_has_none() -> None:
    assert value("min(a, b, 3)", a=7, b=5) == 3
    assert value("max(a, b)", a=7) is None
    assert value("abs(a - b)", a=1, b=4) == 3


def test_words_of_python_are_names_like_any_other() -> None:
    assert list(names(parse("class + in_ + not.none - lambda"))) == [
        Name("class"), Name("in_"), Name("not.none"), Name("lambda"),
    ]  # fmt: skip


def test_what_a_function_gives_is_not_a_set_of_records() -> None:
    for text in ("max(a, b)", "if(a > b, a, b)", "abs(a)"):
        assert added_names(parse(text)) is None


def test_a_person_reads_functions_in_vietnamese() -> None:
    def name_of(part: Any) -> str:
        return {"a": "Đã làm", "b": "Kế hoạch"}[part.code]

    assert written(parse("min(a, b) - abs(a)"), name_of) == (
        "số nhỏ nhất trong (Đã làm; Kế hoạch) − |Đã làm|"
    )
    assert written(parse("100 * if(b > 0, a / b, 1)"), name_of) == (
        "100 × (nếu Kế hoạch > 0 thì Đã làm ÷ Kế hoạch, nếu không thì 1)"
    )


@pytest.mark.parametrize(
    "text",
    [
        "min(a)", "abs(a, b)", "if(a, b, c)", "if(a > b, c)", "a if b else c", "a > b",
        "pow(a, b)", "min(a, b)(c)", "a.b(c)", "1_000", "1e9", "0x1f", ".5", "1.", "a // b", "a % b",
        "(a, b)", "min(*a)", "if(a == b == c, 1, 2)", "a and b", "not a", "[a]", "ａ",
        "- " * LONGEST + "a",
    ],
)  # fmt: skip
def test_what_is_not_listed_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(text)
    assert "Công thức" in refused.value.message


def test_the_refusal_quotes_what_is_wrong() -> None:
    with pytest.raises(Refused) as refused:
        parse("a + previous.b) * 2")
    assert "“) * 2”" in refused.value.message
    with pytest.raises(Refused) as refused:
        parse_equation("a")
    assert "đúng một dấu so sánh" in refused.value.message


def test_the_longest_chain_of_signs_is_worked_out() -> None:
    assert value("-" * (LONGEST - 2) + "a", a=4) == 4
    assert value("+".join(["a"] * (LONGEST // 2)), a=1) == LONGEST // 2


_LEAVES = st.one_of(
    st.sampled_from("abc").map(lambda name: ("name", name)),
    st.decimals(0, 999, places=1).map(lambda number: ("number", str(number))),
)


def _deeper(trees: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.tuples(st.sampled_from("+-*/"), trees, trees),
        st.tuples(st.sampled_from(["min", "max"]), trees, trees),
        st.tuples(st.just("abs"), trees),
        st.tuples(st.just("if"), st.sampled_from(["<", "<=", ">", ">=", "=="]), *[trees] * 4),
    )


@given(
    st.recursive(_LEAVES, _deeper, max_leaves=12),
    st.fixed_dictionaries(dict.fromkeys("abc", st.none() | st.integers(-9, 9).map(Fraction))),
)
def test_any_tree_agrees_with_a_naive_evaluator(tree: Any, figures: dict[str, Value]) -> None:
    text = _text(tree)
    if len(text) <= LONGEST:
        assert work_out(parse(text), Figures(figures)) == _naive(tree, figures)


def _text(tree: Any) -> str:
    match tree:
        case ("name" | "number", leaf):
            return str(leaf)
        case ("min" | "max" | "abs" as function, *parts):
            return f"{function}({', '.join(map(_text, parts))})"
        case ("if", mark, left, right, then, otherwise):
            return f"if({_text(left)} {mark} {_text(right)}, {_text(then)}, {_text(otherwise)})"
        case (mark, left, right):
            return f"({_text(left)} {mark} {_text(right)})"


def _naive(tree: Any, figures: dict[str, Value]) -> Value:
    """Exceptions for "no value": another way than the engine's own."""
    try:
        return _strict(tree, figures)
    except (ZeroDivisionError, LookupError):
        return None


def _strict(tree: Any, figures: dict[str, Value]) -> Fraction:
    match tree:
        case ("name", name):
            found = figures[name]
            if found is None:
                raise LookupError
            return found
        case ("number", text):
            return Fraction(text)
        case ("min" | "max" as function, left, right):
            pair = sorted([_strict(left, figures), _strict(right, figures)])
            return pair[0 if function == "min" else 1]
        case ("abs", inside):
            found = _strict(inside, figures)
            return found if found >= 0 else -found
        case ("if", mark, left, right, then, otherwise):
            holds = _MARKS[mark](_strict(left, figures), _strict(right, figures))
            return _strict(then if holds else otherwise, figures)
        case ("/", left, right):
            return _strict(left, figures) / _strict(right, figures)
        case (mark, left, right):
            found = _MARKS[mark](_strict(left, figures), _strict(right, figures))
            assert isinstance(found, Fraction)
            return found
    raise AssertionError(tree)
