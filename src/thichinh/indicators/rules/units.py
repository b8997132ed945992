"""What an indicator is measured in, as data: contributed by apps, or defined by an authority."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from thichinh.foundation.contributions import Part, Registry
from thichinh.foundation.text import vn_number
from thichinh.foundation.text.numbers import NO_BREAK_SPACE
from thichinh.indicators.rules.formula import Value
from thichinh.indicators.rules.rounding import rounded

NO_VALUE = "không có"


@dataclass(frozen=True)
class MeasureUnit(Part):
    """A unit of indicators and measures.

    `name` says what is measured ("hồ sơ", "phần trăm"), `symbol` stands after a number ("%", "m²";
    a count has none). `scales` are the coarser ways to write it: {1000000: "triệu đồng"}; values
    stay in the unit itself. `counts`: a value counts things of a book and opens to them.
    """

    code: str
    name: str
    name_en: str = ""
    symbol: str = ""
    scales: Mapping[int, str] = field(default_factory=dict)
    counts: bool = False


MEASURE_UNITS: Registry[MeasureUnit] = Registry(MeasureUnit, lambda unit: unit.code)

NUMBER = MeasureUnit("number", "con số", "number")
"""What has no unit of its own."""
GENERAL = (
    NUMBER,
    MeasureUnit("percent", "phần trăm", "per cent", "%"),
    MeasureUnit("days", "ngày", "days", "ngày"),
    MeasureUnit("hours", "giờ", "hours", "giờ"),
    MeasureUnit(
        "dong", "đồng", "đồng", "đồng", {1_000_000: "triệu đồng", 1_000_000_000: "tỷ đồng"}
    ),
    MeasureUnit("square_metres", "mét vuông", "square metres", "m²", {10_000: "ha"}),
    MeasureUnit("items", "mục", "items", counts=True),
)


@dataclass(frozen=True)
class Notation:
    """How a value is rounded and written: "21.003", "98,33 %", "12,5 triệu đồng", "không có".

    `decimals` are those written, after dividing by `scale`; a rounded value is in the unit itself.
    """

    unit: MeasureUnit
    decimals: int = 0
    scale: int = 1

    @property
    def symbol(self) -> str:
        """What stands after the number."""
        return self.unit.symbol if self.scale == 1 else self.unit.scales[self.scale]

    def rounded(self, value: Value) -> Value:
        """The value as exact as it is written, half up; None stays None."""
        number = self._written(value)
        return None if number is None else Fraction(number) * self.scale

    def plain(self, value: Value) -> int | float | None:
        """The rounded value as JSON carries it: whole numbers stay whole."""
        number = self._written(value)
        if number is None:
            return None
        whole = Fraction(number) * self.scale
        return int(whole) if 10**self.decimals <= self.scale else float(whole)

    def shown(self, value: Value) -> str:
        """The value as a Vietnamese reader expects it."""
        number = self._written(value)
        if number is None:
            return NO_VALUE
        text = vn_number(number, self.decimals)
        return f"{text}{NO_BREAK_SPACE}{self.symbol}" if self.symbol else text

    def shown_off(self, value: Value) -> str:
        """A difference with its sign: '+55', '−0,50 %' (a real minus), '0'."""
        number = self._written(value)
        sign = "+" if number and number > 0 else "−" if number and number < 0 else ""
        return sign + self.shown(None if value is None else abs(value))

    def _written(self, value: Value) -> Decimal | None:
        return rounded(None if value is None else value / self.scale, self.decimals)
