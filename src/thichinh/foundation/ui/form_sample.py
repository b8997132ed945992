"""A form with everything that the form engine knows, for the living page."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from thichinh.foundation.forms import BoundForm, FormContext, FormDefinition, bind, check_answers
from thichinh.foundation.yaml_files import read_yaml

DAY = date(2022, 6, 24)
DEFINITION = FormDefinition.model_validate(read_yaml(Path(__file__).with_suffix(".yaml"))[0])
GOOD: dict[str, Any] = {
    "owner_name": "Võ Thị Sương Mai",
    "birth_date": "25/6/1990",
    "since": "6/2019",
    "place": "14.8123; 108.9567",
    "trades": ["food", "other"],
    "other_trade": "Cho thuê đồ cưới",
    "area": "86,5",
    "members": [
        {"name": "Huỳnh Tấn Đạt", "is_paid": True, "wage": "5.000.000"},
        {"name": "Đỗ Ý Nhi"},
    ],
    "goods": [
        {"what": "Bàn ghế", "pieces": "12", "worth": "18.000.000"},
        {"what": "Tủ lạnh", "pieces": "1", "worth": "9.500.000"},
    ],
    "capital": "100.000.000",
}
WRONG = GOOD | {
    "birth_date": "31/2/1990",
    "area": "86,55",
    "members": [{"name": "Huỳnh Tấn Đạt", "is_paid": True}],
    "goods": [{"what": "Bàn ghế", "pieces": "12", "worth": "500"}, {"what": "Tủ lạnh"}],
    "capital": "100",
}


def context() -> FormContext:
    return FormContext(day=DAY)


def typed() -> BoundForm:
    """The form as somebody who made no mistake left it."""
    return bind(DEFINITION, answers=GOOD, context=context())


def wrong() -> BoundForm:
    """The form as it comes back with everything that is wrong."""
    form = bind(DEFINITION, answers=WRONG, context=context(), prefix="w-")
    form.show_problems()
    return form


def kept() -> dict[str, Any]:
    """The answers of `typed` as they are kept."""
    return check_answers(DEFINITION, GOOD, context())
