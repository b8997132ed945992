"""A report for programs: the keys of its definition with values, published values and checks."""

from __future__ import annotations

from typing import Any

from thichinh.accounts.rules import Actor
from thichinh.foundation.calendar import Period
from thichinh.indicators.queries.checks import Check
from thichinh.indicators.queries.records import behind, record_numbers
from thichinh.indicators.rules.values import plain
from thichinh.reports.queries.building import all_checks
from thichinh.reports.queries.look import Look

MOST_NUMBERS = 5000


def as_data(look: Look, actor: Actor) -> dict[str, Any]:
    """The report as JSON values.

    At the top stand the values over everything asked for; `periods` has the same keys for each
    period. `identities` lists every check on published (basis "published") and on computed
    figures, failures first, with the numbers of the dossiers concerned as far as `actor` sees them.
    """
    whole = look.reach.span or look.reach.periods[0]
    data: dict[str, Any] = {
        "report": look.definition.code,
        "title": look.definition.title,
        "unit": look.unit.code,
        "unit_name": look.unit.name,
        **_period(look, whole),
    }
    if look.reach.span is not None:
        data |= _stated_totals(look, whole)
    elif len(look.reach.periods) > 1:
        data["contiguous"] = False
    data["identities"] = [_identity(look, check, actor) for check in all_checks(look)]
    data["periods"] = [_period(look, period) for period in look.reach.periods]
    return data


def _period(look: Look, period: Period) -> dict[str, Any]:
    values = look.answers.of(period)
    stated = look.statements.of(period)
    both = look.beside(period)
    entry: dict[str, Any] = {
        "period": period.label,
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
    }
    published: dict[str, Any] = {}
    differences: dict[str, Any] = {}
    explained: dict[str, str] = {}
    for code in look.definition.keys:
        indicator = look.catalogue.indicator(code)
        entry[code] = plain(values.get(code), indicator.decimals)
        if code not in stated:
            continue
        published[code] = plain(stated[code].value, indicator.decimals)
        differences[code] = plain(both.off(code), indicator.decimals)
        check = both.because(code)
        if check is not None:
            explained[code] = check.code
    return entry | {
        "published": published,
        "difference": differences,
        "explained_by": explained,
    }


def _stated_totals(look: Look, whole: Period) -> dict[str, Any]:
    stated = look.statements.of(whole)
    totals = look.definition.stated_totals
    return {
        name: plain(stated[code].value, look.catalogue.indicator(code).decimals)
        for name, code in totals.items()
        if code in stated
    }


def _identity(look: Look, check: Check, actor: Actor) -> dict[str, Any]:
    outcome = check.outcome
    return {
        "code": check.code,
        "name": outcome.identity.name,
        "expression": outcome.identity.expression,
        "basis": outcome.basis,
        "from": outcome.period.first.isoformat(),
        "to": outcome.period.last.isoformat(),
        "pass": outcome.passed,
        "left": plain(outcome.left, 0),
        "right": plain(outcome.right, 0),
        "difference": plain(outcome.difference, 0),
        "verdict": check.verdict,
        "reason": check.reason,
        "dossiers": _numbers(look, check, actor),
    }


def _numbers(look: Look, check: Check, actor: Actor) -> list[str]:
    concerned = check.concerned
    if concerned is None:
        return []
    found = behind(look.catalogue, concerned.indicator, concerned.period, look.where)
    return record_numbers(found, actor, MOST_NUMBERS)
