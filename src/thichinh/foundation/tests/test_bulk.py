"""What COPY writes is what an insert writes, whatever the values hold."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import DataError

from thichinh.foundation.bulk import copy_rows, reserve_ids
from thichinh.foundation.clock import ZONE
from thichinh.foundation.models import AuditEntry

FIELDS = ("id", "at", "account_id", "action", "object_type", "request_id", "ip", "data")
TEXT = st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
MOMENT = st.datetimes(
    datetime(1976, 1, 1),  # noqa: DTZ001  # Hypothesis wants naive bounds
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, ZONE]),
)
ROW = st.tuples(
    MOMENT,
    st.none() | st.integers(-(2**63), 2**63 - 1),
    TEXT,
    TEXT,
    st.none() | st.uuids(),
    st.none() | st.ip_addresses(v=4),
    JSON.filter(lambda value: value is not None),
)


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(ROW, min_size=1, max_size=4))
def test_copied_rows_come_back_as_they_were(rows: list[tuple[object, ...]]) -> None:
    ids = reserve_ids(AuditEntry, len(rows))
    assert copy_rows(AuditEntry, FIELDS, [(pk, *row) for pk, row in zip(ids, rows, strict=True)])
    back = AuditEntry.objects.filter(pk__in=ids).order_by("pk").values_list(*FIELDS[1:])
    assert list(back) == [(*row[:5], row[5] and str(row[5]), row[6]) for row in rows]


@pytest.mark.django_db(transaction=True)
def test_reserved_ids_are_given_to_nobody_else() -> None:
    done = Event()

    def others() -> list[int]:
        taken = []
        try:
            with connection.cursor() as cursor:
                while not done.is_set():
                    cursor.execute(
                        "SELECT nextval(pg_get_serial_sequence('foundation_auditentry', 'id')) "
                        "FROM generate_series(1, 100)"
                    )
                    taken += [row[0] for row in cursor.fetchall()]
        finally:
            connection.close()
        return taken

    with ThreadPoolExecutor(2) as pool:
        theirs = [pool.submit(others) for _ in range(2)]
        ours = [pk for _ in range(600) for pk in reserve_ids(AuditEntry, 3)]
        done.set()
    everybody = ours + [pk for other in theirs for pk in other.result()]
    assert len(everybody) == len(set(everybody))
    assert ours == sorted(ours)


@pytest.mark.django_db
@pytest.mark.parametrize(("value", "error"), [("a\x00b", DataError), (object(), TypeError)])
def test_a_value_that_no_column_can_hold_is_refused(value: object, error: type[Exception]) -> None:
    row = (datetime(2022, 1, 1, tzinfo=UTC), None, value, "", None, None, {})
    with pytest.raises(error), transaction.atomic():
        copy_rows(AuditEntry, FIELDS[1:], [row])
