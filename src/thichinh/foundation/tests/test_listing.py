"""A list as a declaration: order, filters, files, kept views, mass acts, through a real page."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpResponseBase
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from thichinh.foundation.clock import ZONE
from thichinh.foundation.errors import Missing, NotAllowed, Refused
from thichinh.foundation.listing import (
    Column,
    Listing,
    MassAct,
    MassResult,
    Picked,
    Shelf,
    list_page,
)
from thichinh.foundation.listing.export import plain, sheet_name
from thichinh.foundation.models import NumberSeries, SavedView

pytestmark = pytest.mark.django_db
READER = SimpleNamespace(
    account_id=7, is_signed_in=False, is_official=True, name="Lan", on_behalf_of_name="",
    may=lambda permission: permission != "thing.destroy",
)  # fmt: skip


class Filters(forms.Form):
    q = forms.CharField(required=False, max_length=5, label="Tên")

    def __init__(self, actor: Any, data: Any) -> None:
        super().__init__(data)


def _rows(actor: Any, values: Mapping[str, Any], shelf: str) -> Any:
    rows = NumberSeries.objects.filter(series__contains=values.get("q") or "")
    return rows.filter(last__gte=50) if shelf == "big" else rows


def _done(
    actor: Any, rows: Sequence[Picked], values: Mapping[str, Any], once: str
) -> list[MassResult]:
    return [MassResult(r.key, "" if r.key != "A" else "Dòng này đã xong.") for r in rows]


THINGS = Listing[NumberSeries](
    code="things",
    title="Đồ vật",
    rows=_rows,
    filters=Filters,
    order="series",
    key=lambda row: row.series,
    shelves=(Shelf(key="all", label="Tất cả"), Shelf(key="big", label="Lớn", order="-last")),
    counts=lambda actor, values: {"all": None, "big": 3},
    size=4,
    columns=(
        Column(key="series", label="Tên", cell=lambda row: row.series, sort="series"),
        Column(key="last", label="Số", cell=lambda row: row.last, sort="last", is_number=True),
        Column(key="unit", label="Đơn vị", cell=lambda row: row.unit_id),
    ),
    mass=(
        MassAct(key="finish", label="Xong", done="Đã xong", permission="thing.finish", run=_done),
        MassAct(key="burn", label="Đốt", done="Đã đốt", permission="thing.destroy", run=_done),
    ),
)


@pytest.fixture(autouse=True)
def _ten() -> None:
    for place, name in enumerate("ABCDEFGHIJ"):
        NumberSeries.objects.create(series=name, unit_id=1, period=0, last=place * 10)


def ask(query: str = "", data: dict[str, Any] | None = None, listing: Any = THINGS) -> Any:
    factory = RequestFactory()
    request: Any = factory.get(f"/x/{query}") if data is None else factory.post("/x/", data)
    request.actor = READER
    request.session = SessionStore()
    request._messages = FallbackStorage(request)
    answer = list_page(request, listing)
    return SimpleNamespace(answer=answer, request=request, text=_text(answer))


def _text(answer: HttpResponseBase) -> str:
    return "" if getattr(answer, "streaming", False) else answer.content.decode()  # type: ignore[attr-defined]


def names(asked: Any) -> list[str]:
    return [part.split('"')[0] for part in asked.text.split('name="row" value="')[1:]]


def test_the_first_page_is_in_the_usual_order_and_says_how_it_is_sorted() -> None:
    page = ask()
    assert names(page) == ["A", "B", "C", "D"]
    assert 'aria-sort="ascending"' in page.text


def test_a_heading_sorts_and_turns_and_one_that_cannot_is_no_link() -> None:
    assert names(ask("?sort=-last")) == ["J", "I", "H", "G"]
    assert names(ask("?sort=unit")) == names(ask("?sort=;drop")) == ["A", "B", "C", "D"]
    assert "sort=-series" in ask().text
    assert "sort=unit" not in ask().text


def test_a_shelf_keeps_its_rows_its_order_and_its_count() -> None:
    page = ask("?ngan=big")
    assert names(page) == ["J", "I", "H", "G"]
    assert '<span class="count">3</span>' in page.text


def test_a_filter_that_cannot_be_read_is_said_and_filters_nothing() -> None:
    page = ask("?q=quá+dài+rồi")
    assert names(page) == ["A", "B", "C", "D"]
    assert "is-invalid" in page.text or "field-error" in page.text or "error" in page.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?state=bay", "Không có lựa chọn này, nên danh sách chưa lọc"),
        ("?states=bay", "Không có lựa chọn này, nên danh sách chưa lọc"),
        ("?since=30/02/2022", "Không đọc được giá trị này, nên danh sách chưa lọc"),
        ("?least=bay", "Không đọc được giá trị này, nên danh sách chưa lọc"),
        ("?q=dài+quá+rồi", "Dài quá 5 ký tự, nên danh sách chưa lọc"),
        ("?own=bay", "Chỉ có một."),
    ],
)
def test_an_impossible_filter_is_said_in_our_words_that_it_filters_nothing(
    query: str, said: str
) -> None:
    choices = [("1", "Một")]
    filters = {
        "q": forms.CharField(required=False, max_length=5),
        "state": forms.ChoiceField(choices=choices, required=False),
        "states": forms.MultipleChoiceField(choices=choices, required=False),
        "since": forms.DateField(required=False),
        "least": forms.IntegerField(required=False),
        "own": forms.ChoiceField(
            choices=choices, required=False, error_messages={"invalid_choice": "Chỉ có một."}
        ),
    }
    page = ask(query, listing=replace(THINGS, filters=filters))
    assert said in page.text
    assert "hợp lệ" not in page.text
    assert names(page) == ["A", "B", "C", "D"]


def test_nothing_found_is_said_with_what_to_do() -> None:
    assert "Hãy bỏ bớt điều kiện" in ask("?q=zzz").text
    NumberSeries.objects.all().delete()
    assert "Chưa có gì ở đây" in ask().text


def _csv(asked: Any) -> list[list[str]]:
    text = b"".join(asked.answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_a_file_holds_all_pages_in_the_order_asked_for() -> None:
    rows = _csv(ask("?ngan=big&sort=-last&format=csv"))
    assert rows[0] == ["Tên", "Số", "Đơn vị"]
    assert [row[0] for row in rows[1:]] == ["J", "I", "H", "G", "F"]


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
def test_no_cell_of_a_csv_begins_a_formula(start: str) -> None:
    NumberSeries.objects.filter(series="A").update(series=start)
    cells = {row[0] for row in _csv(ask("?format=csv"))}
    assert f"'{start.strip()}" in cells or start.strip() == "x"
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_a_workbook_keeps_numbers_as_numbers_and_formulas_as_text() -> None:
    NumberSeries.objects.filter(series="A").update(series="=1+1")
    asked = ask("?format=xlsx&sort=last")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(asked.answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("Tên", "Số", "Đơn vị")
    assert rows[1] == ("=1+1", 0, 1)
    assert sheet["A2"].data_type == "s"
    assert len(rows) == 11


def test_cells_of_files_are_plain_values() -> None:
    moment = datetime(2022, 3, 1, 9, tzinfo=ZONE)
    assert plain(mark_safe("<b>Đã xong</b> ")) == "Đã xong"
    assert (plain(None), plain(moment), plain(date(2022, 3, 1))) == ("", moment, date(2022, 3, 1))


def test_a_list_that_exports_nothing_answers_with_its_page() -> None:
    asked = ask("?format=csv", listing=replace(THINGS, exports=False))
    assert names(asked) == ["A", "B", "C", "D"]
    assert "format=" not in asked.text


def test_an_unknown_kind_of_file_is_refused() -> None:
    with pytest.raises(Refused, match="CSV"):
        ask("?format=pdf")


def test_a_view_is_kept_under_a_name_shown_and_forgotten() -> None:
    kept = ask(data={"do": "keep-view", "name": " Việc  lớn ", "here": "ngan=big&sort=-last"})
    assert kept.answer.headers["Location"] == "/x/?ngan=big&sort=-last"
    (view,) = SavedView.objects.all()
    assert (view.account_id, view.name, view.query) == (7, "Việc lớn", "ngan=big&sort=-last")
    assert 'href="?ngan=big&amp;sort=-last">Việc lớn</a>' in ask().text
    SavedView.objects.create(account_id=8, listing="things", name="Của người khác", query="")
    assert "Của người khác" not in ask().text
    ask(data={"do": "forget-view", "view": str(view.pk)})
    assert [v.account_id for v in SavedView.objects.all()] == [8]


def test_a_view_without_a_name_or_beyond_the_most_is_refused_with_a_sentence() -> None:
    assert _messages(ask(data={"do": "keep-view", "name": " "})) == [
        "Hãy đặt tên cho cách xem này."
    ]
    for number in range(20):
        ask(data={"do": "keep-view", "name": str(number)})
    assert "hãy xoá bớt" in _messages(ask(data={"do": "keep-view", "name": "21"}))[0]
    assert SavedView.objects.count() == 20


def test_a_view_whose_address_is_too_long_is_refused_and_the_way_back_stays_short() -> None:
    asked = ask(data={"do": "keep-view", "name": "x", "here": "q=" + "ế" * 1900})
    assert "quá dài" in _messages(asked)[0]
    assert asked.answer.headers["Location"] == "/x/"
    assert not SavedView.objects.exists()


def _messages(asked: Any) -> list[str]:
    return [str(message) for message in get_messages(asked.request)]


def test_a_mass_act_says_how_many_were_done_and_why_others_were_not() -> None:
    done = ask(data={"do": "finish", "row": ["B", "C", "B"], "here": "ngan=big"})
    assert done.answer.headers["Location"] == "/x/?ngan=big"
    assert _messages(done) == ["Đã xong: 2 dòng."]
    some = ask(data={"do": "finish", "row": ["A", "B", "C", "B"], "here": "sort=-last"})
    assert "Đã xong: 2 dòng." in some.text
    assert "A: Dòng này đã xong." in some.text


def test_what_was_refused_stays_selected_on_the_page_where_it_was() -> None:
    first = ask("?sort=-last").text.partition("after=")[2].partition('"')[0]
    asked = ask(data={"do": "finish", "row": ["A", "B"], "here": f"sort=-last&after={first}"})
    assert asked.answer.status_code == 422
    assert names(asked) == ["F", "E", "D", "C"]
    asked = ask(data={"do": "finish", "row": ["A", "B"]})
    assert 'value="A" checked' in asked.text
    assert 'value="B" checked' not in asked.text


def test_what_was_typed_and_chosen_for_many_is_not_lost_where_it_cannot_be_read() -> None:
    class Why(forms.Form):
        why = forms.CharField(max_length=5, label="Lý do")

    finish = replace(THINGS.mass[0], form=lambda actor, data: Why(data, prefix="finish"))
    listing = replace(THINGS, mass=(finish,))
    asked = ask(data={"do": "finish", "row": "B", "finish-why": "dài lắm rồi"}, listing=listing)
    assert asked.answer.status_code == 422
    assert 'value="dài lắm rồi"' in asked.text
    assert 'value="B" checked' in asked.text


def test_a_page_whose_rows_are_gone_begins_again() -> None:
    after = ask("?sort=last").text.partition("after=")[2].partition('"')[0]
    NumberSeries.objects.filter(last__gte=40).delete()
    assert names(ask(f"?sort=last&after={after}")) == ["A", "B", "C", "D"]


def test_a_mass_act_needs_rows_and_not_too_many() -> None:
    assert "Hãy chọn ít nhất một dòng trong danh sách." in ask(data={"do": "finish"}).text
    many = ask(data={"do": "finish", "row": ["A", *(str(n) for n in range(200))]})
    assert "200 dòng" in many.text
    assert 'value="A" checked' in many.text


def test_an_act_that_the_reader_may_not_do_is_neither_offered_nor_done() -> None:
    assert "Đốt" not in ask().text
    with pytest.raises(NotAllowed):
        ask(data={"do": "burn", "row": "A"})
    with pytest.raises(Missing):
        ask(data={"do": "unheard-of", "row": "A"})


def test_a_list_whose_own_order_no_column_sorts_by_is_a_fault_of_the_declaration() -> None:
    with pytest.raises(LookupError, match="things"):
        ask(listing=replace(THINGS, order="unit"))


def test_what_people_wrote_keeps_its_brackets_and_only_our_markup_loses_its_tags() -> None:
    assert plain("Sở Tư pháp <khẩn>") == "Sở Tư pháp <khẩn>"
    assert plain("a <b c> d") == "a <b c> d"
    assert plain(mark_safe("<b>Đã xong</b> ")) == "Đã xong"
    assert plain(float("nan")) == "nan"


@pytest.mark.parametrize("title", ["Văn bản đến/đi", "[1] Đơn: * ?", "'", "x" * 60, ""])
def test_any_title_names_a_sheet(title: str) -> None:
    name = sheet_name(title)
    with xlsxwriter.Workbook(io.BytesIO()) as book:
        assert book.add_worksheet(name).get_name() == name
