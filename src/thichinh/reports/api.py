"""Reports for other programs: the same data as `./thichinh report show --format json`."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from ninja import Router

from thichinh.accounts.access.api_auth import actor_auth
from thichinh.accounts.rules import Actor
from thichinh.reports.queries.evaluated import VIEW, asked_for_report, evaluate_report
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
    with one_snapshot():
        asked = asked_for_report(actor, code, request.GET, any_day=True)
        return as_data(evaluate_report(actor, code, asked.periods, asked.unit.code), actor)
