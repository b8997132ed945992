"""How a value is rounded and written; "no value" is written as such, not as zero."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from thichinh.foundation.text import vn_number, vn_percent
from thichinh.indicators.models.definition import IndicatorDefinition, Target
from thichinh.indicators.rules.formula import Value

NO_VALUE = "không có"
_TARGET_WORDS = {
    "==": "bằng",
    ">": "trên",
    ">=": "từ",
    "<": "dưới",
    "<=": "không quá",
    "~": "khoảng",
}
_NEAR = Fraction(5)


def rounded(value: Value, decimals: int) -> Decimal | None:
    """Half up, as a report rounds; None stays None."""
    if value is None:
        return None
    shifted = value * 10**decimals
    whole = (abs(shifted) + Fraction(1, 2)).__floor__()
    return Decimal(whole if shifted >= 0 else -whole).scaleb(-decimals)


def plain(value: Value, decimals: int) -> int | float | None:
    """The rounded value as JSON carries it: whole numbers stay whole."""
    number = rounded(value, decimals)
    if number is None:
        return None
    return int(number) if decimals == 0 else float(number)


def shown(value: Value, unit: str, decimals: int) -> str:
    """The value as a Vietnamese reader expects it: '21.003', '98,33 %', 'không có'."""
    number = rounded(value, decimals)
    if number is None:
        return NO_VALUE
    return vn_percent(number, decimals) if unit == "percent" else vn_number(number, decimals)


def shown_off(value: Value, unit: str, decimals: int) -> str:
    """A difference with its sign: '+55', '−0,50 %' (a real minus), '0'."""
    number = rounded(value, decimals)
    sign = "+" if number and number > 0 else "−" if number and number < 0 else ""
    return sign + shown(None if value is None else abs(value), unit, decimals)


def shown_for(definition: IndicatorDefinition, value: Value) -> str:
    """The value of an indicator, written by its definition."""
    return shown(value, definition.unit, definition.decimals)


def exact(number: Decimal | int | float) -> Fraction:
    """A stored number as the fraction computations use."""
    return Fraction(Decimal(str(number)).quantize(Decimal("1e-10"), ROUND_HALF_UP))


def meets(target: Target, value: Value) -> bool | None:
    """Whether the value reaches the target; None where there is no value."""
    if value is None:
        return None
    goal = Fraction(target.value)
    checks = {
        "==": value == goal,
        ">": value > goal,
        ">=": value >= goal,
        "<": value < goal,
        "<=": value <= goal,
        "~": abs(value - goal) <= _NEAR,
    }
    return checks[target.cmp]


def target_in_words(definition: IndicatorDefinition) -> str:
    """'trên 80 % vào năm 2023', or nothing where no target is set."""
    target = definition.target
    if target is None:
        return ""
    goal = shown(
        Fraction(target.value), definition.unit, definition.decimals if target.value % 1 else 0
    )
    by = f" vào năm {target.by}" if target.by else ""
    return f"{_TARGET_WORDS[target.cmp]} {goal}{by}"
