"""Indicators for other programs: the same figures as the pages."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from ninja import Router

from thichinh.accounts.access.api_auth import actor_auth
from thichinh.accounts.rules import Actor
from thichinh.indicators.queries.asked import asked_figures
from thichinh.indicators.queries.checks import Check
from thichinh.indicators.queries.explaining import Explained, explain
from thichinh.indicators.schemas import CheckOut, IndicatorOut

VIEW = "indicator.view"
router = Router(tags=["indicators"], auth=actor_auth)


@router.get("/indicators/{code}", response=IndicatorOut, summary="One indicator opened")
def indicator(request: HttpRequest, code: str, unit: str = "", period: str = "") -> dict[str, Any]:
    """Value, formula, inputs, target, checks. Also `from` and `to` instead of `period` (2022-H1),
    and the dimensions of the indicator's books, such as `field`, for a slice.

    403 outside one's units, 404 for an unknown indicator, 422 for a period that cannot be read.
    """
    actor = cast(Actor, cast(Any, request).auth)
    actor.require(VIEW)
    asked = asked_figures(actor, VIEW, request.GET, [code], any_day=True)
    return _out(explain(asked.catalogue, code, asked.period, asked.unit, asked.cut))


def _out(found: Explained) -> dict[str, Any]:
    indicator = found.indicator
    return {
        "code": indicator.code,
        "name": indicator.name,
        "unit": found.unit.code,
        "unit_name": found.unit.name,
        "start": found.period.first,
        "end": found.period.last,
        "measured_in": found.notation.unit.code,
        "value": found.notation.plain(found.value),
        "shown": found.shown,
        "formula": indicator.formula,
        "inputs": [vars_of(part) for part in found.inputs],
        "target": found.target,
        "meets_target": found.meets_target,
        "published": found.notation.plain(found.stated.value) if found.stated else None,
        "source": found.stated.source if found.stated else "",
        "legal_basis": list(indicator.legal_basis),
        "identities": [_check(check) for check in found.checks],
        "by_unit": [vars_of(part) for part in found.by_unit],
        "has_records": found.opens,
    }


def vars_of(value: object) -> dict[str, Any]:
    """The fields of a small dataclass."""
    return dict(vars(value))


def _check(check: Check) -> CheckOut:
    return CheckOut(
        code=check.code,
        name=check.result.identity.name,
        basis=check.result.basis,
        passed=check.result.passed,
        equation=check.equation,
        verdict=check.verdict,
        reason=check.reason,
    )
