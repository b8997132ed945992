"""The small language: what it means, what it refuses, and that nothing makes it fail."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thichinh.foundation.errors import Refused
from thichinh.foundation.forms import AnswerScope, FormDefinition, judge
from thichinh.foundation.forms.expressions import evaluate, holds, parse
from thichinh.foundation.forms.words import condition_words
from thichinh.foundation.ui.form_sample import DEFINITION, context

DAY = date(2022, 6, 24)
ANSWERS = {
    "owner_name": "Mai",
    "birth_date": "2004-06-25",
    "trades": ["food", "repair"],
    "area": 0.1,
    "members": [{"name": "Đạt", "is_paid": True, "wage": 5_000_000}, {"name": "Nhi"}],
    "goods": [{"what": "Bàn", "worth": 3}, {"what": "Tủ", "worth": 4}],
    "capital": 10,
}
SCOPE = AnswerScope(DEFINITION.by_code, ANSWERS, DAY)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("area + 0.2 == 0.3", True),
        ("capital / 3 * 3 == capital", True),
        ("years(birth_date, today())", 17),
        ('today() - date("2022-06-01")', 23),
        ('date("2022-06-01") + 23 == today()', True),
        ("year(birth_date)", 2004),
        ("sum(goods.worth)", 7),
        ("max(goods.worth) - min(goods.worth)", 1),
        ("max(capital, 12, 3)", 12),
        ("count(members)", 2),
        ("distinct(goods.what)", True),
        ('"food" in trades', True),
        ('trades in ("other",)', False),
        ('owner_name not in ("Mai", "Nhi")', False),
        ("answered(guardian) or answered(owner_name)", True),
        ("3 < capital <= 10", True),
        ("-capital < 0", True),
        ("abs(3 - capital)", 7),
    ],
)
def test_an_expression_means_what_it_says(text: str, value: object) -> None:
    assert evaluate(parse(text), SCOPE) == value


def test_what_is_not_answered_decides_nothing() -> None:
    empty = AnswerScope(DEFINITION.by_code, {}, DAY)
    for unknown in ("capital > 3", "capital != 3", "not capital > 3", "capital / 0 == 1"):
        assert evaluate(parse(unknown), empty) is None
        assert not holds(parse(unknown), empty)
    assert evaluate(parse("capital > 3 or count(members) == 0"), empty) is True
    assert evaluate(parse("capital > 3 and count(members) > 0"), empty) is False
    assert evaluate(parse("sum(goods.worth)"), empty) == 0
    assert evaluate(parse("max(goods.worth)"), empty) is None


def test_a_name_in_a_row_is_the_row_s_before_the_form_s() -> None:
    members = DEFINITION.by_code["members"]
    row = AnswerScope(members.by_code, ANSWERS["members"][0], DAY, SCOPE)  # type: ignore[index]
    assert evaluate(parse("wage - capital"), row) == Fraction(4_999_990)


@pytest.mark.parametrize(
    "text",
    [
        "(1).real",
        "[x for x in members]",
        "lambda: 1",
        "capital ** 9",
        "capital if area else 1",
        "f'{capital}'",
        "capital is 1",
        "sum(*goods)",
        "sum(goods.worth, key=1)",
        "1e999 > 1",
        "capital >",
        "(" * 300,
        "1" * 501,
        "'\x00'",
        "-" * 60 + "1",
    ],
)
def test_what_is_no_expression_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Refused, match="Biểu thức"):
        parse(text)


@pytest.mark.parametrize("text", ["__import__('os')", "owner_name.__class__", "eval(owner_name)"])
def test_python_s_own_names_mean_nothing(text: str) -> None:
    with pytest.raises(ValueError, match=r"không có hàm|không phải là nhóm"):
        FormDefinition.model_validate(
            {"fields": DEFINITION.steps[0].fields, "checks": [{"rule": text, "message": "?"}]}
        )


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("a", "phải là một điều kiện"),
        ("a == 'x'", "không so sánh được number == text"),
        ("b < 'x'", "không so sánh được text < text"),
        ("a + b > 1", "không tính được number \\+ text"),
        ("c == 'z'", "c không bao giờ là z"),
        ("c in ('x', 'z')", "c không bao giờ là z"),
        ("zzz > 1", "zzz chưa được hỏi"),
        ("a.b > 1", "a không phải là nhóm"),
        ("sum(a) > 1", "hàm sum không nhận number"),
        ("count(a) > 1", "hàm count không nhận number"),
        ("strange(a)", "không có hàm strange"),
        ("years(d) > 1", "hàm years cần 2 giá trị"),
        ("max() > 1", "hàm max cần"),
        ("max(a, d) > 1", "cần một cột"),
        ('date("2022-02-31") < d', "hàm date không nhận"),
        ("not a", "phải là một điều kiện"),
    ],
)
def test_a_rule_that_could_fail_later_is_refused_in_the_definition(rule: str, words: str) -> None:
    fields = [
        {"code": "a", "kind": "number", "label": "A"},
        {"code": "b", "kind": "text", "label": "B"},
        {"code": "c", "kind": "choice", "label": "C", "choices": [{"code": "x", "label": "X"}]},
        {"code": "d", "kind": "date", "label": "D"},
    ]
    with pytest.raises(ValueError, match=words):
        FormDefinition.model_validate(
            {"fields": fields, "checks": [{"rule": rule, "message": "?"}]}
        )


def test_a_condition_is_said_in_words() -> None:
    fields = DEFINITION.by_code
    said = {
        '"other" in trades': "“Ngành nghề” là “Khác”",
        "area > 200": "“Diện tích” lớn hơn 200",
        "not answered(guardian)": "không phải: đã điền “Người đại diện”",
        "capital >= 5 and area <= 1.5": "“Vốn kinh doanh” ít nhất là 5 và “Diện tích” không quá 1,50",
        "years(birth_date, today()) < 18": "số năm từ “Ngày sinh”, hôm nay nhỏ hơn 18",
    }
    assert {text: condition_words(parse(text), fields) for text in said} == said
    wage = DEFINITION.by_code["members"].by_code["wage"]
    assert wage.shown is not None
    assert condition_words(wage.shown, DEFINITION.by_code["members"].by_code) == (
        "đã đánh dấu “Có trả lương”"
    )


FIELDS: list[dict[str, Any]] = [
    {"code": "n", "kind": "number", "label": "N", "required": False},
    {"code": "m", "kind": "money", "label": "M", "required": False},
    {"code": "t", "kind": "text", "label": "T", "required": False},
    {"code": "d", "kind": "date", "label": "D", "required": False},
    {"code": "b", "kind": "boolean", "label": "B", "required": False},
    {
        "code": "g",
        "kind": "table",
        "label": "G",
        "fields": [
            {"code": "n", "kind": "number", "label": "N", "required": False},
            {"code": "d", "kind": "date", "label": "D", "required": False},
        ],
    },
]
NUMBERS = st.recursive(
    st.sampled_from(["n", "m", "1", "0", "2.5", "sum(g.n)", "max(g.n)", "count(g)", "year(d)"]),
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(
        lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
    ),
    max_leaves=5,
)
DATES = st.sampled_from(["d", "today()", "max(g.d)", 'date("2022-01-31")']) | NUMBERS.map(
    lambda number: f"(d + {number})"
)
SIGNS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
CONDITIONS = st.recursive(
    st.tuples(NUMBERS, SIGNS, NUMBERS).map(" ".join)
    | st.tuples(DATES, SIGNS, DATES).map(" ".join)
    | st.sampled_from(["b", "answered(t)", "t == 'x'", "distinct(g.d)", "t in ('x', 'y')"]),
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"
        )
        | inner.map(lambda text: f"not ({text})")
    ),
    max_leaves=6,
)
DAYS = st.dates(date(1901, 1, 1), date(2100, 1, 1))
SENT = st.fixed_dictionaries(
    {},
    optional={
        "n": st.decimals(-1000, 1000, places=2).map(str),
        "m": st.integers(0, 10**12),
        "t": st.sampled_from(["x", "y", "z"]),
        "d": DAYS,
        "b": st.booleans(),
        "g": st.lists(
            st.fixed_dictionaries({}, optional={"n": st.integers(-9, 9), "d": DAYS}),
            max_size=4,
        ),
    },
)  # fmt: skip


@given(st.lists(CONDITIONS.filter(lambda text: len(text) < 500), min_size=1, max_size=4), SENT)
def test_whatever_loads_can_be_filled_in(rules: list[str], sent: dict[str, object]) -> None:
    hidden = {"code": "z", "kind": "text", "label": "Z", "required": False, "show_if": rules[0]}
    form = FormDefinition.model_validate(
        {
            "fields": [*FIELDS, hidden],
            "checks": [{"rule": rule, "message": "Sai."} for rule in rules],
        }
    )
    judged = judge(form, {**sent, "z": "x"}, context())
    scope = AnswerScope(form.by_code, judged.answers, DAY)
    broken = {n for n, rule in enumerate(rules, 1) if evaluate(parse(rule), scope) is False}
    assert set(judged.problems) == {f"checks.{number}" for number in broken}
    assert ("z" in judged.answers) == holds(parse(rules[0]), scope)
    again = judge(form, judged.answers, context())
    assert (again.answers, again.problems) == (judged.answers, judged.problems)
