"""An act inside a request that is done once: no savepoint, and still all of it or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from thichinh.foundation.errors import Refused
from thichinh.foundation.idempotency import once, one_act
from thichinh.foundation.models import NumberSeries
from thichinh.foundation.numbering import next_number


@one_act
def numbered(*, refused: bool = False) -> dict[str, Any]:
    number = next_number("t", 1, 2022)
    if refused:
        raise Refused("no")
    return {"number": number}


def _savepoints(run: Any) -> int:
    with CaptureQueriesContext(connection) as seen:
        run()
    return sum(query["sql"].startswith("SAVEPOINT") for query in seen)


@pytest.mark.django_db
def test_only_the_request_itself_is_a_savepoint() -> None:
    assert _savepoints(lambda: once(1, "k", "f", numbered)) == 1  # the test's own transaction
    assert _savepoints(numbered) == 1


@pytest.mark.django_db
def test_a_refused_act_leaves_nothing_alone_and_in_a_request() -> None:
    for run in (
        lambda: numbered(refused=True),
        lambda: once(1, "k", "f", lambda: numbered(refused=True)),
        lambda: once(1, "", "f", lambda: numbered(refused=True)),
    ):
        with pytest.raises(Refused):
            run()
        assert not NumberSeries.objects.exists()


@pytest.mark.django_db
def test_a_request_that_keeps_the_error_to_itself_commits_nothing() -> None:
    def careless() -> dict[str, Any]:
        try:
            return numbered(refused=True)
        except Refused:
            return {"number": next_number("t", 1, 2022)}

    with pytest.raises(TransactionManagementError):
        once(1, "k", "f", careless)
    assert not NumberSeries.objects.exists()
