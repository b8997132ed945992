"""Reads that belong together see one moment, whatever another connection commits between them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from thichinh.accounts.models import Unit
from thichinh.foundation.clock import standing_at
from thichinh.foundation.errors import Conflict
from thichinh.foundation.models import IdempotencyKey
from thichinh.stocks import actions, queries
from thichinh.stocks.models import Proof
from thichinh.stocks.queries import ledger
from thichinh.stocks.rules import Move, Where
from thichinh.stocks.tests.test_books import BOOK, DONE, NOW, OPEN, OUT, declared, key, total

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["declared"]
AT = NOW - timedelta(days=9)


def elsewhere(run: Callable[[], Any]) -> None:
    """Do it on another connection, and commit."""

    def alone() -> None:
        try:
            with standing_at(NOW):
                run()
        finally:
            connection.close()

    thread = Thread(target=alone)
    thread.start()
    thread.join()


@pytest.fixture
def unit(town: None) -> Unit:
    return Unit.objects.get(code="pho-an")


def arrive(unit: Unit, item: int) -> None:
    actions.post(BOOK.code, item, key(unit), [Move(AT, OUT, OPEN)], settle=False)


@pytest.mark.parametrize("writing", [False, True])
def test_what_is_committed_meanwhile_is_not_seen_before_the_snapshot_ends(
    unit: Unit, writing: bool
) -> None:
    arrive(unit, 1)
    with standing_at(NOW):
        with queries.one_snapshot(writing=writing):
            assert total(queries.balances(BOOK.code, NOW)) == {OPEN: 1}
            elsewhere(lambda: arrive(unit, 2))
            with queries.one_snapshot():
                assert total(queries.balances(BOOK.code, NOW)) == {OPEN: 1}
        assert total(queries.balances(BOOK.code, NOW)) == {OPEN: 2}


def test_a_snapshot_can_be_opened_again_and_again(town: None) -> None:
    for _ in range(12):  # often enough for the driver to prepare what it sends
        with queries.one_snapshot(), connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            assert cursor.fetchone() == ("repeatable read",)


def test_a_transaction_that_has_begun_cannot_become_a_snapshot(town: None) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError), queries.one_snapshot():
        pass
    with (
        queries.one_snapshot(),
        pytest.raises(RuntimeError),
        queries.one_snapshot(writing=True),
    ):
        pass


def test_a_page_cannot_write_in_its_snapshot_and_an_action_can(town: None) -> None:
    with pytest.raises(Exception, match="read-only"), queries.one_snapshot():
        Proof.objects.create(balanced=True, movements=0, items=0)
    with queries.one_snapshot(writing=True):
        Proof.objects.create(balanced=True, movements=0, items=0)
    assert Proof.objects.count() == 1


def test_whoever_was_slower_than_another_writer_is_told_so(town: None) -> None:
    Proof.objects.create(balanced=True, movements=0, items=0)

    def change() -> None:
        Proof.objects.update(items=1)

    def take_the_key() -> None:
        IdempotencyKey.objects.create(account_id=1, key="k", fingerprint="f", response={})

    @queries.one_snapshot(writing=True)
    def after_somebody_else(write: Callable[[], None]) -> None:
        Proof.objects.count()
        elsewhere(write)
        write()

    for write in (change, take_the_key):
        with pytest.raises(Conflict):
            after_somebody_else(write)


def test_a_trial_balance_adds_up_although_somebody_writes_between_its_reads(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(unit, 1)
    flows = ledger.flows

    def meanwhile(*asked: Any) -> Any:
        elsewhere(
            lambda: actions.post(BOOK.code, 1, key(unit), [Move(AT + timedelta(1), OPEN, DONE)])
        )
        return flows(*asked)

    monkeypatch.setattr(ledger, "flows", meanwhile)
    start = AT - timedelta(days=1)
    with standing_at(NOW):
        lines, moved = queries.stock_lines(BOOK, start, NOW, Where())
    assert all(line.balances for line in lines)
    assert moved == [((OUT, OPEN), 1)]
