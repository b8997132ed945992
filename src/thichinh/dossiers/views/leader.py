"""The leader's overview: one glance, each number opening what is behind it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from thichinh.accounts.access import ActorRequest, official_required
from thichinh.dossiers.queries import overview as glance
from thichinh.dossiers.queries.overview import Overview
from thichinh.foundation import clock
from thichinh.foundation.calendar import Period
from thichinh.foundation.ui.charts import Chart, Series
from thichinh.indicators.rules.rounding import plain

MOST_UNITS = 10


@official_required(glance.PERMISSION)
@require_GET
def overview(request: ActorRequest) -> HttpResponse:
    """Open now, today, this reporting month, the last year, the units, the warnings."""
    found = glance.overview(request.actor, request.GET.get("unit", ""))
    context = {
        "found": found,
        "now": clock.now(),
        "tiles": _tiles(found),
        "month_name": _month_name(found.month),
        "before": _before(found),
        "chart": _chart(found),
        "lines": found.lines[:MOST_UNITS],
        "rest": found.lines[MOST_UNITS:],
        "list_url": f"{reverse('dossiers:list')}?unit={found.unit.id}",
        "may_list": request.actor.may("dossier.view"),
    }
    return render(request, "dossiers/overview.html", context)


def _tiles(found: Overview) -> dict[str, Any]:
    """Values with the address of what is behind each."""
    day, month = found.day_values, found.month_values
    return {
        "open": plain(day[glance.OPEN], 0),
        "not_due": plain(day[glance.NOT_DUE], 0),
        "overdue": plain(day[glance.OVERDUE], 0),
        "in_today": plain(day[glance.IN], 0),
        "out_today": plain(day[glance.OUT], 0),
        "in_month": plain(month[glance.IN], 0),
        "out_month": plain(month[glance.OUT], 0),
        "late_month": plain(month[glance.LATE], 0),
        "rate": plain(month[glance.ON_TIME_RATE], 2),
        "in_today_url": _records(glance.IN, found.today, found),
        "out_today_url": _records(glance.OUT, found.today, found),
        "in_month_url": _records(glance.IN, found.month, found),
        "out_month_url": _records(glance.OUT, found.month, found),
        "late_month_url": _records(glance.LATE, found.month, found),
        "rate_url": _indicator(glance.ON_TIME_RATE, found.month, found),
    }


def _month_name(month: Period) -> str:
    """With its dates: it begins on the 15th of the month before the one it is called after."""
    first, last = (f"{day.day}/{day.month}" for day in (month.first, month.last))
    said = {"n": month.number, "first": first, "last": last}
    return _("tháng báo cáo %(n)d (%(first)s–%(last)s)") % said


def _before(found: Overview) -> dict[str, Any] | None:
    """The last full month, beside one that has only begun."""
    if found.before == found.month:
        return None
    values = found.before_values
    return {
        "name": _month_name(found.before),
        "in": plain(values[glance.IN], 0),
        "out": plain(values[glance.OUT], 0),
        "rate": plain(values[glance.ON_TIME_RATE], 2),
    }


def _records(code: str, period: Period, found: Overview) -> str:
    return f"{reverse('indicators:records', args=[code])}?{_asked(period, found)}"


def _indicator(code: str, period: Period, found: Overview) -> str:
    return f"{reverse('indicators:indicator', args=[code])}?{_asked(period, found)}"


def _asked(period: Period, found: Overview) -> str:
    start, end = period.first.isoformat(), period.last.isoformat()
    return urlencode({"from": start, "to": end, "unit": found.unit.code})


def _chart(found: Overview) -> Chart:
    """In and out by reporting month; each month opens its figures."""
    trend = found.trend
    return Chart(
        kind="bar",
        title=_("Tiếp nhận và giải quyết theo tháng báo cáo"),
        labels=[f"{m.last.month}/{m.last.year % 100:02d}" for m in trend.months],
        series=[
            Series(_("Tiếp nhận mới"), trend.values[glance.IN], tone="1"),
            Series(_("Đã giải quyết"), trend.values[glance.OUT], tone="3"),
        ],
        unit=_("hồ sơ"),
        links=[f"{reverse('indicators:index')}?{_asked(m, found)}" for m in trend.months],
    )
