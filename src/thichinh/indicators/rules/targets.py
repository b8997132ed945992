"""What an authority set itself for an indicator, for whom and for which years; whether it is met."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from thichinh.accounts.rules import UnitNode
from thichinh.foundation.calendar import Period
from thichinh.indicators.models.definition import IndicatorDefinition, Target, TargetDefinition
from thichinh.indicators.rules.formula import Value
from thichinh.indicators.rules.units import Notation

_WORDS = {
    "==": "bằng",
    ">": "trên",
    ">=": "từ",
    "<": "dưới",
    "<=": "không quá",
    "~": "khoảng",
}
_NEAR = Fraction(5)


def target_for(
    indicator: IndicatorDefinition,
    targets: Iterable[TargetDefinition],
    unit: UnitNode,
    period: Period,
) -> Target | None:
    """The target of a unit for a period: one that names the unit, else one of its kind, else one of
    all units, else what the indicator itself states."""
    found = [
        target
        for target in targets
        if target.indicator == indicator.code and _applies(target, unit, period)
    ]
    if not found:
        return indicator.target
    return max(found, key=lambda target: (bool(target.units), bool(target.unit_kinds))).target


def _applies(target: TargetDefinition, unit: UnitNode, period: Period) -> bool:
    named = unit.code in target.units or unit.kind in target.unit_kinds
    everybody = not target.units and not target.unit_kinds
    return (named or everybody) and (
        period.year in target.years and period.kind in target.period_kinds
    )


def meets(target: Target | None, value: Value) -> bool | None:
    """Whether the value reaches the target; None where there is no value, or no target."""
    if value is None or target is None:
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


def target_in_words(target: Target | None, notation: Notation) -> str:
    """'trên 80 % vào năm 2023', or nothing where no target is set."""
    if target is None:
        return ""
    whole = target.value / notation.scale % 1 == 0
    goal = Notation(notation.unit, 0 if whole else notation.decimals, notation.scale)
    by = f" vào năm {target.by}" if target.by else ""
    return f"{_WORDS[target.cmp]} {goal.shown(Fraction(target.value))}{by}"
