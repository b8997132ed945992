"""The list reads heads of its indexes: no shelf is gathered and sorted, however much lies on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from thichinh.accounts.models import Account, Person
from thichinh.accounts.queries import actor_for
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.queries.shelves import SHELVES, DossierSieve, shelf_counts, shelf_page
from thichinh.dossiers.rules import record
from thichinh.dossiers.tests.officials import MONDAY, receive
from thichinh.foundation.bulk import copy_rows, reserve_ids
from thichinh.work.tests.test_reading import read_by

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
def test_a_shelf_is_read_no_further_than_its_page(clerk_account: Account, shelf: str) -> None:
    actor = actor_for(clerk_account)
    with CaptureQueriesContext(connection) as asked:
        page = shelf_page(actor, shelf, DossierSieve())
    assert page.rows
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {asked.captured_queries[-1]['sql']}")
        assert read_by(cursor.fetchone()[0][0]["Plan"]) < 800


@pytest.mark.usefixtures("many")
def test_what_was_also_taken_in_for_others_is_counted_up_to_999(clerk_account: Account) -> None:
    counts = shelf_counts(actor_for(clerk_account), DossierSieve())
    assert counts["open"] == 999
    assert counts["results"] is None
