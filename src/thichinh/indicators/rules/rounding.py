"""Between exact fractions and the decimal numbers that papers and tables hold."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from thichinh.indicators.rules.formula import Value


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


def exact(number: Decimal | int | float) -> Fraction:
    """A stored number as the fraction computations use."""
    return Fraction(Decimal(str(number)).quantize(Decimal("1e-10"), ROUND_HALF_UP))
