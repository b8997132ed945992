"""Reports for other programs: the same data as `./thichinh report show --format json`."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from ninja import Router

from thichinh.accounts.access.api_auth import actor_auth
from thichinh.accounts.rules import Actor
from thichinh.foundation.clock import today
from thichinh.indicators.queries.default_period import default_period
from thichinh.indicators.rules.picking import asked_periods
from thichinh.reports.queries.evaluated import VIEW, evaluate_report, reporting_unit
from thichinh.reports.queries.report_data import as_data
from thichinh.stocks.queries import one_snapshot

router = Router(tags=["reports"], auth=actor_auth)


@router.get("/reports/{code}", response=dict[str, Any], summary="A report with its checks")
def report(request: HttpRequest, code: str, unit: str = "", period: str = "") -> dict[str, Any]:
    """The keys of the report with values, `published`, `difference`, `identities`, `periods`.

    `period` (2021, 2022-H1, 2021-Q3, 2021-M11) or pairs of `from` and `to`, repeated for several
    periods. 403 outside one's units, 404 for an unknown report, 422 for periods that overlap.
    """
    actor = cast(Actor, cast(Any, request).auth)
    actor.require(VIEW)
    periods = asked_periods(request.GET)
    on = periods[-1].last if periods else today()
    chosen = reporting_unit(actor, unit, on)
    if not periods:
        periods = [default_period(chosen.code, chosen.id)]
    with one_snapshot():
        return as_data(evaluate_report(actor, code, periods, chosen.code), actor)
