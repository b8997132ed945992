"""Whatever a book declares, every sum of every grain equals counting its movements one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thichinh.accounts.models import Unit
from thichinh.foundation.calendar import CALENDAR_PERIODS, STATUTORY, school_years
from thichinh.foundation.clock import standing_at
from thichinh.stocks import actions, queries
from thichinh.stocks.rules import (
    BOOKS,
    UNIT,
    Amount,
    CellKey,
    Dimension,
    Grain,
    Move,
    StockBook,
    Where,
)

OUT, HELD, LATE, GONE = range(4)
NAMES = ("kind", "place", "grade")
START = datetime(2020, 7, 20, 3, tzinfo=UTC)
NOW = datetime(2022, 10, 1, tzinfo=UTC)
MINUTES = st.integers(0, 60 * 24 * 800)


@st.composite
def declared(draw: st.DrawFn) -> StockBook:
    """A book of any number of dimensions, any grains of them, any periods, with money or without."""
    names = NAMES[: draw(st.integers(0, 3))]
    subsets = [dims for n in range(len(names) + 1) for dims in combinations(names, n)]
    grains = st.builds(Grain, st.sampled_from(subsets), st.booleans())
    return StockBook(
        "any",
        ("outside", "held", "late", "gone"),
        dimensions=tuple(Dimension(n, n, kind=int if n == "grade" else str) for n in names),
        grains=tuple(draw(st.lists(grains, max_size=3, unique=True))),
        amount=draw(st.sampled_from([None, Amount("đồng"), Amount("m²", decimals=2)])),
        periods=draw(st.sampled_from([STATUTORY, CALENDAR_PERIODS, school_years(9)])),
    )


@dataclass(frozen=True)
class Act:
    """Something happens to an item, after some minutes: it comes, its deadline moves, it goes."""

    item: int
    minute: int
    what: str
    unit: int
    values: tuple[int, int, int]
    cents: int


acts = st.lists(
    st.builds(
        Act,
        item=st.integers(1, 5),
        minute=MINUTES,
        what=st.sampled_from(["act", "act", "act", "deadline", "fold", "due"]),
        unit=st.integers(0, 2),
        values=st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 1)),
        cents=st.integers(0, 10**14),
    ),
    max_size=30,
)


class World:
    """What the movements say when they are counted one by one."""

    def __init__(self, book: StockBook, units: list[Unit]) -> None:
        self.book, self.units = book, units
        self.keys: dict[int, CellKey] = {}
        self.moves: dict[int, list[Move]] = {}
        self.due: dict[int, Move] = {}

    def play(self, act: Act) -> None:
        if act.what == "fold":
            actions.fold()
        elif act.what == "due":
            actions.post_due()
            for item in [item for item, due in self.due.items() if due.at < NOW - actions.GRACE]:
                self.moves[item].append(self.due.pop(item))
        elif act.item not in self.moves:
            self._come(act)
        else:
            self._go_on(act)

    def _come(self, act: Act) -> None:
        text = {"kind": "abc"[act.values[0]], "place": "xyz"[act.values[1]]}
        dims = tuple(text.get(d.name, act.values[2]) for d in self.book.dimensions)
        unit = self.units[act.unit]
        self.keys[act.item] = CellKey(unit.pk, dims)
        at, amount = START + timedelta(minutes=act.minute), None
        if self.book.amount is not None:
            amount = Decimal(act.cents).scaleb(-self.book.amount.decimals)
        self._write(act.item, [Move(at, OUT, HELD, amount)], self._clock(at, 9, amount), at)

    def _go_on(self, act: Act) -> None:
        last, at = self.moves[act.item][-1], START + timedelta(minutes=act.minute)
        due = self.due.get(act.item)
        late = last.target == LATE or (due is not None and due.at < at)
        if last.target == GONE or at <= last.at:
            return
        if act.what == "deadline":
            back = [Move(at, LATE, HELD, last.amount)] if late else []
            self._write(act.item, back, self._clock(at, 5, last.amount), at)
        else:
            self._write(act.item, [Move(at, LATE if late else HELD, GONE, last.amount)], None, at)

    def _clock(self, at: datetime, days: int, amount: Decimal | None) -> Move:
        return Move(at + timedelta(days=days), HELD, LATE, amount)

    def _write(self, item: int, moves: list[Move], clock: Move | None, at: datetime) -> None:
        actions.post(self.book.code, item, self.keys[item], moves, schedule=clock, at=at)
        due = self.due.pop(item, None)
        made = [due] if due is not None and due.at < at else []
        self.moves.setdefault(item, []).extend([*made, *moves])
        if clock is not None:
            self.due[item] = clock

    def counted(
        self, where: Callable[[CellKey], bool], by: tuple[str, ...], until: datetime
    ) -> tuple[Counter[Any], Counter[Any]]:
        """Items and amounts per key and stock, before an instant."""
        items: Counter[Any] = Counter()
        amounts: Counter[Any] = Counter()
        for item, moves in self.moves.items():
            cell = self.keys[item]
            if not where(cell):
                continue
            key = tuple(self.value(cell, name) for name in by)
            for move in [*moves, *([self.due[item]] if item in self.due else [])]:
                if move.at < min(until, NOW):
                    for stock, sign in ((move.target, 1), (move.source, -1)):
                        items[key, stock] += sign
                        amounts[key, stock] += sign * (move.amount or Decimal(0))
        return items, amounts

    def value(self, key: CellKey, name: str) -> Any:
        names = [dimension.name for dimension in self.book.dimensions]
        return key.unit_id if name == UNIT else key.dims[names.index(name)]


@pytest.fixture
def units(town: None) -> list[Unit]:
    """The town and two communes of it."""
    return list(Unit.objects.filter(code__in=["duc-pho", "pho-an", "pho-van"]).order_by("path"))


@pytest.mark.slow
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(book=declared(), story=acts, asked=st.lists(MINUTES, min_size=1, max_size=2))
def test_sums_of_every_grain_equal_a_recount_by_hand(
    units: list[Unit], book: StockBook, story: list[Act], asked: list[int]
) -> None:
    with BOOKS.lent(book), transaction.atomic(), standing_at(NOW):
        actions.forget_cells()
        world = World(book, units)
        for act in story:
            world.play(act)
        for minute in [*asked, 60 * 24 * 900]:
            _compare(world, START + timedelta(minutes=minute, seconds=30))
        assert actions.prove().differences == []
        transaction.set_rollback(True)
    actions.forget_cells()


def _compare(world: World, at: datetime) -> None:
    book, town = world.book, world.units[0]
    names = [dimension.name for dimension in book.dimensions]
    parts: list[tuple[Where, Callable[[CellKey], bool]]] = [
        (Where(), lambda key: True),
        (Where(root=town.pk), lambda key: True),
        (Where(units=frozenset({world.units[1].pk})), lambda key: key.unit_id == world.units[1].pk),
    ]
    if names:
        first = {"kind": "a", "place": "x", "grade": 0}[names[-1]]
        where = Where(root=town.pk).with_dim(names[-1], first)
        parts.append((where, lambda key: bool(key.dims[-1] == first)))
    for by in [(), (UNIT,), *[(name,) for name in names], tuple(names)]:
        for where, inside in parts:
            items, amounts = world.counted(inside, by, at)
            kept = queries.balances(book.code, at, where, by)
            assert _flat(kept) == {k: n for k, n in items.items() if n}
            if book.amount is not None:
                money = queries.balances(book.code, at, where, by, what="amount")
                assert _flat(money) == {k: n for k, n in amounts.items() if n}


def _flat(found: Any) -> dict[Any, Any]:
    return {(key, stock): n for key, row in found.items() for stock, n in row.items() if n}
