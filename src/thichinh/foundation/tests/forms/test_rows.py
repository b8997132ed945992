"""Groups, tables, conditions inside them, files, and what is still missing of a draft."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from hypothesis import given
from hypothesis import strategies as st

from thichinh.foundation.errors import Refused
from thichinh.foundation.forms import (
    FormContext,
    FormDefinition,
    PrefillSource,
    bind,
    changes,
    check_answers,
    clean_draft,
    flat_columns,
    flat_row,
    json_schema,
    judge,
    shown,
    unknown_sources,
)
from thichinh.foundation.forms.sources import PREFILLS
from thichinh.foundation.ui.form_sample import DAY, DEFINITION, GOOD, WRONG, context, kept

SCHEMA = json_schema(DEFINITION)
PDF = b"%PDF-1.4 quyen su dung dat"


def problems(answers: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Refused) as caught:
        check_answers(DEFINITION, answers, context())
    return caught.value.fields


def posted(answers: dict[str, Any], **more: str) -> QueryDict:
    """What a browser sends of a form with these answers typed in."""
    data = QueryDict(mutable=True)

    def put(under: str, values: dict[str, Any]) -> None:
        for code, value in values.items():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                data[f"{under}{code}-rows"] = str(len(value))
                for number, row in enumerate(value):
                    put(f"{under}{code}-{number}-", row)
            elif isinstance(value, list):
                data.setlist(under + code, value)
            elif value is not False:
                data[under + code] = "on" if value is True else value

    put("a-", answers)
    data.update(more)
    return data


def test_a_page_and_a_program_are_read_alike() -> None:
    unticked = GOOD | {"members": [GOOD["members"][0], {"name": "Đỗ Ý Nhi", "is_paid": False}]}
    program = check_answers(DEFINITION, unticked, context())
    assert bind(DEFINITION, posted(GOOD), context=context()).answers == program


def test_every_wrong_cell_is_named_by_its_path() -> None:
    assert set(problems(WRONG)) == {
        "birth_date",
        "area",
        "members.0.wage",
        "goods.0.worth",
        "goods.1.pieces",
        "goods.1.worth",
        "capital",
    }


def test_a_question_inside_a_row_waits_for_the_answer_beside_it() -> None:
    members = [{"name": "Nhi", "wage": "5000"}, {"name": "Đạt", "is_paid": True, "wage": "5000"}]
    answers = check_answers(DEFINITION, GOOD | {"members": members}, context())
    assert [row.get("wage") for row in answers["members"]] == [None, 5000]


def test_a_row_left_empty_is_no_row_and_too_many_are_refused() -> None:
    blank = {"name": " ", "is_paid": False}
    answers = check_answers(DEFINITION, GOOD | {"members": [blank, {"name": "Nhi"}]}, context())
    assert answers["members"] == [{"name": "Nhi"}]
    assert "nhiều nhất 5 dòng" in problems(GOOD | {"members": [{"name": "x"}] * 6})["members"]
    assert "ít nhất 1 dòng" in problems(GOOD | {"goods": [{}]})["goods"]
    assert "danh sách" in problems(GOOD | {"goods": "bàn"})["goods"]
    assert "hãy bỏ đi" in problems(GOOD | {"members": [{"name": "x", "age": 3}]})["members.0.age"]


def test_a_rule_over_the_form_speaks_at_its_field_and_only_once_it_can_judge() -> None:
    assert "không thể lớn hơn" in problems(GOOD | {"capital": "1"})["capital"]
    assert problems(GOOD | {"capital": ""})["capital"] == "Hãy ghi “Vốn kinh doanh”."


def test_a_draft_knows_what_is_missing_from_what_is_wrong() -> None:
    judged = judge(DEFINITION, WRONG, context())
    assert judged.missing == {"members.0.wage", "goods.1.pieces", "goods.1.worth"}
    assert judged.answers["owner_name"] == "Võ Thị Sương Mai"
    assert "guardian" not in judged.asked
    assert clean_draft(DEFINITION, WRONG)["goods"][0]["worth"] == "500"


def test_rows_are_added_and_dropped_by_buttons_alone() -> None:
    button = bind(DEFINITION).row_button
    form = bind(DEFINITION, posted(GOOD, **{button: "add:members"}), context=context())
    assert (form.is_sent, form.errors, len(form.typed["members"])) == (False, {}, 3)
    form = bind(DEFINITION, posted(GOOD, **{button: "drop:members:0"}), context=context())
    assert [row["name"] for row in form.typed["members"]] == ["Đỗ Ý Nhi"]
    for strange in ("add:owner_name", "drop:members:99", "add:zzz", "drop:members:x", "add", ""):
        form = bind(DEFINITION, posted(GOOD, **{button: strange}), context=context())
        assert len(form.typed["members"]) == 2
    many = GOOD | {"members": [{"name": "x"}] * 5}
    form = bind(DEFINITION, posted(many, **{button: "add:members"}), context=context())
    assert len(form.typed["members"]) == 5


def test_a_new_form_begins_with_what_is_known_and_says_so() -> None:
    form = FormDefinition.model_validate(
        {
            "fields": [
                {"code": "name", "kind": "text", "label": "Tên", "prefill": "test.name"},
                {"code": "copies", "kind": "number", "label": "Số bản", "default": 1},
                {"code": "note", "kind": "text", "label": "Chú", "prefill": "test.note"},
                {"code": "gone", "kind": "text", "label": "Xưa", "prefill": "no.thing"},
            ]
        }
    )
    source = PrefillSource(
        "test", {"name": "Tên", "note": ""}, lambda who: {"name": who, "note": ""}
    )
    with PREFILLS.lent(source):
        bound = bind(form, context=FormContext(day=DAY, subject="Mai"))
        assert bound.typed == {"name": "Mai", "copies": 1}
        assert bound.prefilled == {"name"}
        assert unknown_sources(form) == ["gone: không có nguồn prefill “no.thing”."]


@pytest.mark.django_db
def test_a_file_is_kept_even_when_something_else_is_wrong() -> None:
    where = FormContext(day=DAY, account=7)
    sent = MultiValueDict({"a-papers-new": [SimpleUploadedFile("dat.pdf", PDF)]})
    form = bind(DEFINITION, posted(WRONG), sent, where)
    assert "papers" not in form.errors
    (file,) = form.typed["papers"]
    again = bind(
        DEFINITION, posted(GOOD | {"papers": [f"{file['sha256']} {file['name']}"]}), context=where
    )
    (kept_file,) = again.answers["papers"]
    assert kept_file == {**file, "size": len(PDF), "media_type": "application/pdf"}
    with pytest.raises(Refused):
        check_answers(DEFINITION, GOOD | {"papers": [file]}, FormContext(day=DAY, account=8))
    later = FormContext(day=DAY, account=8, known_files=[file["sha256"]])
    assert check_answers(DEFINITION, GOOD | {"papers": [kept_file]}, later)["papers"] == [kept_file]


@pytest.mark.django_db
def test_a_file_of_another_kind_is_refused_by_name_and_one_that_is_needed_is_asked() -> None:
    where = FormContext(day=DAY, account=7)
    sent = MultiValueDict({"a-papers-new": [SimpleUploadedFile("dat.pdf", b"MZ")]})
    form = bind(DEFINITION, posted(GOOD), sent, where)
    assert form.errors["papers"].startswith("“dat.pdf”: Chỉ nhận tệp PDF hoặc ảnh JPG, PNG.")
    assert not form.is_valid()
    assert problems(GOOD | {"area": 300})["papers"].startswith("Hãy chọn")


def test_answers_are_read_out_with_rows_and_sums() -> None:
    owner, business = shown(DEFINITION, kept())
    assert [(item.label, item.text) for item in owner.items][1:] == [  # type: ignore[union-attr]
        ("Ngày sinh", "25/6/1990"),
        ("Kinh doanh từ", "6/2019"),
        ("Vị trí", "14.8123; 108.9567"),
    ]
    goods = next(item for item in business.items if item.code == "goods")
    assert list(goods.sums) == ["", "13", "27.500.000\u00a0đồng"]  # type: ignore[union-attr]


def test_changes_are_told_in_the_words_of_the_form() -> None:
    after = kept() | {"area": 90, "goods": [*kept()["goods"][:1], {"what": "Xe", "pieces": 1}]}
    told = [
        (change.path, change.before, change.after) for change in changes(DEFINITION, kept(), after)
    ]
    assert told == [
        ("area", "86,5 m²", "90 m²"),
        ("goods.1.what", "Tủ lạnh", "Xe"),
        ("goods.1.worth", "9.500.000\u00a0đồng", ""),
    ]
    assert changes(DEFINITION, kept(), kept()) == []


def test_answers_are_one_row_of_a_list() -> None:
    row = flat_row(DEFINITION, kept())
    assert list(row) == list(flat_columns(DEFINITION))
    assert (row["birth_date"], row["area"], row["goods"], row["goods.worth"]) == (
        "1990-06-25",
        86.5,
        2,
        27_500_000,
    )
    assert (row["place.lat"], row["trades"], row["guardian"]) == (14.8123, "Ăn uống, Khác", None)


PAY = {"is_paid": st.booleans(), "wage": st.integers(0, 9)}
GOODS = {
    "what": st.just("Bàn"),
    "pieces": st.sampled_from([1, 2, 1.5]),
    "worth": st.integers(0, 10**5),
}
GUESS = {
    "owner_name": st.text(max_size=8) | st.just("Mai"),
    "birth_date": st.sampled_from(["1990-06-25", "2010-01-01", "hôm qua", "2090-01-01"]),
    "guardian": st.text(max_size=5),
    "since": st.sampled_from(["2019", "2019-06", "2019-06-25", "6/2019", "2019-13"]),
    "place": st.just({"lat": 14.5, "lon": 108}) | st.just({"lat": 100, "lon": 1}) | st.just("1"),
    "trades": st.lists(st.sampled_from(["food", "repair", "other", "zzz"]), max_size=3, unique=True),
    "other_trade": st.text(max_size=5),
    "area": st.sampled_from([1, 86.5, 86.55, 0, 300, "ba"]),
    "capital": st.integers(-1, 10**8),
    "members": st.lists(
        st.fixed_dictionaries({"name": st.sampled_from(["Đạt", ""])}, optional=PAY),
        max_size=6,
    ),
    "goods": st.lists(
        st.fixed_dictionaries(GOODS),
        max_size=3,
    ),
}  # fmt: skip
ALWAYS = ("owner_name", "birth_date", "trades", "area", "capital", "goods")


@given(
    st.fixed_dictionaries(
        {code: GUESS[code] for code in ALWAYS},
        optional={code: guess for code, guess in GUESS.items() if code not in ALWAYS},
    )
)
def test_what_is_kept_fits_the_schema_and_is_kept_again(
    answers: dict[str, Any],
) -> None:
    judged = judge(DEFINITION, answers, context())
    if not judged.problems:
        jsonschema.validate(judged.answers, SCHEMA)
        assert check_answers(DEFINITION, judged.answers, context()) == judged.answers


def test_the_schema_is_one_and_takes_the_sample() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(kept(), SCHEMA)
    for wrong in ({"capital": "nhiều"}, {"goods": []}, {"zzz": 1}, {"place": {"lat": 1}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(kept() | wrong, SCHEMA)


PLAIN = FormDefinition.model_validate(
    {
        "fields": [
            {"code": "n", "kind": "number", "label": "N", "min": 0, "max": 10},
            {"code": "whole", "kind": "number", "label": "W", "decimals": 0, "required": False},
            {"code": "m", "kind": "money", "label": "M", "required": False},
            {"code": "t", "kind": "text", "label": "T", "max_length": 3, "required": False},
            {"code": "sure", "kind": "boolean", "label": "S"},
            {"code": "c", "kind": "choice", "label": "C", "choices": [{"code": "a", "label": "A"}]},
            {
                "code": "g",
                "kind": "table",
                "label": "G",
                "at_least": 1,
                "at_most": 2,
                "fields": [{"code": "n", "kind": "number", "label": "N", "max": 5}],
            },
        ]
    }
)
NUMBER = st.integers(-2, 12) | st.sampled_from([0.5, 9.25, 10.5])


@given(
    st.fixed_dictionaries(
        {"n": NUMBER, "sure": st.booleans(), "c": st.sampled_from(["a", "b"])},
        optional={
            "whole": NUMBER,
            "m": NUMBER,
            "t": st.sampled_from(["x", "xyz", "xyzt"]),
            "g": st.lists(st.fixed_dictionaries({}, optional={"n": NUMBER}), max_size=3),
            "strange": st.just(1),
        },
    )
)
def test_without_conditions_the_schema_and_the_form_agree(answers: dict[str, Any]) -> None:
    blank = [row for row in answers.get("g", []) if not row]  # an empty row is no row
    fits = jsonschema.Draft202012Validator(json_schema(PLAIN)).is_valid(answers)
    assert bool(judge(PLAIN, answers, context()).problems) == (not fits) or blank
