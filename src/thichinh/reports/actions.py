"""Writes: keep the paragraphs of a draft, freeze a version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from thichinh.accounts.rules import Actor
from thichinh.foundation import audit, definitions
from thichinh.foundation.calendar import Period
from thichinh.foundation.clock import now, today
from thichinh.foundation.errors import Refused
from thichinh.foundation.events import publish
from thichinh.foundation.text import nfc, vn_date
from thichinh.indicators.actions import freeze_values
from thichinh.indicators.rules.formula import Value
from thichinh.reports.events import ReportFrozen
from thichinh.reports.models import FrozenReport, ReportDraft
from thichinh.reports.queries.building import build
from thichinh.reports.queries.evaluated import (
    REPORT,
    EvaluatedReport,
    evaluate_report,
    report_definition,
    reporting_unit,
)
from thichinh.reports.rules.document import content_of, digest
from thichinh.reports.rules.sections import check_paragraphs
from thichinh.stocks.queries import one_snapshot

FREEZE = "report.freeze"


@transaction.atomic
def save_draft(
    *, actor: Actor, code: str, period: Period, unit_code: str, paragraphs: Mapping[str, str]
) -> ReportDraft:
    """Keep what an official wrote; paragraphs not named stay. Raises Refused, NotAllowed."""
    unit = reporting_unit(actor, unit_code, period.last)
    actor.require(FREEZE, unit.id)
    definition = report_definition(code, period.last)
    check_paragraphs(definition, paragraphs)
    draft = _locked_draft(definition.code, unit.id, period)
    draft.paragraphs = {**draft.paragraphs, **{k: nfc(v.strip()) for k, v in paragraphs.items()}}
    draft.updated_at = now()
    draft.updated_by_id = actor.account_id
    draft.save()
    audit.record(actor, "report.draft_saved", draft, data={"paragraphs": sorted(paragraphs)})
    return draft


@one_snapshot(writing=True)
def freeze_report(
    *, actor: Actor, code: str, periods: Sequence[Period], unit_code: str
) -> FrozenReport:
    """Issue a version: values, text and tables as of one moment, with a hash over all of them.

    In Vietnamese whoever asks: it is an official paper. Raises Conflict when the draft is written
    on, or frozen, at the same time; Refused while the period still runs.
    """
    with translation.override("vi"):
        found = evaluate_report(actor, code, periods, unit_code)
    actor.require(FREEZE, found.unit.id)
    _check_over(found.whole)
    draft = _locked_draft(found.definition.code, found.unit.id, found.whole)
    with translation.override("vi"):
        content = content_of(build(found, draft.paragraphs))
    earlier = FrozenReport.objects.filter(
        report=draft.report,
        unit_id=draft.unit_id,
        period_start=draft.period_start,
        period_end=draft.period_end,
    ).count()
    frozen = FrozenReport.objects.create(
        report=draft.report,
        version=definitions.version_row(REPORT, found.definition.code, found.whole.last),
        unit_id=draft.unit_id,
        period_start=draft.period_start,
        period_end=draft.period_end,
        number=earlier + 1,
        title=found.definition.title,
        content=content,
        sha256=digest(content),
        snapshot=freeze_values(
            actor=actor,
            purpose=f"{draft.report} {found.unit.code}",
            unit_code=found.unit.code,
            values=_values(found),
        ),
        frozen_by_id=actor.account_id,
        frozen_at=now(),
    )
    audit.record(actor, "report.frozen", frozen, data={"sha256": frozen.sha256})
    publish(ReportFrozen(frozen.pk))
    return frozen


def _check_over(period: Period) -> None:
    if period.last >= today():
        raise Refused(
            _(
                "Kỳ báo cáo đến hết ngày %(day)s mới kết thúc nên chưa chốt được. Hãy chốt sau "
                "ngày đó; bây giờ bạn có thể in bản nháp."
            )
            % {"day": vn_date(period.last)}
        )


def _values(found: EvaluatedReport) -> dict[Period, dict[str, Value]]:
    return {
        period: {code: found.answers.of(period).get(code) for code in found.definition.keys}
        for period in found.period_set.all
    }


def _locked_draft(report: str, unit_id: int, period: Period) -> ReportDraft:
    """The draft row is the lock of its report: versions are numbered one after the other."""
    draft, _created = ReportDraft.objects.get_or_create(
        report=report,
        unit_id=unit_id,
        period_start=period.first,
        period_end=period.last,
        defaults={"updated_at": now()},
    )
    return ReportDraft.objects.select_for_update().get(pk=draft.pk)
