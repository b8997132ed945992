"""The list reads heads of its indexes: no shelf is gathered and sorted, however much lies on it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from thichinh.accounts.models import Account, Person, Unit
from thichinh.accounts.queries import actor_for, unit_tree
from thichinh.accounts.rules import Actor
from thichinh.dossiers.listings import DOSSIERS
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.queries import shelves
from thichinh.dossiers.queries.shelves import (
    BY_DEADLINE,
    SHELVES,
    DossierShelf,
    DossierSieve,
    shelf_counts,
)
from thichinh.dossiers.rules import record
from thichinh.dossiers.tests.officials import MONDAY, receive
from thichinh.foundation.bulk import copy_rows, reserve_ids
from thichinh.foundation.heads import AtLeast, counts_up_to
from thichinh.foundation.paging import KeysetPage, Order, keyset_page
from thichinh.work.tests.test_reading import read_by, rows_read

from .conftest import NewOfficer

pytestmark = pytest.mark.usefixtures("monday")
MANY = 6_000


@pytest.fixture
def many(monday: None, clerk_account: Account, person: Person) -> None:
    """A unit full of dossiers on every shelf, as copies of one that was received."""
    one = receive(clerk_account, person)
    ids, rows = reserve_ids(Dossier, MANY), []
    for n, pk in enumerate(ids):
        one.number, one.register_number = f"X-{n:06d}", 100 + n
        one.state = (2, 4, 1, 5, 9, 4)[n % 6]
        one.due_at = MONDAY + timedelta(minutes=n - MANY // 2)
        rows.append((pk, *record.dossier_row(one)))
    copy_rows(Dossier, ("id", *record.DOSSIER_FIELDS), rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE dossiers_dossier")


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("shelf", SHELVES)
def test_a_shelf_is_read_no_further_than_its_page(
    client: Client, clerk_account: Account, shelf: str
) -> None:
    client.force_login(clerk_account)
    address = f"/ho-so/?ngan={shelf}"
    for _ in range(3):  # the first page, and two after it
        with CaptureQueriesContext(connection) as asked:
            page = client.get(address).context
        assert len(page["lines"]) == DOSSIERS.size
        assert read_for(asked.captured_queries) < 800
        address = f"/ho-so/{page['next_url']}"


def read_for(asked: list[dict[str, str]]) -> int:
    """How many rows the query read that reads the rows of the page."""
    (one,) = (q["sql"] for q in asked if f"LIMIT {DOSSIERS.size + 1}" in q["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {one}")
        return read_by(cursor.fetchone()[0][0]["Plan"])


def shelf_page(
    actor: Actor, shelf: DossierShelf, sieve: DossierSieve, after: str = ""
) -> KeysetPage[Dossier]:
    """As the list reads it in the shelf's usual order."""
    order = Order("due_at") if shelf in BY_DEADLINE else Order("pk", descending=True)
    rows = shelves.shelf_rows(actor, shelf, sieve)
    first = partial(shelves.shelf_first, actor, shelf, sieve)
    return keyset_page(rows, order, DOSSIERS.size, after=after, first=first)


@pytest.fixture
def spread(many: None) -> None:
    """The same dossiers, spread over five communes."""
    codes = ("pho-an", "pho-chau", "pho-cuong", "pho-hoa", "pho-khanh")
    units = [Unit.objects.get(code=code).pk for code in codes]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dossiers_dossier SET unit_id = (%(units)s::bigint[])[1 + id %% 5],"
            " receiving_unit_id = (%(units)s::bigint[])[1 + id %% 5] WHERE number LIKE 'X-%%'",
            {"units": units},
        )
        cursor.execute("ANALYZE dossiers_dossier")


@pytest.mark.usefixtures("spread")
@pytest.mark.parametrize("shelf", SHELVES)
def test_a_leader_of_many_units_reads_the_heads_of_each(
    new_official: NewOfficer, shelf: DossierShelf
) -> None:
    leader = actor_for(new_official("unit-leader", "duc-pho"))
    first = shelf_page(leader, shelf, DossierSieve())
    assert len(first.rows) == DOSSIERS.size
    assert rows_read(lambda: shelf_page(leader, shelf, DossierSieve())) < 1_500
    assert rows_read(lambda: shelf_page(leader, shelf, DossierSieve(), first.next)) < 1_500


@pytest.mark.usefixtures("spread")
@pytest.mark.parametrize("shelf", ["open", "overdue", "soon"])
def test_one_unit_of_a_leader_is_read_no_further_than_its_page(
    new_official: NewOfficer, shelf: DossierShelf
) -> None:
    leader = actor_for(new_official("unit-leader", "duc-pho"))
    sieve = DossierSieve(unit_id=Unit.objects.get(code="pho-hoa").pk)
    assert len(shelf_page(leader, shelf, sieve).rows) == DOSSIERS.size
    assert rows_read(lambda: shelf_page(leader, shelf, sieve)) < 500


@pytest.mark.usefixtures("spread")
def test_what_falls_due_soon_is_counted_no_further_than_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shelves, "counts_up_to", partial(counts_up_to, most=99))
    units = frozenset(unit_tree().nodes)
    count, rows = shelves.due_soon(units, 6)
    assert (count, isinstance(count, AtLeast), len(rows)) == (99, True, 6)
    assert rows == sorted(rows, key=lambda row: (row.due_at, row.pk))
    assert rows_read(lambda: shelves.due_soon(units, 6)) < 400


@pytest.mark.usefixtures("many")
def test_what_was_also_taken_in_for_others_is_counted_up_to_999(clerk_account: Account) -> None:
    counts = shelf_counts(actor_for(clerk_account), DossierSieve())
    assert counts["open"] == 999
    assert counts["results"] is None
