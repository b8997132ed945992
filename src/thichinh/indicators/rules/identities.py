"""Checking an identity on figures, and saying in Vietnamese what came out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from thichinh.foundation.calendar import Period
from thichinh.foundation.text import vn_number
from thichinh.indicators.models.definition import IdentityDefinition
from thichinh.indicators.rules.formula import (
    WRITTEN_MARKS,
    Equation,
    Figures,
    Name,
    Sum,
    Value,
    compare,
    names,
    parse_equation,
    work_out,
    written,
)
from thichinh.indicators.rules.rounding import plain
from thichinh.indicators.rules.units import NO_VALUE

Basis = Literal["computed", "published"]
Extent = Literal["period", "pair", "span"]
_SCOPE_WORDS = {
    "previous": " kỳ trước",
    "first": " kỳ đầu",
    "total": " cả thời gian",
}


@dataclass(frozen=True)
class IdentityResult:
    """One identity worked out once. `passed` is None where a side has no value."""

    identity: IdentityDefinition
    basis: Basis
    period: Period
    previous: Period | None
    left: Value
    right: Value
    passed: bool | None
    figures: Figures

    @property
    def difference(self) -> Value:
        """Left minus right."""
        if self.left is None or self.right is None:
            return None
        return self.left - self.right


def equation(identity: IdentityDefinition) -> Equation:
    """The parsed expression of an identity."""
    return _parsed(identity.expression)


def extent(identity: IdentityDefinition) -> Extent:
    """Whether an identity speaks of one period, of two that follow, or of several together."""
    scopes = {name.scope for name in names(equation(identity))}
    if scopes & {"first", "total", "sum"}:
        return "span"
    return "pair" if "previous" in scopes else "period"


def checked(
    identity: IdentityDefinition,
    figures: Figures,
    *,
    basis: Basis,
    period: Period,
    previous: Period | None = None,
) -> IdentityResult:
    """Work out both sides and compare them exactly."""
    sides = equation(identity)
    left, right = work_out(sides.left, figures), work_out(sides.right, figures)
    passed = compare(sides, figures)
    return IdentityResult(identity, basis, period, previous, left, right, passed, figures)


def sentence(result: IdentityResult, name_of: Callable[[str], str]) -> str:
    """The identity with its figures: 'Kỳ trước chuyển sang (295) ≠ Đang giải quyết kỳ trước (350)'.

    `name_of` gives an indicator's Vietnamese name.
    """

    def with_value(part: Name | Sum) -> str:
        value = _shown(work_out(part, result.figures))
        if isinstance(part, Sum):
            return f"tổng các kỳ của {written(part.inside, bare, inner=True)} ({value})"
        return f"{name_of(part.code)}{_SCOPE_WORDS.get(part.scope, '')} ({value})"

    def bare(part: Name | Sum) -> str:
        return name_of(part.code) if isinstance(part, Name) else written(part.inside, bare)

    sides = equation(result.identity)
    mark = "≠" if result.passed is False and sides.mark == "==" else WRITTEN_MARKS[sides.mark]
    return f"{written(sides.left, with_value)} {mark} {written(sides.right, with_value)}"


def verdict(result: IdentityResult) -> str:
    """What came out, in one sentence."""
    if result.passed is None:
        return "Chưa đủ số liệu để kiểm tra."
    if result.passed:
        return f"Khớp: hai vế cùng bằng {_shown(result.left)}."
    left, right, off = (_shown(v) for v in (result.left, result.right, result.difference))
    return f"Không khớp: {left} và {right}, lệch {off}. {result.identity.when_broken}"


def _shown(value: Value) -> str:
    number = plain(value, 2 if value is not None and value.denominator > 1 else 0)
    if number is None:
        return NO_VALUE
    return vn_number(number, 0 if isinstance(number, int) else 2)


@lru_cache(maxsize=256)
def _parsed(expression: str) -> Equation:
    return parse_equation(expression)
