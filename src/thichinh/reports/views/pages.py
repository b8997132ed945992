"""Pages: the reports there are, one report with its checks, drafts, frozen versions, PDF."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from thichinh.accounts.access.doors import official_required
from thichinh.accounts.access.middleware import ActorRequest
from thichinh.accounts.queries.units import one_tree
from thichinh.foundation.calendar import Period
from thichinh.foundation.clock import now, today
from thichinh.foundation.downloads import pdf_answer
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import vn_datetime
from thichinh.foundation.ui.asking import asks_again
from thichinh.foundation.ui.values import own_words
from thichinh.indicators.queries.period_choice import dates_again
from thichinh.indicators.queries.units import measured_units
from thichinh.indicators.rules.periods import PER_YEAR
from thichinh.indicators.rules.picking import picker, query_of
from thichinh.reports import actions
from thichinh.reports.models import FrozenReport
from thichinh.reports.models.definition import ReportDefinition
from thichinh.reports.queries import frozen as frozen_reports
from thichinh.reports.queries.building import build
from thichinh.reports.queries.evaluated import (
    VIEW,
    EvaluatedReport,
    asked_for_report,
    ended_reports,
    evaluate_report,
    report_definitions,
)
from thichinh.reports.queries.printing import draft_pdf, frozen_pdf
from thichinh.reports.rules.document import content_of
from thichinh.reports.rules.sections import narrative_keys
from thichinh.reports.views.page_blocks import page_blocks, summary
from thichinh.stocks.queries import one_snapshot

FREEZE = actions.FREEZE


def _dates_page(request: ActorRequest, refused: Refused) -> HttpResponse:
    context = dates_again(request.actor, VIEW, request.GET, refused)
    return render(request, "indicators/dates.html", context, status=422)


_asks_again = asks_again({"from", "to", "period"}, _dates_page)


@official_required(VIEW)
def index(request: ActorRequest) -> HttpResponse:
    """The reports there are, and the versions frozen last."""
    context = {
        "definitions": report_definitions(),
        "ended": [(definition, _last_periods(definition)) for definition in ended_reports()],
        "versions": frozen_reports.latest(request.actor),
    }
    return render(request, "reports/index.html", context)


def _last_periods(ended: ReportDefinition) -> str:
    """The query of the last year that a form which has ended was made for."""
    last = ended.effective_to or today()
    return urlencode({"from": date(last.year, 1, 1).isoformat(), "to": last.isoformat()})


@official_required(VIEW)
@_asks_again
def report(request: ActorRequest, code: str) -> HttpResponse:
    """A report for the periods and unit asked for, every number a link."""
    found, content = _drafted(request, code)
    period, query = found.whole, query_of(found.period_set.periods, found.unit.code)
    units = measured_units(request.actor, VIEW, period.last)
    kinds = [kind for kind in found.definition.period_kinds if kind in PER_YEAR]
    context = {
        "crumbs": [_home(), (own_words(found.definition, "short_title"), None)],
        "content": content,
        "blocks": page_blocks(content),
        "narratives": [b for b in content["blocks"] if b["kind"] == "narrative"],
        "summary": summary(found.definition.summary, content),
        "unit": found.unit,
        "period_name": period.label,
        "query": query,
        "picker": picker(period, found.unit, units, kinds, today()),
        "both": _with_previous(found),
        "versions": frozen_reports.versions(
            request.actor, found.definition.code, found.unit.id, period
        ),
        "may_freeze": request.actor.may(FREEZE, found.unit.id),
        "definition": found.definition,
    }
    return render(request, "reports/report.html", context)


@official_required(VIEW)
def pdf(request: ActorRequest, code: str) -> HttpResponse:
    """The draft as PDF: an official paper is in Vietnamese whoever asks."""
    with translation.override("vi"):
        found, content = _drafted(request, code)
    name = f"{found.definition.code}-{found.unit.code}-{found.whole.last}.pdf"
    return pdf_answer(draft_pdf(content, now()), name)


@official_required(FREEZE)
@require_POST
def save_draft(request: ActorRequest, code: str) -> HttpResponse:
    """Keep the paragraphs; answers the autosave script with the time, a person with the page."""
    found = _asked(request, code)
    keys = narrative_keys(found.definition)
    draft = actions.save_draft(
        actor=request.actor,
        code=code,
        period=found.whole,
        unit_code=found.unit.code,
        paragraphs={key: request.POST[key] for key in keys if key in request.POST},
    )
    if request.headers.get("X-Autosave"):
        return JsonResponse({"saved_at": vn_datetime(draft.updated_at).split()[0]})
    messages.success(request, _("Đã lưu phần thuyết minh."))
    return HttpResponseRedirect(_address("reports:report", code, found))


@official_required(FREEZE)
@require_POST
def freeze(request: ActorRequest, code: str) -> HttpResponse:
    """Issue a version and show it."""
    found = _asked(request, code)
    row = actions.freeze_report(
        actor=request.actor, code=code, periods=found.period_set.periods, unit_code=found.unit.code
    )
    messages.success(request, _("Đã chốt báo cáo. Bản này không thay đổi nữa."))
    return HttpResponseRedirect(reverse("reports:frozen", args=[row.pk]))


@official_required(VIEW)
def frozen(request: ActorRequest, frozen_id: int) -> HttpResponse:
    """A frozen version as it was issued."""
    row = frozen_reports.frozen(request.actor, frozen_id)
    period = Period.between(row.period_start, row.period_end)
    context = {
        "crumbs": [_home(), (f"{row.report} #{row.number}", None)],
        "row": row,
        "content": row.content,
        "blocks": page_blocks(row.content),
        "intact": frozen_reports.is_intact(row),
        "query": query_of([period], row.unit.code),
        "period_name": row.content["span"]["name"],
    }
    return render(request, "reports/frozen.html", context)


@official_required(VIEW)
def frozen_as_pdf(request: ActorRequest, frozen_id: int) -> HttpResponse:
    """A frozen version as PDF: the same bytes each time."""
    row: FrozenReport = frozen_reports.frozen(request.actor, frozen_id)
    name = f"{row.report}-{row.unit.code}-{row.period_end}-{row.number}.pdf"
    return pdf_answer(frozen_pdf(row), name)


def _home() -> tuple[str, str]:
    return _("Báo cáo"), reverse("reports:index")


def _asked(request: ActorRequest, code: str) -> EvaluatedReport:
    asked = asked_for_report(request.actor, code, request.GET)
    return evaluate_report(request.actor, code, asked.periods, asked.unit.code)


def _drafted(request: ActorRequest, code: str) -> tuple[EvaluatedReport, dict[str, Any]]:
    """The report asked for and its draft, every figure of both as of one moment."""
    with one_tree(request.actor.epoch or None), one_snapshot():
        found = _asked(request, code)
        written = frozen_reports.paragraphs(found.definition.code, found.unit.id, found.whole)
        return found, content_of(build(found, written))


def _with_previous(found: EvaluatedReport) -> str:
    """The query that puts the period before beside a single period, '' for several."""
    if len(found.period_set.periods) != 1:
        return ""
    period = found.period_set.periods[0]
    stated = found.statements.before(period)
    before = stated or period.previous()
    return query_of([before, period], found.unit.code)


def _address(name: str, code: str, found: EvaluatedReport) -> str:
    return f"{reverse(name, args=[code])}?{query_of(found.period_set.periods, found.unit.code)}"
