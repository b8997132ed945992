"""What a book declares is what it counts by, and two books never mix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction

from thichinh.accounts.models import Unit
from thichinh.accounts.rules import SYSTEM
from thichinh.foundation.calendar import CALENDAR_PERIODS, school_years, start_of
from thichinh.foundation.clock import standing_at
from thichinh.foundation.errors import Missing
from thichinh.foundation.models import AuditEntry
from thichinh.stocks import actions, queries
from thichinh.stocks.models import ClosedYear, Correction, Movement, Scheduled
from thichinh.stocks.rules import (
    BOOKS,
    Amount,
    CellKey,
    Dimension,
    Grain,
    Move,
    StockBook,
    Where,
)

OUT, HELD, LATE, GONE = range(4)
STOCKS = ("outside", "held", "late", "gone")
LETTERS = StockBook("letters", STOCKS, dimensions=(Dimension("field", "Loại văn bản"),))
LOST = StockBook(
    "lost",
    STOCKS,
    dimensions=(
        Dimension("field", "Loại tài sản", lambda codes: {code: code.upper() for code in codes}),
        Dimension("place", "Nơi tìm thấy"),
        Dimension("year", "Năm tìm thấy", kind=int),
    ),
    grains=(Grain(("field",)), Grain((), rolled=True)),
    amount=Amount("đồng"),
    periods=CALENDAR_PERIODS,
)
SCHOOL = StockBook("pupils", STOCKS, periods=school_years(9))
AT = datetime(2021, 8, 30, 3, tzinfo=UTC)
NOW = datetime(2022, 2, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    with BOOKS.lent(LETTERS, LOST, SCHOOL):
        yield


@pytest.fixture
def unit(town: None) -> Unit:
    return Unit.objects.get(code="pho-an")


def found(
    unit: Unit, item: int, at: datetime, dong: int, field: str = "xe", year: int = 2021
) -> None:
    """A lost thing comes in, worth so many đồng, and is claimed ten days later at the latest."""
    key = CellKey(unit.pk, (field, "chợ", year))
    value = Decimal(dong)
    actions.post(
        LOST.code, item, key, [Move(at, OUT, HELD, value)],
        schedule=Move(at + 10 * DAY, HELD, LATE, value), settle=False,
    )  # fmt: skip


def letter(unit: Unit, item: int, *moves: Move, schedule: Move | None = None) -> None:
    actions.post(LETTERS.code, item, CellKey(unit.pk, ("cv",)), moves, schedule=schedule)


def test_two_books_with_the_same_item_numbers_are_two_ways_through_two_books(unit: Unit) -> None:
    letter(unit, 1, Move(AT, OUT, HELD), schedule=Move(AT + 5 * DAY, HELD, LATE))
    found(unit, 1, AT + DAY, 500)
    letter(unit, 1, Move(AT + 3 * DAY, HELD, GONE))
    with standing_at(AT + 4 * DAY):
        proof = actions.prove()
        assert (proof.differences, proof.movements, proof.items) == ([], 3, 2)
        assert [p.target for p in queries.passages(LETTERS.code, 1)] == [HELD, GONE]
        assert [p.target for p in queries.passages(LOST.code, 1)] == [HELD, LATE]
        assert queries.stock_items(LETTERS.code, AT + 4 * DAY, [GONE]) == [1]
        assert queries.stock_items(LOST.code, AT + 4 * DAY, [HELD]) == [1]
        assert queries.stock_items(LOST.code, AT + 4 * DAY, [GONE]) == []
        assert queries.flow_items(LOST.code, AT, NOW, [(HELD, GONE)]) == []
    assert Scheduled.objects.get().book.code == LOST.code
    assert queries.first_day(LOST.code) == date(2021, 8, 31)


def test_a_correction_in_one_book_leaves_the_same_item_of_another_alone(unit: Unit) -> None:
    found(unit, 1, AT, 500)
    letter(unit, 1, Move(AT + DAY, OUT, HELD))
    with standing_at(AT + 2 * DAY):
        actions.correct(
            SYSTEM, Movement.objects.get(book__code=LOST.code), target=GONE, reason="nhầm"
        )
        actions.fold()
        assert queries.balances(LOST.code, AT + 2 * DAY)[()][GONE] == 1
        assert queries.balances(LOST.code, AT + 2 * DAY, what="amount")[()][GONE] == 500
        assert queries.balances(LETTERS.code, AT + 2 * DAY)[()][HELD] == 1
        assert actions.prove().differences == []


def test_who_corrected_and_why_is_kept_beside_the_books_and_not_in_the_audit(unit: Unit) -> None:
    letter(unit, 1, Move(AT, OUT, HELD))
    with standing_at(AT + DAY):
        actions.correct(SYSTEM, Movement.objects.get(), target=GONE, reason="bà Lan đã nhận")
        fact = Correction.objects.get()
    assert (fact.reason, fact.at) == ("bà Lan đã nhận", AT + DAY)
    assert "Lan" not in str(AuditEntry.objects.get(action="stock.corrected").data)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute("UPDATE stocks_correction SET reason = ''")


def test_the_database_refuses_a_movement_in_a_cell_of_another_book(unit: Unit) -> None:
    letter(unit, 1, Move(AT, OUT, HELD))
    found(unit, 1, AT, 500)
    mine, other = Movement.objects.order_by("book__code")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS movement_cell IMMEDIATE")
    wrong = Movement(at=AT, book=mine.book, item=9, cell=other.cell, source=OUT, target=HELD)
    with pytest.raises(IntegrityError, match="movement_cell"), transaction.atomic():
        wrong.save()


def test_money_is_added_up_along_every_dimension_and_the_same_before_and_after_the_fold(
    unit: Unit,
) -> None:
    other = Unit.objects.get(code="pho-van")
    found(unit, 1, AT, 1_000_000_007)
    found(unit, 2, AT + DAY, 500, field="ví")
    found(other, 3, AT + 2 * DAY, 90, year=2020)
    town = Where(root=Unit.objects.get(code="duc-pho").pk)

    def seen() -> list[object]:
        at = NOW
        return [
            queries.balances(LOST.code, at, town, what="amount")[()][LATE],
            queries.balances(LOST.code, at, by=("unit",), what="amount")[other.pk,][LATE],
            queries.balances(LOST.code, at, by=("field",), what="amount")["ví",][LATE],
            queries.balances(LOST.code, at, by=("year", "place"), what="amount")[2020, "chợ"][LATE],
            queries.balances(LOST.code, at, Where(dims={"year": 2021}))[()][LATE],
            queries.flows(LOST.code, AT, AT + 10 * DAY, town, what="amount")[()][OUT, HELD],
            queries.flows(LOST.code, AT, NOW, town.with_dim("field", "xe"))[()][HELD, LATE],
        ]

    with standing_at(NOW):
        unposted = seen()
        assert unposted == [1_000_000_597, 90, 500, 90, 2, 1_000_000_597, 2]
        assert actions.post_due() == 3
        assert actions.fold() == 6
        assert seen() == unposted
        assert actions.prove().differences == []


def test_months_and_openings_are_those_of_the_books_own_periods(unit: Unit) -> None:
    found(unit, 1, AT, 500)  # 30 August
    actions.post(SCHOOL.code, 1, CellKey(unit.pk, ()), [Move(AT, OUT, HELD)], settle=False)
    letter(unit, 1, Move(AT, OUT, HELD))
    with standing_at(NOW):
        actions.fold()
        months = queries.month_flows(LOST.code, date(2021, 8, 1), date(2021, 10, 1), what="amount")
        assert months == {date(2021, 8, 1): {(OUT, HELD): 500}, date(2021, 9, 1): {}}
        months_15 = queries.month_flows(LETTERS.code, date(2021, 8, 15), date(2021, 10, 15))
        assert months_15[date(2021, 8, 15)] == {(OUT, HELD): 1}
        kept = ClosedYear.objects.order_by("on").values_list("book__code", "on")
        assert {code: [on for c, on in kept if c == code] for code, _ in kept} == {
            LOST.code: [date(2021, 1, 1), date(2022, 1, 1)],
            SCHOOL.code: [date(2020, 9, 1), date(2021, 9, 1)],
            LETTERS.code: [date(2020, 12, 15), date(2021, 12, 15)],
        }
        for book in (LOST, SCHOOL, LETTERS):
            assert sum(queries.balances(book.code, start_of(date(2022, 1, 20)))[()].values()) == 0
        assert actions.prove().differences == []


def test_a_deadline_moved_without_a_movement_takes_the_place_of_the_old_one(unit: Unit) -> None:
    old, new = Move(AT + 5 * DAY, HELD, LATE), Move(AT + 9 * DAY, HELD, LATE)
    letter(unit, 1, Move(AT, OUT, HELD), schedule=old)
    with standing_at(AT + 2 * DAY):
        letter(unit, 1, schedule=new)
    assert Movement.objects.count() == 1
    assert Scheduled.objects.get().at == new.at
    with standing_at(AT + 7 * DAY):
        assert queries.balances(LETTERS.code, AT + 7 * DAY)[()][HELD] == 1
    with standing_at(AT + 10 * DAY):
        assert queries.balances(LETTERS.code, AT + 10 * DAY)[()][LATE] == 1
        assert actions.prove().differences == []


def test_a_deadline_that_has_passed_is_moved_by_a_movement_or_not_at_all(unit: Unit) -> None:
    old, new = Move(AT + 5 * DAY, HELD, LATE), Move(AT + 9 * DAY, HELD, LATE)
    letter(unit, 1, Move(AT, OUT, HELD), schedule=old)
    with standing_at(AT + 6 * DAY):
        with pytest.raises(ValueError, match="lies in stock 2"), transaction.atomic():
            letter(unit, 1, schedule=new)
        letter(unit, 1, Move(AT + 6 * DAY, LATE, HELD), schedule=new)
        assert [p.target for p in queries.passages(LETTERS.code, 1)] == [HELD, LATE, HELD, LATE]
        assert actions.prove().differences == []


def test_an_amount_that_changes_on_the_way_is_found_by_the_proof(unit: Unit) -> None:
    key = CellKey(unit.pk, ("xe", "chợ", 2021))
    moves = [Move(AT, OUT, HELD, Decimal(5)), Move(AT + DAY, HELD, GONE, Decimal(6))]
    actions.post(LOST.code, 1, key, moves, settle=False)
    (difference,) = actions.prove().differences
    assert (difference["look"], difference["book"], difference["item"]) == ("amounts", "lost", 1)


@pytest.mark.parametrize("given", [None, Decimal("0.5")])
def test_an_amount_that_is_missing_or_not_exact_is_not_written(
    unit: Unit, given: Decimal | None
) -> None:
    key = CellKey(unit.pk, ("xe", "chợ", 2021))
    with pytest.raises(ValueError, match=r"amount|decimals"), transaction.atomic():
        actions.post(LOST.code, 1, key, [Move(AT, OUT, HELD, given)], settle=False)
    assert not Movement.objects.exists()


def test_a_dimension_or_an_amount_that_the_book_does_not_have_is_said_and_not_passed_over(
    unit: Unit,
) -> None:
    with pytest.raises(
        LookupError, match="letters has no dimension 'channel'; it has: unit, field"
    ):
        queries.flows(LETTERS.code, AT, NOW, by=("channel",))
    with pytest.raises(LookupError, match="no dimension 'place'"):
        queries.balances(LETTERS.code, AT, Where(dims={"place": "chợ"}))
    with pytest.raises(LookupError, match="counts no amounts"):
        queries.balances(LETTERS.code, AT, what="amount")
    with pytest.raises(KeyError, match="no StockBook 'none'"):
        queries.balances("none", AT)


def test_names_belong_to_the_books_own_dimension() -> None:
    assert BOOKS["lost"].named("field", ["xe"]) == {"xe": "XE"}
    assert BOOKS["letters"].named("field", ["xe"]) == {"xe": "xe"}
    assert BOOKS["dossiers"].named("channel", [2]) == {2: "Trực tuyến"}


def test_a_declaration_that_contradicts_itself_fails_at_start() -> None:
    for wrong in (
        {"owed": ("nothing",)}, {"grains": (Grain(("place", "field")),)},
        {"dimensions": (Dimension("field", ""), Dimension("field", ""))},
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"no stock|another order|twice"):
            replace(LOST, **wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="cannot be called 'unit'"):
        Dimension("unit", "")
    with pytest.raises(ImproperlyConfigured, match="contributed twice"):
        BOOKS.add("another", replace(LOST, title="Another"))


def test_another_grain_or_period_is_counted_by_only_after_a_rebuild(unit: Unit) -> None:
    found(unit, 1, AT, 500)
    with standing_at(NOW):
        actions.fold()
        before = queries.balances(LOST.code, NOW, by=("place",), what="amount")
        finer = replace(LOST, grains=(Grain(("place",)),), periods=school_years(9))
        with BOOKS.lent(finer):
            actions.forget_cells()
            with pytest.raises(SystemError, match="stocks rebuild lost"):
                queries.balances(LOST.code, NOW)
            with pytest.raises(SystemError, match="stocks rebuild lost"):
                found(unit, 2, AT, 7, field="ví")
            assert actions.rebuild(LOST.code) == 1
            assert queries.balances(LOST.code, NOW, by=("place",), what="amount") == before
            assert date(2021, 9, 1) in ClosedYear.objects.values_list("on", flat=True)
            assert actions.prove().differences == []


def test_a_book_whose_dimensions_changed_is_not_rebuilt(unit: Unit) -> None:
    found(unit, 1, AT, 500)
    fewer = replace(LOST, dimensions=LOST.dimensions[:2])
    with BOOKS.lent(fewer), pytest.raises(SystemError, match="declare another book"):
        actions.rebuild(LOST.code)


def test_a_new_clock_is_held_to_where_time_has_moved_the_item_meanwhile(unit: Unit) -> None:
    letter(unit, 1, Move(AT, OUT, HELD), schedule=Move(AT + DAY, HELD, LATE))
    with standing_at(AT + 3 * DAY):
        assert actions.post_due() == 1  # the worker was here: the letter lies late
        with pytest.raises(ValueError, match="the item lies in stock 2"), transaction.atomic():
            letter(unit, 1, schedule=Move(AT + 9 * DAY, HELD, LATE))
        letter(unit, 1, schedule=Move(AT + 9 * DAY, LATE, GONE))
    with standing_at(AT + 20 * DAY):
        actions.post_due()
        assert actions.prove().differences == []


def test_a_clock_for_what_was_never_there_starts_outside(unit: Unit) -> None:
    with pytest.raises(ValueError, match="the item lies in stock 0"), transaction.atomic():
        letter(unit, 1, schedule=Move(AT, HELD, LATE))
    letter(unit, 1, schedule=Move(AT, OUT, HELD))


def test_no_item_carries_less_than_nothing(unit: Unit) -> None:
    with pytest.raises(ValueError, match="less than nothing"):
        found(unit, 1, AT, -5)


def test_a_book_that_no_app_declares_any_more_is_named_by_the_proof(unit: Unit) -> None:
    letters = StockBook("gone-letters", STOCKS)
    with BOOKS.lent(letters):
        actions.post(letters.code, 1, CellKey(unit.pk, ()), [Move(AT, OUT, HELD)])
        assert actions.prove().differences == []
    assert actions.prove().differences == [{"look": "undeclared", "book": "gone-letters"}]
    with pytest.raises(Missing, match="Không ứng dụng nào đang cài khai báo"):
        actions.rebuild(letters.code)
