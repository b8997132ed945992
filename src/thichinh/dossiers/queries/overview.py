"""What a leader sees at one glance: five questions to the books, whatever the size of the town."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

from thichinh.accounts.queries import unit_tree
from thichinh.accounts.queries.units import one_tree
from thichinh.accounts.rules import Actor, UnitNode
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.queries.shelves import due_soon, reach_of
from thichinh.dossiers.rules.book import BOOK
from thichinh.foundation import clock
from thichinh.foundation.calendar import Period
from thichinh.indicators.queries.catalogue import catalogue
from thichinh.indicators.queries.evaluation import Question, evaluate
from thichinh.indicators.queries.trend import Trend, monthly
from thichinh.indicators.queries.units import measured_unit, measured_units
from thichinh.indicators.rules.formula import Value
from thichinh.stocks.queries import one_snapshot
from thichinh.stocks.rules import Where

PERMISSION = "indicator.view"
IN, OUT, ON_TIME, LATE = "received_new", "resolved", "resolved_on_time", "resolved_late"
OPEN, OVERDUE, NOT_DUE = "in_progress", "in_progress_overdue", "in_progress_not_due"
ON_TIME_RATE = "resolved_on_time_pct"
_OF_MONTH = frozenset({IN, OUT, ON_TIME, LATE})
_STANDING = frozenset({OPEN, OVERDUE, NOT_DUE})
_OF_DAY = _OF_MONTH | _STANDING
MONTHS_BACK = 11
WARNINGS = 8


@dataclass(frozen=True)
class UnitLine:
    """One unit: what is open there, and how this month went."""

    unit: UnitNode
    open: int
    overdue: int
    resolved: int
    rate: float | None


@dataclass(frozen=True)
class Overview:
    """The glance: values of today, of the reporting month and of the last full one."""

    unit: UnitNode
    units: list[UnitNode]
    today: Period
    month: Period
    day_values: Mapping[str, Value]
    month_values: Mapping[str, Value]
    before: Period
    before_values: Mapping[str, Value]
    lines: list[UnitLine]
    trend: Trend
    soon: int
    soonest: list[Dossier]


def overview(actor: Actor, unit_code: str = "") -> Overview:
    """The state of a unit with everything below it, now. Raises Missing, NotAllowed."""
    day = clock.today()
    unit = measured_unit(actor, PERMISSION, unit_code, day)
    book, where = catalogue(day), Where(root=unit.id)
    now = Period.containing("month", day)
    last = now.previous()
    today = Period(day, day)
    asked = [Question(month, _OF_MONTH | {ON_TIME_RATE}) for month in (now, last)]
    span = Period(now.first - timedelta(days=30 * MONTHS_BACK), day)
    with one_tree(actor.epoch or None), one_snapshot():
        whole = evaluate(book, [*asked, Question(today, _OF_DAY)], where)
        # On the first days of a month, before its first result, the month before says more.
        month = now if whole.of(now)[OUT] else last
        split = evaluate(
            book, [Question(month, _OF_MONTH), Question(today, _STANDING)], where, by=("unit",)
        )
        trend = monthly(book, BOOK, [IN, OUT, OVERDUE], span, where)
    count, first = due_soon(reach_of(actor, unit.id), WARNINGS)
    return Overview(
        unit=unit,
        units=measured_units(actor, PERMISSION, day),
        today=today,
        month=month,
        day_values=whole.of(today),
        month_values=whole.of(month),
        before=last,
        before_values=whole.of(last),
        lines=_lines(split.values[month], split.values[today], actor.epoch or None),
        trend=trend,
        soon=count,
        soonest=first,
    )


ByUnit = Mapping[tuple[Any, ...], Mapping[str, Value]]


def _lines(in_month: ByUnit, standing: ByUnit, epoch: int | None) -> list[UnitLine]:
    """The units with work or results, the most overdue first."""
    nodes = unit_tree(epoch).nodes
    keys = {key for key in (*in_month, *standing) if key and key[0] in nodes}
    lines = [
        _line(nodes[key[0]], {**in_month.get(key, {}), **standing.get(key, {})}) for key in keys
    ]
    busy = [line for line in lines if line.open or line.resolved]
    return sorted(busy, key=lambda line: (-line.overdue, -line.open, line.unit.sort_key))


def _line(unit: UnitNode, values: Mapping[str, Value]) -> UnitLine:
    done = values.get(OUT) or Fraction(0)
    rate = float(100 * (values.get(ON_TIME) or Fraction(0)) / done) if done else None
    return UnitLine(unit, _whole(values, OPEN), _whole(values, OVERDUE), int(done), rate)


def _whole(values: Mapping[str, Value], code: str) -> int:
    return int(values.get(code) or 0)
