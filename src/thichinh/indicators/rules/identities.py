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
    COMPARISONS,
    Equation,
    Figures,
    Name,
    Sum,
    Value,
    names,
    parse_equation,
    work_out,
    written,
)
from thichinh.indicators.rules.values import NO_VALUE, plain

Basis = Literal["computed", "published"]
Reach = Literal["period", "pair", "span"]
_MARKS = {"==": "=", ">=": "≥", "<=": "≤", ">": ">", "<": "<"}
_SCOPE_WORDS = {
    "previous": " kỳ trước",
    "first": " kỳ đầu",
    "total": " cả thời gian",
}


@dataclass(frozen=True)
class Outcome:
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


def reach(identity: IdentityDefinition) -> Reach:
    """Whether an identity speaks of one period, of two that follow, or of several together."""
    scopes = {name.scope for name in names(equation(identity))}
    if scopes & {"first", "total", "sum"}:
        return "span"
    return "pair" if "previous" in scopes else "period"


def check(
    identity: IdentityDefinition,
    figures: Figures,
    *,
    basis: Basis,
    period: Period,
    previous: Period | None = None,
) -> Outcome:
    """Work out both sides and compare them exactly."""
    sides = equation(identity)
    left, right = work_out(sides.left, figures), work_out(sides.right, figures)
    passed = None if left is None or right is None else COMPARISONS[sides.mark](left, right)
    return Outcome(identity, basis, period, previous, left, right, passed, figures)


def sentence(outcome: Outcome, name_of: Callable[[str], str]) -> str:
    """The identity with its figures: 'Kỳ trước chuyển sang (295) ≠ Đang giải quyết kỳ trước (350)'.

    `name_of` gives an indicator's Vietnamese name.
    """

    def say(part: Name | Sum) -> str:
        value = _shown(work_out(part, outcome.figures))
        if isinstance(part, Sum):
            return f"tổng các kỳ của {written(part.inside, bare, inner=True)} ({value})"
        return f"{name_of(part.code)}{_SCOPE_WORDS.get(part.scope, '')} ({value})"

    def bare(part: Name | Sum) -> str:
        return name_of(part.code) if isinstance(part, Name) else written(part.inside, bare)

    sides = equation(outcome.identity)
    mark = "≠" if outcome.passed is False and sides.mark == "==" else _MARKS[sides.mark]
    return f"{written(sides.left, say)} {mark} {written(sides.right, say)}"


def verdict(outcome: Outcome) -> str:
    """What came out, in one sentence."""
    if outcome.passed is None:
        return "Chưa đủ số liệu để kiểm tra."
    if outcome.passed:
        return f"Khớp: hai vế cùng bằng {_shown(outcome.left)}."
    left, right, off = (_shown(v) for v in (outcome.left, outcome.right, outcome.difference))
    return f"Không khớp: {left} và {right}, lệch {off}. {outcome.identity.when_broken}"


def _shown(value: Value) -> str:
    number = plain(value, 2 if value is not None and value.denominator > 1 else 0)
    if number is None:
        return NO_VALUE
    return vn_number(number, 0 if isinstance(number, int) else 2)


@lru_cache(maxsize=256)
def _parsed(expression: str) -> Equation:
    return parse_equation(expression)
