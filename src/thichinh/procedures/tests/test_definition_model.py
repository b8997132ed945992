"""A definition cannot contradict itself."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from thichinh.procedures.models import Term
from thichinh.procedures.tests.conftest import definition

DAY = {"unit": "working_days", "amount": 1}
STEP = {"code": "xem", "name": "Xem", "unit": "desk", "term": DAY}
CHOICE = {
    "code": "kind",
    "label": "Loại",
    "kind": "choice",
    "choices": [{"code": "a", "label": "A"}],
}


def test_a_small_procedure_is_valid() -> None:
    assert definition().term == Term(unit="working_days", amount=3)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"steps": [STEP, STEP | {"code": "ky", "term": DAY | {"amount": 3}}]}, "add up to"),
        ({"steps": [STEP, STEP]}, "steps: xem twice"),
        ({"service_level": 3}, "mode: level 3"),
        ({"online": True, "channels": ["online"]}, "online: offered"),
        ({"service_level": 3, "mode": "mot_phan", "online": True}, "channels: online"),
        ({"channels": ["postal"], "requires_presence": True}, "cannot come by post"),
        ({"national_code": "1.23"}, "national_code"),
        ({"legal_basis": []}, "legal_basis"),
        ({"papers": [{"code": "don", "name": "Đơn"}]}, "at least one original or copy"),
        ({"form": [CHOICE, CHOICE]}, "form: kind twice"),
        ({"form": [CHOICE | {"choices": []}]}, "choices belong"),
        (
            {"form": [CHOICE | {"show_if": {"field": "x", "values": ["a"]}}]},
            "x chưa được hỏi trước",
        ),
        (
            {
                "form": [
                    CHOICE,
                    {"code": "b", "label": "B", "kind": "text"}
                    | {"show_if": {"field": "kind", "values": ["z"]}},
                ]
            },
            "kind không bao giờ là z",
        ),
        ({"term": {"unit": "same_day", "amount": 2}}, "same_day has amount 0"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_contradiction_is_named(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        definition(**changes)


def test_a_form_published_before_forms_had_rows_still_loads_and_agrees() -> None:
    stored = {
        "code": "name", "label": "Họ tên", "label_en": "", "kind": "text", "required": True,
        "hint": "", "max_length": None, "choices": [], "min": None, "max": None, "earliest": None,
        "past": False, "show_if": None,
    }  # fmt: skip
    then = definition(form=[stored])
    assert then.model_dump() == definition().model_dump()
