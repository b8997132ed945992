"""An installation in which the books were corrected before keeps who did it and why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from thichinh.accounts import actions as accounts
from thichinh.accounts.actions import NewOfficial
from thichinh.accounts.models import Unit
from thichinh.accounts.rules import SYSTEM, Actor
from thichinh.foundation import audit
from thichinh.stocks import actions
from thichinh.stocks.models import Correction, Movement
from thichinh.stocks.rules import BOOKS, CellKey, Move
from thichinh.stocks.tests.test_declared_books import GONE, HELD, LETTERS, OUT

AT = datetime(2021, 8, 30, 3, tzinfo=UTC)


@pytest.mark.django_db
def test_what_only_the_audit_said_of_a_correction_is_carried_over(town: None) -> None:
    unit = Unit.objects.get(code="pho-an")
    new = NewOfficial("bao.cao", "Nguyễn Thị Thử", unit.pk)
    account, _secret = accounts.create_official(SYSTEM, new, password_hash="!")
    who = Actor(account_id=account.pk)
    with BOOKS.lent(LETTERS):
        moves = [Move(AT, OUT, HELD), Move(AT.replace(hour=4), HELD, GONE)]
        actions.post(LETTERS.code, 1, CellKey(unit.pk, ("cv",)), moves, settle=False)
    last = Movement.objects.get(target=GONE)
    _migrate("0005_books_declared")
    data = {"target": HELD, "reason": "ghi nhầm", "dropped_clocks": 0}
    audit.record(who, "stock.corrected", last, data=data, at=AT)
    _migrate(None)
    fact = Correction.objects.get()
    assert (fact.movement_id, fact.reason, fact.at, fact.account_id) == (
        last.pk, "ghi nhầm", AT, account.pk,
    )  # fmt: skip


def _migrate(name: str | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    executor = MigrationExecutor(connection)
    goal = [("stocks", name)] if name else executor.loader.graph.leaf_nodes()
    executor.migrate(goal)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
