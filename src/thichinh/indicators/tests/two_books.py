"""Two books of other things: parcels of land in square metres, and letters in calendar years.

Both number their items from 1, so an item means something only within its book.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from thichinh.accounts.models import Unit
from thichinh.accounts.rules import Actor
from thichinh.foundation import definitions
from thichinh.foundation.calendar import CALENDAR_PERIODS, Period
from thichinh.foundation.definitions import LoadReport
from thichinh.indicators.models.definition import IndicatorDefinition
from thichinh.indicators.queries.catalogue import INDICATOR
from thichinh.indicators.rules.formula import Value
from thichinh.indicators.rules.measures import (
    MEASURES,
    BalanceMeasure,
    ComputedMeasure,
    FlowMeasure,
    Key,
)
from thichinh.indicators.tests.small_town import at
from thichinh.stocks.actions import post
from thichinh.stocks.rules import BOOKS, Amount, CellKey, Dimension, Move, Record, StockBook, Where

YEAR_2021 = Period.of("year", 2021, scheme=CALENDAR_PERIODS)


@dataclass(frozen=True)
class Shown:
    """Whoever looks sees everything."""

    prefix: str

    def records(self, items: Sequence[int], actor: Actor) -> Mapping[int, Record]:
        return {n: Record(f"{self.prefix}-{n}", f"{self.prefix} số {n}", f"/{n}/") for n in items}

    def count(self, items: Sequence[int], actor: Actor) -> int:
        return len(items)

    def numbers(self, items: Sequence[int], actor: Actor, limit: int) -> list[str]:
        return [f"{self.prefix}-{n}" for n in items[:limit]]

    def lock(self, item: int) -> None:
        raise AssertionError("nobody corrects here")

    def sees_all(self, actor: Actor) -> bool:
        return True


PARCELS = StockBook(
    code="parcels",
    title="Thửa đất",
    noun="thửa đất",
    stocks=("outside", "free", "leased"),
    dimensions=(Dimension("use", "Mục đích", lambda codes: dict.fromkeys(codes, "Đất ở")),),
    amount=Amount("m²", decimals=1),
    items=Shown("TD"),
)
LETTERS = StockBook(
    code="letters",
    title="Văn bản đến",
    noun="văn bản",
    stocks=("outside", "waiting", "answered"),
    dimensions=(Dimension("urgency", "Độ khẩn", kind=int), Dimension("use", "Dùng")),
    periods=CALENDAR_PERIODS,
    items=Shown("VB"),
)


def average_area(period: Period, where: Where, by: tuple[str, ...]) -> Mapping[Key, Value]:
    return {(): Fraction(365)} if not by else {("here",): Fraction(1)}


COUNTED = (
    BalanceMeasure("parcels.held", "Thửa đất quản lý", "parcels", ("free", "leased"), "end"),
    BalanceMeasure(
        "parcels.area", "Diện tích", "parcels", ("free", "leased"), "end",
        unit="square_metres", what="amount",
    ),
    FlowMeasure("parcels.taken_in", "Thửa đất nhận", "parcels", (("outside", "free"),)),
    FlowMeasure("letters.in", "Văn bản đến", "letters", (("outside", "waiting"),)),
    FlowMeasure(
        "letters.urgent", "Văn bản khẩn", "letters", (("outside", "waiting"),),
        {"urgency": {2, 3}},
    ),
    ComputedMeasure("parcels.average", "Diện tích bình quân", average_area, "square_metres"),
)  # fmt: skip


@contextmanager
def two_books() -> Iterator[None]:
    """Both books with two parcels and three letters of 2021; the parcels came in on 20 March."""
    with BOOKS.lent(PARCELS, LETTERS), MEASURES.lent(*COUNTED):
        unit = Unit.objects.get(code="pho-an").pk
        for item, area in ((1, "120.5"), (2, "79.5")):
            moves = [Move(at("2021-03-20"), 0, 1, Decimal(area))]
            post("parcels", item, CellKey(unit, ("o",)), moves, settle=False)
        for item, urgency in ((1, 1), (2, 2), (3, 3)):
            moves = [Move(at(f"2021-0{item}-10"), 0, 1)]
            post("letters", item, CellKey(unit, (urgency, "o")), moves, settle=False)
        yield


def define(code: str, formula: str, **said: object) -> None:
    """Publish one more indicator."""
    content = IndicatorDefinition.model_validate(
        {"code": code, "effective_from": date(2000, 1, 1), "name": code.title(),
         "formula": formula, **said}
    )  # fmt: skip
    definitions.publish(INDICATOR, content, LoadReport())
