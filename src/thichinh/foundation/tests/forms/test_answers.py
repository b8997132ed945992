"""Answers are read as people write them, and each wrong one is named with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thichinh.foundation.errors import Refused
from thichinh.foundation.forms import (
    Answer,
    FormContext,
    FormDefinition,
    ReferenceSource,
    answer_text,
    check_answers,
    clean_draft,
)
from thichinh.foundation.forms.sources import REFERENCES

TODAY = FormContext(day=date(2021, 6, 1))
CHOICES = [{"code": "single", "label": "Độc thân"}, {"code": "divorced", "label": "Đã ly hôn"}]
KINDS = {
    "text": {"max_length": 20},
    "long_text": {},
    "number": {"min": 1, "max": 100},
    "money": {"min": 0},
    "date": {"past": True},
    "choice": {"choices": CHOICES},
    "boolean": {},
    "identity_number": {},
    "phone": {},
    "email": {},
    "address": {},
    "unit": {},
}


@pytest.fixture(autouse=True)
def _units() -> Iterator[None]:
    """Two communes, whatever the apps contribute."""
    names = {"pho-an": "Xã Phổ An", "pho-hoa": "Phường Phổ Hòa"}
    units = ReferenceSource("unit", choices=lambda on: list(names.items()), label=names.get)
    with REFERENCES.lent(units):
        yield


def test_what_can_only_be_a_year_is_not_grouped() -> None:
    year = form({"code": "y", "label": "Từ năm", "kind": "number", "min": 1945, "max": 2100})
    count = form({"code": "n", "label": "Thửa số", "kind": "number", "min": 1, "max": 99999})
    assert answer_text(year.fields[0], 1955) == "1955"
    assert answer_text(count.fields[0], 1955) == "1.955"
    with pytest.raises(Refused) as refused:
        check_answers(year, {"y": "1900"}, TODAY)
    assert "1945" in refused.value.fields["y"]


def form(*fields: dict[str, Any]) -> FormDefinition:
    return FormDefinition.model_validate({"fields": fields})


def field(kind: str, **changes: Any) -> dict[str, Any]:
    return {"code": kind, "label": f"Mục {kind}", "kind": kind, **KINDS[kind], **changes}


def answer(kind: str, raw: object, **changes: Any) -> object:
    return check_answers(form(field(kind, **changes)), {kind: raw}, TODAY)[kind]


def problem(kind: str, raw: object, **changes: Any) -> str:
    with pytest.raises(Refused) as caught:
        check_answers(form(field(kind, **changes)), {kind: raw}, TODAY)
    return caught.value.fields[kind]


@pytest.mark.parametrize(
    ("kind", "raw", "kept"),
    [
        ("text", "  Nguye\u0302\u0303n  Va\u0306n A ", "Nguyễn Văn A"),
        ("text", "An\x00\u200b", "An"),
        ("text", "\ud800Bình", "Bình"),
        ("long_text", "một\r\n hai\t ba ", "một\nhai ba"),
        ("number", "98,5", 98.5),
        ("number", 7, 7),
        ("money", "1.500.000 đồng", 1500000),
        ("date", "25/5/2021", "2021-05-25"),
        ("date", "2021-05-25", "2021-05-25"),
        ("choice", "single", "single"),
        ("boolean", "on", True),
        ("identity_number", "051 099 000 123", "051099000123"),
        ("phone", "+84 905 123 456", "0905123456"),
        ("email", "an@example.vn", "an@example.vn"),
        ("address", "Tổ 2, phường Phổ Minh", "Tổ 2, phường Phổ Minh"),
    ],
)
def test_an_answer_is_kept_in_one_written_form(kind: str, raw: object, kept: object) -> None:
    assert answer(kind, raw) == kept


@pytest.mark.parametrize(
    ("kind", "raw", "words"),
    [
        ("text", "x" * 21, "rút còn nhiều nhất 20"),
        ("text", ["a"], "bằng chữ"),
        ("text", "   ", "Hãy ghi “Mục text”"),
        ("text", None, "Hãy ghi “Mục text”"),
        ("choice", None, "Hãy chọn “Mục choice”"),
        ("number", 0, "từ 1 trở lên"),
        ("number", "101", "không quá 100"),
        ("number", "một trăm", "không phải là số"),
        ("number", float("nan"), "nhập một số"),
        ("number", True, "nhập một số"),
        ("number", "9" * 99, "quá dài"),
        ("money", "10,5", "tròn đến đồng"),
        ("date", "2/6/2021", "chưa đến"),
        ("date", "31/2/2021", ""),
        ("date", "1/1/1800", "sớm quá"),
        ("date", 5, "ngày/tháng/năm"),
        ("choice", "married", "Độc thân; Đã ly hôn"),
        ("boolean", "", "đánh dấu"),
        ("boolean", "maybe", "Có hoặc Không"),
        ("identity_number", "12345", "12 chữ số"),
        ("identity_number", 51099000123, "giữ cả số 0"),
        ("phone", "12345", "bắt đầu bằng 0"),
        ("email", "an@", "ten@vidu.vn"),
    ],
)
def test_a_wrong_answer_says_what_to_do(kind: str, raw: object, words: str) -> None:
    assert words in problem(kind, raw)


def test_all_wrong_answers_are_named_at_once() -> None:
    asked = form(field("text"), field("phone"), field("date"))
    with pytest.raises(Refused) as caught:
        check_answers(asked, {"phone": "1", "date": "hôm qua"}, TODAY)
    assert set(caught.value.fields) == {"text", "phone", "date"}
    assert "3 mục" in caught.value.message


def test_a_name_the_form_does_not_have_is_refused_whatever_it_is_called() -> None:
    for name in ("message", "self", "tên lạ", "\x00"):
        with pytest.raises(Refused, match="mục chưa đúng"):
            check_answers(form(field("text")), {"text": "a", name: "b"}, TODAY)


def test_a_hidden_question_is_neither_required_nor_kept() -> None:
    asked = form(
        field("choice"),
        field("text", show_if={"field": "choice", "values": ["divorced"]}),
    )
    assert check_answers(asked, {"choice": "single", "text": "cũ"}, TODAY) == {"choice": "single"}
    with pytest.raises(Refused):
        check_answers(asked, {"choice": "divorced"}, TODAY)


def test_a_question_behind_a_tick_waits_for_the_tick() -> None:
    asked = form(
        field("boolean", required=False),
        field("text", show_if={"field": "boolean", "values": [True]}),
    )
    assert check_answers(asked, {}, TODAY) == {}
    assert check_answers(asked, {"boolean": "on", "text": "a"}, TODAY)["text"] == "a"


def test_a_draft_keeps_what_was_typed_right_or_wrong() -> None:
    asked = form(field("phone"), field("boolean"), field("number"))
    typed = {"phone": "12", "boolean": True, "number": 5, "lạ": "x", "text": ["a"]}
    assert clean_draft(asked, typed) == {"phone": "12", "boolean": True, "number": "5"}


def test_an_answer_is_read_out_as_people_write_it() -> None:
    asked = {f.kind: f for f in form(*(field(kind) for kind in KINDS)).fields}
    assert answer_text(asked["choice"], "single") == "Độc thân"
    assert answer_text(asked["date"], "2021-05-25") == "25/5/2021"
    assert answer_text(asked["boolean"], True) == "Có"
    assert answer_text(asked["money"], 1500000).startswith("1.500.000")
    assert answer_text(asked["number"], 98.5) == "98,50"
    assert answer_text(asked["text"], None) == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=3,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(sorted(KINDS)) | st.text(max_size=5), JSON, max_size=6))
def test_whatever_is_sent_is_either_kept_or_refused(answers: dict[str, object]) -> None:
    asked = form(*(field(kind, required=False) for kind in KINDS))
    kept = kept_or_refused(asked, answers)
    assert kept is None or check_answers(asked, kept, TODAY) == kept


def kept_or_refused(asked: FormDefinition, answers: dict[str, object]) -> dict[str, Answer] | None:
    try:
        return check_answers(asked, answers, TODAY)
    except Refused as refused:
        if not refused.fields:
            raise
        return None
