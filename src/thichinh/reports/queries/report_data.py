"""A report for programs: the keys of its definition with values, published values and checks."""

from __future__ import annotations

from typing import Any

from thichinh.accounts.rules import Actor
from thichinh.foundation.calendar import Period
from thichinh.indicators.queries.checks import Check
from thichinh.indicators.queries.records import behind, record_numbers
from thichinh.indicators.rules.formula import names
from thichinh.indicators.rules.identities import equation
from thichinh.indicators.rules.rounding import plain
from thichinh.reports.queries.building import all_checks
from thichinh.reports.queries.evaluated import EvaluatedReport

MOST_NUMBERS = 5000


def as_data(report: EvaluatedReport, actor: Actor) -> dict[str, Any]:
    """The report as JSON values.

    At the top stand the values over everything asked for; `periods` has the same keys for each
    period. `identities` lists every check on published (basis "published") and on computed
    figures, failures first, with the numbers of the records concerned as far as `actor` sees them,
    under the code of the unit that the identity counts in.
    """
    whole = report.period_set.span or report.period_set.periods[0]
    data: dict[str, Any] = {
        "report": report.definition.code,
        "title": report.definition.title,
        "unit": report.unit.code,
        "unit_name": report.unit.name,
        **_period(report, whole),
    }
    if report.period_set.span is not None:
        data |= _stated_totals(report, whole)
    elif len(report.period_set.periods) > 1:
        data["contiguous"] = False
    data["identities"] = [_identity(report, check, actor) for check in all_checks(report)]
    data["periods"] = [_period(report, period) for period in report.period_set.periods]
    return data


def _period(report: EvaluatedReport, period: Period) -> dict[str, Any]:
    values, catalogue = report.answers.of(period), report.catalogue
    stated = report.statements.of(period)
    both = report.beside(period)
    entry: dict[str, Any] = {
        "period": period.label,
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
    }
    published: dict[str, Any] = {}
    differences: dict[str, Any] = {}
    explained: dict[str, str] = {}
    for code in report.definition.keys:
        notation = catalogue.notation(code)
        entry[code] = notation.plain(values.get(code))
        if code not in stated:
            continue
        published[code] = notation.plain(stated[code].value)
        differences[code] = notation.plain(both.off(code))
        check = both.because(code)
        if check is not None:
            explained[code] = check.code
    return entry | {
        "published": published,
        "difference": differences,
        "explained_by": explained,
    }


def _stated_totals(report: EvaluatedReport, whole: Period) -> dict[str, Any]:
    stated = report.statements.of(whole)
    totals = report.definition.stated_totals
    return {
        name: report.catalogue.notation(code).plain(stated[code].value)
        for name, code in totals.items()
        if code in stated
    }


def _identity(report: EvaluatedReport, check: Check, actor: Actor) -> dict[str, Any]:
    result = check.result
    return {
        "code": check.code,
        "name": result.identity.name,
        "expression": result.identity.expression,
        "basis": result.basis,
        "from": result.period.first.isoformat(),
        "to": result.period.last.isoformat(),
        "pass": result.passed,
        "left": plain(result.left, 0),
        "right": plain(result.right, 0),
        "difference": plain(result.difference, 0),
        "verdict": check.verdict,
        "reason": check.reason,
        counted_in(report, check): _numbers(report, check, actor),
    }


def counted_in(report: EvaluatedReport, check: Check) -> str:
    """Under which key the records stand that an identity concerns: the unit they are counted in."""
    first = next(names(equation(check.result.identity)))
    return report.catalogue.notation(first.code).unit.code


def _numbers(report: EvaluatedReport, check: Check, actor: Actor) -> list[str]:
    concerned = check.concerned
    if concerned is None:
        return []
    parts = behind(report.catalogue, concerned.indicator, concerned.period, report.where)
    return [number for part in parts for number in record_numbers(part, actor, MOST_NUMBERS)]
