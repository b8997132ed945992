"""An installation of before keeps its books, and who corrected them and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from tests.suite import databases

from thichinh.accounts import actions as accounts
from thichinh.accounts.actions import NewOfficial
from thichinh.accounts.models import Unit
from thichinh.accounts.rules import SYSTEM, Actor
from thichinh.foundation import audit
from thichinh.foundation.clock import standing_at
from thichinh.stocks import actions, queries
from thichinh.stocks.models import Cell, ClosedYear, Correction, Movement, Scheduled
from thichinh.stocks.rules import BOOKS, CellKey, Dimension, Grain, Move, StockBook, Where
from thichinh.stocks.tests.test_declared_books import GONE, HELD, LATE, LETTERS, OUT, STOCKS

AT = datetime(2021, 8, 30, 3, tzinfo=UTC)
YEAR = date(2021, 12, 15)
NOW = datetime(2022, 2, 1, tzinfo=UTC)
PAPERS, MAPS = (
    StockBook(
        code,
        STOCKS,
        dimensions=(
            Dimension("field", ""),
            Dimension("procedure", ""),
            Dimension("channel", "", kind=int),
        ),
        grains=(Grain(("field", "channel")), Grain(("channel",), rolled=True)),
    )
    for code in ("papers", "maps")
)
"""As the books of before were: by field, procedure and channel, whether they said so or not."""


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


@pytest.fixture
def before_books_were_declared(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The models of an installation of that time, in a database of their own."""
    with django_db_blocker.unblock(), databases.bare():
        goal = [("stocks", "0004_correction_index")]
        executor = MigrationExecutor(connection)
        executor.migrate(goal)
        yield executor.loader.project_state(goal).apps


def test_a_filled_book_of_before_is_carried_over_and_goes_on(
    before_books_were_declared: Any,
) -> None:
    old = before_books_were_declared
    town, ward = _units(old)
    papers, maps = (_cells(old, book.code, town, ward) for book in (PAPERS, MAPS))
    _folded(old, papers, 1, (OUT, HELD, GONE), AT)
    _unfolded(old, papers[0], 2)
    _unfolded(old, maps[0], 1)  # the same number in another book is another thing
    call_command("migrate", verbosity=0, interactive=False)
    databases.begin_an_epoch()
    with BOOKS.lent(PAPERS, MAPS), standing_at(NOW):
        cells = Cell.objects.count()
        for where in (
            Where(),
            Where(root=town.pk),
            Where(root=ward.pk),
            Where(dims={"field": "f"}),
        ):
            assert queries.balances("papers", NOW, where)[()] == {OUT: -2, HELD: 1, GONE: 1}
            assert queries.balances("maps", NOW, where)[()] == {OUT: -1, HELD: 1}
        days = set(ClosedYear.objects.values_list("book__code", "on"))
        assert days == {("papers", YEAR), ("maps", YEAR)}
        kept = Scheduled.objects.values_list("book__code", "item", "target")
        assert set(kept) == {("papers", 2, LATE), ("maps", 1, LATE)}
        key = CellKey(ward.pk, ("f", "p", 1))
        actions.post("maps", 1, key, [Move(NOW - timedelta(days=1), HELD, GONE)])
        actions.fold()
        proof = actions.prove()
        assert (proof.differences, proof.movements, proof.items) == ([], 5, 3)
        assert queries.balances("maps", NOW)[()][GONE] == 1
        assert Cell.objects.count() == cells


def _units(old: Any) -> tuple[Any, Any]:
    facts = {"valid_from": date(2020, 2, 1), "short_name": "", "sort_key": ""}
    make = old.get_model("accounts", "Unit").objects.create
    town = make(code="a", name="A", kind="town", path="a/", **facts)
    return town, make(code="b", name="B", kind="ward", path="a/b/", parent=town, **facts)


def _cells(old: Any, book: str, town: Any, ward: Any) -> list[Any]:
    """The leaf of the ward and the cells that it adds to, itself first."""
    make = old.get_model("stocks", "Cell").objects.create
    cells = [
        make(book=book, unit=ward, field="f", procedure="p", channel=1),
        make(book=book, unit=ward, field="f", channel=1),
        *(make(book=book, unit=unit, channel=1, rolled=True) for unit in (ward, town)),
    ]
    for cell in cells:
        old.get_model("stocks", "CellParent").objects.create(leaf=cells[0], cell=cell)
    return cells


def _folded(old: Any, cells: list[Any], item: int, way: tuple[int, ...], at: datetime) -> None:
    """An item that went this way on one day, added up, and the year after it opened."""
    models = {name: old.get_model("stocks", name).objects for name in _OLD_SUMS}
    for source, target in pairwise(way):
        models["Movement"].create(cell=cells[0], item=item, at=at, source=source, target=target)
        for cell in cells:
            move = {"cell": cell, "source": source, "target": target, "n": 1}
            models["DayFlow"].create(on=date(2021, 8, 30), **move)
            models["MonthFlow"].create(on=date(2021, 8, 15), **move)
    for cell in cells:
        for stock, n in ((way[0], -1), (way[-1], 1)):
            models["Closing"].create(cell=cell, on=YEAR, stock=stock, n=n)
    models["ClosedYear"].create(on=YEAR)
    models["Tail"].all().delete()


_OLD_SUMS = ("Movement", "DayFlow", "MonthFlow", "Closing", "ClosedYear", "Tail")


def _unfolded(old: Any, leaf: Any, item: int) -> None:
    """An item that came in lately and waits for its deadline."""
    at, due = datetime(2022, 1, 20, 3, tzinfo=UTC), datetime(2022, 2, 10, 3, tzinfo=UTC)
    old.get_model("stocks", "Movement").objects.create(
        cell=leaf, item=item, at=at, source=OUT, target=HELD
    )
    old.get_model("stocks", "Scheduled").objects.create(
        book=leaf.book, cell=leaf, item=item, at=due, source=HELD, target=LATE
    )
