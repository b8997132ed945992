"""Keyset pages: every row once, forth and back, whatever the order and however ties lie."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thichinh.foundation.models import SavedView
from thichinh.foundation.paging import Order, keyset_page, read_cursor, written_cursor

pytestmark = pytest.mark.django_db
QUIET = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@QUIET
@given(
    names=st.lists(st.sampled_from(["", "a", "b", "đ", "ệ", "z'"]), max_size=12),
    size=st.integers(1, 4),
    descending=st.booleans(),
    field=st.sampled_from(["query", "account_id", "pk"]),
)
def test_paging_forth_and_back_shows_every_row_once(
    names: list[str], size: int, descending: bool, field: str
) -> None:
    SavedView.objects.all().delete()
    for number, name in enumerate(names):
        SavedView.objects.create(account_id=number % 3, listing="x", name=str(number), query=name)
    order = Order(field, descending)
    whole = list(SavedView.objects.order_by(*order.fields))
    pages = []
    page = keyset_page(SavedView.objects.all(), order, size)
    assert page.previous == ""
    while True:
        pages.append(page)
        if not page.next:
            break
        page = keyset_page(SavedView.objects.all(), order, size, after=page.next)
    assert [row for page in pages for row in page.rows] == whole
    for earlier, later in zip(reversed(pages[:-1]), reversed(pages[1:]), strict=True):
        back = keyset_page(SavedView.objects.all(), order, size, before=later.previous)
        assert back.rows == earlier.rows
        assert bool(back.previous) == bool(earlier.previous)


def test_a_page_may_be_read_by_other_means_than_one_query() -> None:
    rows = [SavedView.objects.create(account_id=7, listing="x", name=n, query=n) for n in "abc"]
    order, asked = Order("query"), []

    def first(by: Order, beyond: Q, most: int) -> list[SavedView]:
        asked.append(most)
        return sorted(SavedView.objects.filter(beyond), key=lambda view: view.query)[:most]

    page = keyset_page(SavedView.objects.none(), order, 2, first=first)
    rest = keyset_page(SavedView.objects.none(), order, 2, after=page.next, first=first)
    assert (page.rows, rest.rows, asked) == (rows[:2], rows[2:], [3, 3])


def test_a_cursor_tells_exactly_the_row_that_it_was_written_of() -> None:
    row = SavedView.objects.create(account_id=7, listing="x", name="n", query="Đặng ‘x’")
    assert read_cursor(written_cursor(row, Order("query"))) == ("Đặng ‘x’", row.pk)
    assert read_cursor(written_cursor(row, Order("account_id"))) == (7, row.pk)


def test_a_cursor_of_another_order_begins_at_the_beginning() -> None:
    row = SavedView.objects.create(account_id=7, listing="x", name="n", query="no number")
    of_text = written_cursor(row, Order("query"))
    assert keyset_page(SavedView.objects.all(), Order("account_id"), 5, after=of_text).rows == [row]


def _cursor(*parts: object) -> str:
    return urlsafe_b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "é",
        "A" * 501,
        _cursor("t", "yesterday", 1),
        _cursor("t", "2022-01-01T00:00:00", 1),
        _cursor("n", "NaN", 1),
        _cursor("n", "1e400", 1),
        _cursor("s", "a\x00", 1),
        _cursor("s", "\ud800", 1),
        _cursor("s", "a", -1),
        _cursor("s", "a", 1 << 63),
        _cursor("s", "a", True),
        _cursor("s", "a"),
        _cursor("?", "a", 1),
        _cursor(["s"], "a", 1),
    ],
)
def test_a_cursor_that_makes_no_sense_begins_at_the_beginning(text: str) -> None:
    SavedView.objects.create(account_id=1, listing="x", name="n")
    assert read_cursor(text) is None
    assert len(keyset_page(SavedView.objects.all(), Order("query"), 5, after=text).rows) == 1
