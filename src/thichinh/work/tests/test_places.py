"""Heads of many places merge into the order of the whole, and keys are sent as one array."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from thichinh.accounts.models import Unit
from thichinh.foundation.heads import AtLeast, Places, any_of, counts_up_to, first_of
from thichinh.foundation.paging import Order
from thichinh.work.models import Task

from .conftest import NOW, OFFICE, OTHER, write_tasks

BY_DUE = Order("due_order")
ORDERS = (BY_DUE, BY_DUE.reversed, Order("pk"), Order("pk", descending=True))


@pytest.fixture
def units() -> list[int]:
    return [Unit.objects.get(code=code).pk for code in (OFFICE, OTHER)]


@pytest.fixture
def tied(units, an) -> None:
    """Sixty tasks of two units, of which three always fall due together; one in three is an's, and
    one in five has no deadline."""
    write_tasks(
        60,
        units,
        due_at=lambda i: None if i % 5 == 0 else NOW + timedelta(minutes=7 * (i // 3) % 40),
        assignee=lambda i: an.pk if i % 3 == 0 else None,
    )


@pytest.mark.usefixtures("tied")
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 7, 59, 60, 100])
def test_merged_heads_are_the_order_of_the_whole(units, order: Order, size: int) -> None:
    places = [Places(Task.objects.all(), "unit", units)]
    whole = list(Task.objects.order_by(*order.fields)[:size])
    assert list(first_of(Task.objects.all(), places, order, size)) == whole


@pytest.mark.usefixtures("tied")
@pytest.mark.parametrize("order", ORDERS)
def test_what_lies_in_two_places_comes_once(units, an, order: Order) -> None:
    everything = Task.objects.all()
    places = [Places(everything, "assignee", [an.pk]), Places(everything, "unit", units[:1])]
    seen = everything.filter(any_of("unit", units[:1])) | everything.filter(assignee=an)
    found = list(first_of(seen, places, order, 25))
    assert found == list(seen.order_by(*order.fields)[:25])
    assert len({task.pk for task in found}) == 25


@pytest.mark.usefixtures("tied")
def test_pages_after_one_another_give_every_row_once(units) -> None:
    everything, seen = Task.objects.all(), []
    rows = everything
    while page := list(first_of(rows, [Places(rows, "unit", units)], BY_DUE, 7)):
        seen += page
        rows = everything.filter(BY_DUE.beyond((page[-1].due_order, page[-1].pk)))
    assert seen == list(everything.order_by("due_order", "pk"))


@pytest.mark.usefixtures("tied")
def test_a_place_without_keys_and_one_that_cannot_be_are_empty(units) -> None:
    everything = Task.objects.all()
    nowhere = Places(everything, "unit", [])
    impossible = Places(everything.filter(pk__in=[]), "unit", units)
    assert list(first_of(everything, [nowhere], BY_DUE, 5)) == []
    assert list(first_of(everything, [impossible], BY_DUE, 5)) == []
    here = Places(everything, "unit", units)
    some = list(first_of(everything, [nowhere, impossible, here], BY_DUE, 5))
    assert some == list(everything.order_by("due_order", "pk")[:5])
    assert list(first_of(everything, [], BY_DUE, 5)) == some


@pytest.mark.usefixtures("tied")
def test_any_of_keeps_the_rows_of_the_keys_and_none_without_a_key(units, an) -> None:
    everything = Task.objects.all()
    assert not everything.filter(any_of("unit", [])).exists()
    for keys in (units[:1], units, {*units, 10**15}):
        kept = everything.filter(any_of("unit", keys))
        assert set(kept) == set(everything.filter(unit_id__in=keys))
    mine = everything.filter(any_of("assignee", [an.pk, 10**15]))
    assert set(mine) == set(everything.filter(assignee=an))  # and not those of nobody


@pytest.mark.usefixtures("tied")
def test_however_many_keys_any_of_is_one_parameter(units) -> None:
    texts = []
    for keys in ([*units], [*units, *range(10**12, 10**12 + 5_000)]):
        text, params = Task.objects.filter(any_of("unit", keys)).query.sql_with_params()
        texts.append((text, len(params)))
        assert Task.objects.filter(any_of("unit", keys)).count() == 60
    assert texts[0] == texts[1]


@pytest.mark.usefixtures("tied")
def test_counts_of_places_count_no_row_twice_and_stop(units, an) -> None:
    everything = Task.objects.all()
    asked = {
        "both": [everything.filter(unit=units[0]), everything.filter(assignee=an)],
        "none": [everything.filter(pk__in=[])],
        "nothing": [],
    }
    with CaptureQueriesContext(connection) as said:
        counts = counts_up_to(asked)
    assert counts == {"both": 40, "none": 0, "nothing": 0}
    assert len(said) == 1
    assert counts_up_to(asked, most=39)["both"] == AtLeast(39)
    assert isinstance(counts_up_to(asked, most=39)["both"], AtLeast)
    assert not isinstance(counts_up_to(asked, most=40)["both"], AtLeast)
