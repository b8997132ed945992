"""Indicators for other programs: the same figures as the pages."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from ninja import Router

from thichinh.accounts.access.api_auth import actor_auth
from thichinh.accounts.rules import Actor
from thichinh.foundation.calendar import Period
from thichinh.foundation.clock import today
from thichinh.indicators.queries.catalogue import catalogue
from thichinh.indicators.queries.checks import Check
from thichinh.indicators.queries.default_period import default_period
from thichinh.indicators.queries.explaining import Explained, explain
from thichinh.indicators.queries.units import measured_unit
from thichinh.indicators.rules.picking import asked_cut, asked_periods
from thichinh.indicators.rules.values import plain
from thichinh.indicators.schemas import CheckOut, IndicatorOut

VIEW = "indicator.view"
router = Router(tags=["indicators"], auth=actor_auth)


@router.get("/indicators/{code}", response=IndicatorOut, summary="One indicator opened")
def indicator(request: HttpRequest, code: str, unit: str = "", period: str = "") -> dict[str, Any]:
    """Value, formula, inputs, target, checks. Also `from` and `to` instead of `period` (2022-H1),
    and `field`, `procedure` or `channel` (1 direct, 2 online, 3 postal) for a slice.

    403 outside one's units, 404 for an unknown indicator, 422 for a period that cannot be read.
    """
    actor = cast(Actor, cast(Any, request).auth)
    actor.require(VIEW)
    periods = asked_periods(request.GET)
    on = periods[-1].last if periods else today()
    measured = measured_unit(actor, VIEW, unit, on)
    if not periods:
        periods = [default_period(measured.code, measured.id)]
    whole = Period.between(periods[0].first, periods[-1].last)
    cut = asked_cut(request.GET)
    return _out(explain(catalogue(whole.last), code, whole, measured, cut))


def _out(found: Explained) -> dict[str, Any]:
    indicator = found.indicator
    return {
        "code": indicator.code,
        "name": indicator.name,
        "unit": found.unit.code,
        "unit_name": found.unit.name,
        "start": found.period.first,
        "end": found.period.last,
        "measured_in": indicator.unit,
        "value": plain(found.value, indicator.decimals),
        "shown": found.shown,
        "formula": indicator.formula,
        "inputs": [vars_of(part) for part in found.inputs],
        "target": found.target,
        "meets_target": found.meets_target,
        "published": plain(found.stated.value, indicator.decimals) if found.stated else None,
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
