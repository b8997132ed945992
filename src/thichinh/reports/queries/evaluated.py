"""A report for a unit and some periods: everything evaluated and checked once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from django.utils.translation import gettext as _

from thichinh.accounts.queries.units import one_tree
from thichinh.accounts.rules import Actor, UnitNode
from thichinh.foundation import definitions
from thichinh.foundation.calendar import Period, PeriodScheme
from thichinh.foundation.clock import today
from thichinh.foundation.errors import Missing, Refused
from thichinh.foundation.models import DefinitionVersion
from thichinh.indicators.models.definition import IdentityDefinition
from thichinh.indicators.queries.asked import AskedPeriods, asked_periods_of
from thichinh.indicators.queries.catalogue import catalogue
from thichinh.indicators.queries.checks import (
    Beside,
    Check,
    PeriodSet,
    beside,
    on_computed,
    on_published,
    questions,
)
from thichinh.indicators.queries.evaluation import Answers, evaluate
from thichinh.indicators.queries.published import Statements, statements
from thichinh.indicators.queries.units import measured_unit
from thichinh.indicators.rules.catalogue import Catalogue
from thichinh.indicators.rules.periods import in_order
from thichinh.indicators.rules.picking import Query
from thichinh.reports.models.definition import ReportDefinition
from thichinh.reports.rules.sections import indicators_of
from thichinh.stocks.queries import one_snapshot
from thichinh.stocks.rules import Where

REPORT = definitions.Kind("report", "reports", ReportDefinition)
VIEW = "report.view"


@dataclass(frozen=True)
class EvaluatedReport:
    """A report's definition with all values and checks for one unit and some periods."""

    definition: ReportDefinition
    catalogue: Catalogue
    unit: UnitNode
    period_set: PeriodSet
    answers: Answers
    statements: Statements
    computed: tuple[Check, ...]
    published: tuple[Check, ...]

    def beside(self, period: Period) -> Beside:
        """Computed and published figures of one of the periods, and what a difference comes from."""
        return beside(self.catalogue, self.published, period, self.answers, self.statements)

    @property
    def where(self) -> Where:
        """The part of the books this report is about."""
        return Where(root=self.unit.id)

    @property
    def whole(self) -> Period:
        """All periods as one; where they leave gaps, from the first day to the last."""
        return self.period_set.whole


def evaluate_report(
    actor: Actor, code: str, periods: Sequence[Period], unit_code: str = ""
) -> EvaluatedReport:
    """Evaluate a report. A single period that papers cut into several is looked at in those.

    Raises Missing for an unknown report or unit, NotAllowed without `report.view` there, Refused
    for periods that overlap.
    """
    if not periods:
        raise Refused(_("Chọn ít nhất một kỳ báo cáo."), period=_("Chọn kỳ báo cáo."))
    with one_tree(actor.epoch or None), one_snapshot():
        return _evaluated(actor, code, _in_order(periods), unit_code)


def _evaluated(actor: Actor, code: str, asked: list[Period], unit_code: str) -> EvaluatedReport:
    on = asked[-1].last
    definition = report_definition(code, on)
    unit = reporting_unit(actor, unit_code, on)
    in_force = catalogue(on)
    stated = statements(unit.code, asked[0].scheme)
    period_set = PeriodSet(tuple(asked if len(asked) > 1 else stated.inside(asked[0]) or asked))
    identities = identities_of(in_force, definition)
    wanted = questions(identities, period_set, indicators_of(definition), stated)
    answers = evaluate(in_force, wanted, Where(root=unit.id))
    return EvaluatedReport(
        definition,
        in_force,
        unit,
        period_set,
        answers,
        stated,
        tuple(on_computed(in_force, identities, period_set, answers)),
        tuple(on_published(in_force, identities, period_set, stated, answers)),
    )


def asked_for_report(
    actor: Actor, code: str, query: Query, *, any_day: bool = False
) -> AskedPeriods:
    """The unit and periods that an address asks a report for. Raises as `asked_periods_of`."""
    kinds = report_definition(code).period_kinds
    return asked_periods_of(
        actor,
        VIEW,
        query,
        lambda on: indicators_of(report_definition(code, on)),
        kinds=kinds,
        any_day=any_day,
    )


def report_scheme(code: str) -> PeriodScheme:
    """The periods that a report is about: months from the 15th, or those of its books."""
    return catalogue().scheme(indicators_of(report_definition(code)))


def identities_of(
    in_force: Catalogue, definition: ReportDefinition
) -> tuple[IdentityDefinition, ...]:
    """The identities that belong to a report: those it names, else all about its indicators."""
    if definition.identities is None:
        return in_force.identities_about(indicators_of(definition))
    return in_force.identities_named(definition.identities)


def report_definition(code: str, on: date | None = None) -> ReportDefinition:
    """The definition of a report in force on a day; without a day the last one there was.

    Raises Missing, which says until when a form that has ended was in force.
    """
    found = {d.code.lower(): d for d in definitions.all_current(REPORT, on)}
    if code.lower() in found:
        return found[code.lower()]
    ended = {d.code.lower(): d for d in ended_reports()}.get(code.lower())
    if ended is None or (on is not None and on < ended.effective_from):
        raise Missing(_("Không có báo cáo “%(code)s”.") % {"code": code})
    if on is None:
        return ended
    raise Missing(
        _(
            "%(form)s áp dụng cho các kỳ đến hết ngày %(day)s. Mẫu áp dụng từ sau ngày ấy chưa có trong "
            "phần mềm; hãy lập theo mẫu mà cơ quan cấp trên gửi."
        )
        % {"form": ended.number or ended.title, "day": f"{ended.effective_to:%d/%m/%Y}"}
    )


def ended_reports() -> list[ReportDefinition]:
    """The reports whose last version has ended, and nothing took their place here."""
    rows = DefinitionVersion.objects.filter(kind=REPORT.name).order_by("code")
    ended = []
    for _code, versions in groupby(rows, key=lambda row: row.code):
        last = max(versions, key=definitions.precedence)
        if last.effective_to is not None and last.effective_to < today():
            ended.append(ReportDefinition.model_validate(last.content))
    return sorted(ended, key=lambda d: (d.position, d.code))


def report_definitions(on: date | None = None) -> list[ReportDefinition]:
    """Every report in force on a day, in the order people look for them."""
    return sorted(definitions.all_current(REPORT, on), key=lambda d: (d.position, d.code))


def reporting_unit(actor: Actor, unit_code: str, on: date) -> UnitNode:
    """The unit asked for, else the widest one this actor may report on. Raises as `evaluate_report` does."""
    return measured_unit(actor, VIEW, unit_code, on)


def _in_order(periods: Sequence[Period]) -> list[Period]:
    ordered = in_order(periods)
    for before, after in pairwise(ordered):
        if after.first <= before.last:
            raise Refused(
                _("Hai kỳ chồng lên nhau: %(before)s và %(after)s.")
                % {"before": before, "after": after},
                period=_("Chọn các kỳ không chồng nhau."),
            )
    return ordered
