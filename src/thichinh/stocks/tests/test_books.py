"""The books balance by construction, whatever happens in whatever order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thichinh.accounts.models import Unit
from thichinh.accounts.rules import SYSTEM, Actor
from thichinh.foundation.calendar import STATUTORY, start_of
from thichinh.foundation.clock import standing_at
from thichinh.foundation.errors import NotAllowed, Refused
from thichinh.foundation.models import AuditEntry
from thichinh.stocks import actions, queries
from thichinh.stocks.models import Closing, Movement, Scheduled, Tail
from thichinh.stocks.queries.entries import Entry, Moved, Standing
from thichinh.stocks.rules import (
    BOOKS,
    WHOLE,
    CellKey,
    Dimension,
    Grain,
    Move,
    StockBook,
    Where,
    settled,
    span,
)

OUT, OPEN, LATE, DONE, TRANSIT = range(5)
BOOK = StockBook(
    "test-book",
    ("outside", "open", "late", "done", "transit"),
    passing=("outside", "transit"),
    dimensions=(
        Dimension("field", "Lĩnh vực"),
        Dimension("procedure", "Thủ tục"),
        Dimension("channel", "Kênh", kind=int),
    ),
    grains=(Grain(("field", "channel")), Grain(("channel",), rolled=True)),
)
START = datetime(2019, 11, 20, 3, tzinfo=UTC)
NOW = datetime(2022, 2, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    with BOOKS.lent(BOOK):
        yield


@pytest.fixture
def units(town: None) -> list[Unit]:
    return list(Unit.objects.filter(code__in=["pho-an", "pho-van", "duc-pho"]).order_by("code"))


def key(unit: Unit, procedure: str = "p", channel: int = 1) -> CellKey:
    return CellKey(unit.pk, (f"field-{procedure}", procedure, channel))


def total(found: queries.Balances) -> dict[int, int]:
    return {stock: n for stock, n in found.get((), {}).items() if stock != OUT and n}


def test_time_is_tiled_by_months_days_and_edges_without_gap_or_overlap() -> None:
    for days in (0, 1, 3, 29, 30, 61, 366):
        start = datetime(2021, 1, 10, 5, 30, tzinfo=UTC)
        end = start + timedelta(days=days, hours=7)
        parts = span(start, end, STATUTORY)
        pieces = [*parts.raw, *((start_of(a), start_of(b)) for a, b in parts.days)]
        if parts.months:
            pieces.append((start_of(parts.months[0]), start_of(parts.months[1])))
        pieces.sort()
        assert pieces[0][0] == start
        assert pieces[-1][1] == end
        assert all(a[1] == b[0] for a, b in pairwise(pieces))


def test_an_act_at_the_very_deadline_is_in_time() -> None:
    due = Move(NOW, OPEN, LATE)
    assert settled(due, NOW) is None
    assert settled(due, NOW + timedelta(microseconds=1)) == due


def test_becoming_overdue_counts_at_its_instant_although_no_worker_posted_it(
    units: list[Unit],
) -> None:
    due = NOW - timedelta(days=3)
    actions.post(
        BOOK.code, 1, key(units[0]), [Move(NOW - timedelta(days=9), OUT, OPEN)],
        schedule=Move(due, OPEN, LATE), settle=False,
    )  # fmt: skip
    with standing_at(NOW):
        assert total(queries.balances(BOOK.code, due)) == {OPEN: 1}
        assert total(queries.balances(BOOK.code, NOW)) == {LATE: 1}
        assert queries.stock_items(BOOK.code, NOW, [LATE]) == [1]
        assert queries.flow_items(BOOK.code, due, NOW, [(OPEN, LATE)]) == [1]
        assert actions.post_due() == 1
        assert Movement.objects.get(target=LATE).at == due
        assert total(queries.balances(BOOK.code, NOW)) == {LATE: 1}


def test_a_schedule_in_the_future_is_not_yet_a_fact(units: list[Unit]) -> None:
    actions.post(
        BOOK.code, 1, key(units[0]), [Move(NOW - timedelta(days=9), OUT, OPEN)],
        schedule=Move(NOW + timedelta(days=1), OPEN, LATE), settle=False,
    )  # fmt: skip
    with standing_at(NOW):
        assert total(queries.balances(BOOK.code, NOW + timedelta(days=30))) == {OPEN: 1}
        assert actions.post_due() == 0


def test_a_town_includes_what_lies_below_it_and_a_unit_only_its_own(units: list[Unit]) -> None:
    town, an, van = units
    for item, unit in enumerate([an, an, van], start=1):
        actions.post(BOOK.code, item, key(unit), [Move(START, OUT, OPEN)], settle=False)
    assert actions.fold() == 3
    for where, expected in (
        (Where(root=town.pk), 3),
        (Where(root=an.pk), 2),
        (Where(units=frozenset({van.pk})), 1),
        (Where(dims={"procedure": "p"}), 3),
        (Where(root=an.pk, dims={"field": "field-p"}), 2),
        (Where(dims={"channel": 2}), 0),
    ):
        assert total(queries.balances(BOOK.code, NOW, where)).get(OPEN, 0) == expected
    by_unit = queries.balances(BOOK.code, NOW, by=("unit",))
    assert {unit: stocks[OPEN] for (unit,), stocks in by_unit.items()} == {an.pk: 2, van.pk: 1}


def test_movements_cannot_be_changed_or_removed(units: list[Unit]) -> None:
    actions.post(BOOK.code, 1, key(units[0]), [Move(START, OUT, OPEN)], settle=False)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in (
            "UPDATE stocks_movement SET at = now()",
            "DELETE FROM stocks_movement",
            "TRUNCATE stocks_movement CASCADE",
        ):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                cursor.execute(statement)


def test_a_correction_dated_in_a_closed_year_changes_every_opening_since(
    units: list[Unit],
) -> None:
    actions.post(BOOK.code, 1, key(units[0]), [Move(START, OUT, OPEN)], settle=False)
    with standing_at(NOW):
        actions.fold()
        assert set(Closing.objects.values_list("stock", "n")) >= {(OPEN, 1)}
        movement = Movement.objects.get()
        actions.correct(SYSTEM, movement, target=DONE, reason="nhập nhầm")
        actions.fold()
        assert total(queries.balances(BOOK.code, NOW)) == {DONE: 1}
        assert actions.prove().differences == []


def test_only_the_last_movement_can_be_corrected_and_only_by_who_may(units: list[Unit]) -> None:
    moves = [Move(START, OUT, OPEN), Move(START + timedelta(days=2), OPEN, DONE)]
    actions.post(BOOK.code, 1, key(units[0]), moves, settle=False)
    first, last = Movement.objects.order_by("id")
    nobody = Actor(account_id=7, grants={"stock.view": frozenset({units[0].pk})})
    mine = Actor(grants={"stock.correct": frozenset({units[0].pk})})
    with pytest.raises(NotAllowed):
        actions.correct(nobody, last, target=LATE, reason="nhập nhầm")
    for movement, target, reason in (
        (first, LATE, "nhập nhầm"), (last, DONE, "nhập nhầm"), (last, 9, "nhập nhầm"),
        (last, LATE, " "),
    ):  # fmt: skip
        with pytest.raises(Refused):
            actions.correct(mine, movement, target=target, reason=reason)
    assert Movement.objects.count() == 2
    actions.correct(mine, last, target=LATE, reason="nhập nhầm")
    with pytest.raises(Refused):
        actions.correct(mine, last, target=OPEN, reason="sửa hai lần")
    actions.fold()
    assert total(queries.balances(BOOK.code, NOW)) == {LATE: 1}
    assert AuditEntry.objects.filter(action="stock.corrected").count() == 1
    assert actions.prove().differences == []


def test_a_correction_takes_the_clock_along_or_is_refused_once_it_has_run(
    units: list[Unit],
) -> None:
    due = Move(NOW, OPEN, LATE)
    actions.post(BOOK.code, 1, key(units[0]), [Move(START, OUT, OPEN)], schedule=due, settle=False)
    movement = Movement.objects.get()
    with standing_at(NOW + timedelta(days=1)), pytest.raises(Refused):
        actions.correct(SYSTEM, movement, target=DONE, reason="nhập nhầm")
    with standing_at(NOW - timedelta(days=1)):
        actions.correct(SYSTEM, movement, target=DONE, reason="nhập nhầm")
    assert not Scheduled.objects.exists()
    with standing_at(NOW + timedelta(days=1)):
        assert total(queries.balances(BOOK.code, NOW + timedelta(hours=1))) == {DONE: 1}


def test_a_proof_counts_more_than_it_lists(units: list[Unit]) -> None:
    for item in range(1, 105):
        move = Move(START + timedelta(minutes=item), OPEN, DONE)
        actions.post(BOOK.code, item, key(units[0]), [move], settle=False)
    proof = actions.prove()
    assert (len(proof.differences), proof.counts, proof.found) == (100, {"chain": 104}, 104)


def test_the_proof_names_a_sum_that_was_tampered_with(units: list[Unit]) -> None:
    actions.post(BOOK.code, 1, key(units[0]), [Move(START, OUT, OPEN)], settle=False)
    actions.fold()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE stocks_dayflow SET n = n + 1")
    proof = actions.prove()
    assert not proof.balanced
    assert {d["look"] for d in proof.differences} == {"day = movements", "month = days"}


MINUTES = st.integers(min_value=0, max_value=60 * 24 * 800)
ACTS = st.lists(
    st.tuples(
        st.integers(0, 5), MINUTES, st.integers(0, 2), st.sampled_from(["act", "fold", "due"])
    ),
    max_size=40,
)


@pytest.mark.slow
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=ACTS, asked=st.lists(MINUTES, min_size=1, max_size=4))
def test_random_acts_in_random_order_leave_books_equal_to_a_recount(
    units: list[Unit], acts: list[tuple[int, int, int, str]], asked: list[int]
) -> None:
    """Items arrive, fall due, are resolved; folds and sweeps come at any time between."""
    with transaction.atomic(), standing_at(NOW):
        model: dict[int, list[Move]] = {}
        due: dict[int, Move] = {}
        for item, minute, unit, what in acts:
            at = START + timedelta(minutes=minute)
            if what == "fold":
                actions.fold()
            elif what == "due":
                actions.post_due()
                _fall_due(model, due)
            else:
                _act(units, model, due, item, at, unit)
        for minute in asked:
            at = START + timedelta(minutes=minute, seconds=30)
            assert total(queries.balances(BOOK.code, at)) == _expected(model, due, at)
            _open_to_the_items(units, model, due, at)
        assert actions.prove().differences == []
        transaction.set_rollback(True)
    actions.forget_cells()


def _act(
    units: list[Unit],
    model: dict[int, list[Move]],
    due: dict[int, Move],
    item: int,
    at: datetime,
    unit: int,
) -> None:
    moves = model.setdefault(item, [])
    place = key(units[item % 3], f"p{item % 2}", 1 + item % 3)
    if not moves:
        move = Move(at, OUT, OPEN)
        due[item] = Move(at + timedelta(days=5 * unit + 1), OPEN, LATE)
        actions.post(BOOK.code, item, place, [move], schedule=due[item], settle=False)
        moves.append(move)
    elif moves[-1].target != DONE and at > moves[-1].at:
        made = settled(due.pop(item, None), at)
        source = LATE if made or moves[-1].target == LATE else OPEN
        moves += [made] if made else []
        moves.append(Move(at, source, DONE))
        actions.post(BOOK.code, item, place, [moves[-1]])


def _fall_due(model: dict[int, list[Move]], due: dict[int, Move]) -> None:
    """What the sweep has written is a fact: a later act cannot be dated before it."""
    for item in [item for item, move in due.items() if move.at < NOW - actions.GRACE]:
        model[item].append(due.pop(item))


def _expected(model: dict[int, list[Move]], due: dict[int, Move], at: datetime) -> dict[int, int]:
    return dict(Counter(moves[-1].target for moves in _past(model, due, at).values()))


def _past(
    model: dict[int, list[Move]], due: dict[int, Move], at: datetime
) -> dict[int, list[Move]]:
    """What each item has done just before an instant, whether or not it was posted."""
    made = {item: [*moves, *([due[item]] if item in due else [])] for item, moves in model.items()}
    past = {item: [m for m in moves if m.at < min(at, NOW)] for item, moves in made.items()}
    return {item: moves for item, moves in past.items() if moves}


def _open_to_the_items(
    units: list[Unit], model: dict[int, list[Move]], due: dict[int, Move], at: datetime
) -> None:
    """Page by page: every item that lies there and no other, as many as the balance says."""
    past = _past(model, due, at)
    for where, mine in (
        (WHOLE, past),
        (Where(root=units[0].pk), past),
        (Where(units=frozenset({units[1].pk})), {i: m for i, m in past.items() if i % 3 == 1}),
        (Where(dims={"procedure": "p1"}), {i: m for i, m in past.items() if i % 2 == 1}),
    ):
        for stocks in ({OPEN}, {LATE}, {DONE}, {OPEN, LATE}, {OUT}):
            lying = Standing(BOOK.code, where, at, frozenset(stocks))
            there = [item for item, moves in mine.items() if moves[-1].target in stocks]
            assert sorted(paged(lying)) == sorted(there)
            assert lying.count == len(there)
        for pair in ((OUT, OPEN), (OPEN, LATE), (LATE, DONE)):
            moved = Moved(BOOK.code, where, START, at, frozenset([pair]))
            went = [i for i, ms in mine.items() for m in ms if (m.source, m.target) == pair]
            assert sorted(paged(moved)) == sorted(went)
            assert moved.count == len(went)


def paged(entries: Standing | Moved, size: int = 2) -> list[int]:
    """Read as a page reads them, the latest first."""
    found: list[Entry] = []
    while batch := entries.read(found[-1] if found else None, size):
        found += batch
    assert [(e.at, e.id) for e in found] == sorted([(e.at, e.id) for e in found], reverse=True)
    return [entry.item for entry in found]


def test_an_item_lies_in_transit_where_it_left_and_nowhere_else(units: list[Unit]) -> None:
    town, an, van = units
    moves = [Move(START, OUT, OPEN), Move(START + timedelta(days=1), OPEN, TRANSIT)]
    actions.post(BOOK.code, 1, key(an), moves, settle=False)
    actions.post(
        BOOK.code, 1, key(van), [Move(START + timedelta(days=1), TRANSIT, OPEN)], settle=False
    )
    for unit, stock, expected in (
        (town, OPEN, [1]), (town, TRANSIT, []), (an, OPEN, []), (an, TRANSIT, [1]),
        (van, OPEN, [1]), (van, TRANSIT, []),
    ):  # fmt: skip
        lying = Standing(BOOK.code, Where(root=unit.pk), NOW, frozenset([stock]))
        assert (paged(lying), lying.count) == (expected, len(expected))


def test_a_page_of_a_stock_reads_no_history(units: list[Unit]) -> None:
    """Eight hundred came and went long ago; the two that lie there are found without them."""
    for item in range(1, 803):
        at = START + timedelta(hours=item)
        went = [Move(at + timedelta(hours=1), OPEN, DONE)] if item <= 800 else []
        actions.post(BOOK.code, item, key(units[1]), [Move(at, OUT, OPEN), *went], settle=False)
    actions.fold()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stocks_movement, stocks_scheduled, stocks_cell")
    lying = Standing(BOOK.code, Where(root=units[0].pk), NOW, frozenset([OPEN]))
    read: list[int] = []

    def counting(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "LATERAL" in sql:
            explained = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + sql
            with context["cursor"].db.wrap_database_errors:
                context["cursor"].cursor.execute(explained, params)
            read.append(_rows_read(context["cursor"].cursor.fetchone()[0][0]["Plan"]))
        return execute(sql, params, many, context)

    with standing_at(NOW), connection.execute_wrapper(counting):
        assert [e.item for e in lying.read(limit=51)] == [802, 801]
    assert sum(read) < 50


def _rows_read(plan: dict[str, Any]) -> int:
    """Rows that the scans of movements gave or threw away."""
    of_movements = plan.get("Relation Name") == "stocks_movement"
    mine = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) if of_movements else 0
    inner = sum(_rows_read(part) for part in plan.get("Plans", []))
    return int(mine * plan["Actual Loops"]) + inner


def test_the_tail_is_empty_after_a_fold_and_reads_do_not_change(units: list[Unit]) -> None:
    actions.post(
        BOOK.code, 1, key(units[0]), [Move(START, OUT, OPEN)],
        schedule=Move(NOW, OPEN, LATE), settle=False,
    )  # fmt: skip
    assert Tail.objects.count() == 1
    before = queries.balances(BOOK.code, NOW, by=("unit", "procedure", "channel"))
    actions.fold()
    assert Tail.objects.count() == 0
    assert Scheduled.objects.count() == 1
    assert queries.balances(BOOK.code, NOW, by=("unit", "procedure", "channel")) == before
