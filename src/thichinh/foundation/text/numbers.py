"""Numbers, percentages and money as Vietnamese write them: 21.003; 98,33 %; 1.500.000 đồng."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from thichinh.foundation.errors import Refused

Number = int | float | Decimal
NO_BREAK_SPACE = "\u00a0"
_UNIT = re.compile(r"(đồng|đ|₫|vnđ|vnd|%)$", re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*")
_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_MIXED = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})*,\d+|[+-]?\d{1,3}(?:,\d{3})+\.\d+")


def vn_number(number: Number, places: int = 0) -> str:
    """Write a number with '.' between thousands and ',' before `places` decimals (half up)."""
    quantum = Decimal(1).scaleb(-places)
    rounded = Decimal(str(number)).quantize(quantum, rounding=ROUND_HALF_UP)
    english = f"{abs(rounded) if rounded == 0 else rounded:,f}"
    return english.translate(str.maketrans(",.", ".,"))


def vn_percent(percent: Number, places: int = 2) -> str:
    """Write a percentage already multiplied by 100: 98.33 becomes '98,33 %'."""
    return f"{vn_number(percent, places)}{NO_BREAK_SPACE}%"


def vn_money(amount: Number) -> str:
    """Write an amount in whole đồng: '1.500.000 đồng', never broken over two lines."""
    return f"{vn_number(amount)}{NO_BREAK_SPACE}đồng"


def parse_vn_number(text: str) -> Decimal:
    """Read a number as people type it: '1.500.000', '98,33', '1500', '1 500 000 đồng', '12,5 %'.

    A comma is the decimal mark and dots group thousands; what only the English way can mean
    ('1,500,000', '1,500.25', '12.5') is understood too. Raises Refused for anything else.
    """
    compact = _UNIT.sub("", "".join(text.split()))
    if _GROUPED.fullmatch(compact) and not _is_decimal_comma(compact):
        return Decimal(re.sub(r"[.,]", "", compact))
    if _MIXED.fullmatch(compact):
        whole, fraction = re.split(r"[.,](?=\d+$)", compact)
        return Decimal(f"{re.sub(r'[.,]', '', whole)}.{fraction}")
    if _PLAIN.fullmatch(compact):
        return Decimal(compact.replace(",", "."))
    raise Refused(
        _("“%(text)s” không phải là số. Hãy nhập như 1.500.000 hoặc 98,33.")
        % {"text": text.strip()}
    )


def whole_number(text: str) -> int | None:
    """Read an id or a count from an address or a form: ASCII digits, at most 18; else None.

    `str.isdigit` also takes '²', which `int` does not read, and a table holds no longer number.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _is_decimal_comma(compact: str) -> bool:
    """'1,500' is one and a half in Vietnamese; '1,500,000' can only be grouping."""
    return compact.count(",") == 1
