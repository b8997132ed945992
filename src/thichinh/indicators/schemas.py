"""What crosses the wire about indicators."""

from __future__ import annotations

from datetime import date

from ninja import Schema


class InputOut(Schema):
    """One thing the formula names."""

    code: str
    name: str
    shown: str
    is_measure: bool


class UnitValueOut(Schema):
    """The indicator for one unit by itself; null has no value, which is not 0."""

    code: str
    name: str
    value: float | None
    target: str
    meets_target: bool | None


class CheckOut(Schema):
    """One identity about the indicator; `passed` is null where a side has no value."""

    code: str
    name: str
    basis: str
    passed: bool | None
    equation: str
    verdict: str
    reason: str


class IndicatorOut(Schema):
    """An indicator with its value, what it is made of and what was published."""

    code: str
    name: str
    unit: str
    unit_name: str
    start: date
    end: date
    measured_in: str
    value: float | None
    shown: str
    formula: str
    inputs: list[InputOut]
    target: str
    meets_target: bool | None
    published: float | None
    source: str
    legal_basis: list[str]
    identities: list[CheckOut]
    by_unit: list[UnitValueOut]
    has_records: bool
