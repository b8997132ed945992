"""Pages: the list of indicators, one indicator opened, the records behind it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from thichinh.accounts.access.doors import official_required
from thichinh.accounts.access.middleware import ActorRequest
from thichinh.accounts.rules import UnitNode
from thichinh.foundation.calendar import Period
from thichinh.foundation.clock import today
from thichinh.foundation.errors import Refused
from thichinh.foundation.ui.asking import asks_again
from thichinh.foundation.ui.charts import Chart, Series
from thichinh.foundation.ui.values import joined, own_words, vietnamese
from thichinh.indicators.queries.catalogue import catalogue
from thichinh.indicators.queries.default_period import BOOK, default_period
from thichinh.indicators.queries.evaluation import evaluate_one
from thichinh.indicators.queries.explaining import Explained, explain
from thichinh.indicators.queries.period_choice import check_within_books, dates_again
from thichinh.indicators.queries.records import behind, record_page
from thichinh.indicators.queries.units import measured_unit, measured_units
from thichinh.indicators.rules.catalogue import Catalogue
from thichinh.indicators.rules.measures import measure
from thichinh.indicators.rules.periods import PER_YEAR
from thichinh.indicators.rules.picking import asked_cut, asked_periods, picker, query_of
from thichinh.indicators.rules.values import meets, shown_for, target_in_words
from thichinh.stocks.rules import BOOKS

Crumb = tuple[str, str | None]
VIEW = "indicator.view"
MOST_BARS = 40
PAGE = 30


def _dates_page(request: ActorRequest, refused: Refused) -> HttpResponse:
    context = dates_again(request.actor, VIEW, request.GET, refused)
    return render(request, "indicators/dates.html", context, status=422)


_asks_again = asks_again({"from", "to", "period"}, _dates_page)


@official_required(VIEW)
@_asks_again
def index(request: ActorRequest) -> HttpResponse:
    """Every indicator with its value for the period and unit asked for."""
    in_force, unit, period = _asked(request)
    cut = asked_cut(request.GET)
    values = evaluate_one(in_force, in_force.indicators, period, cut.where(unit.id))
    rows = [
        {
            "indicator": indicator,
            "shown": shown_for(indicator, values.get(code)),
            "target": target_in_words(indicator),
            "meets": meets(indicator.target, values.get(code)) if indicator.target else None,
        }
        for code, indicator in in_force.indicators.items()
    ]
    context = _context(request, in_force, unit, period) | {"rows": rows}
    return render(request, "indicators/index.html", context)


@official_required(VIEW)
@_asks_again
def indicator(request: ActorRequest, code: str) -> HttpResponse:
    """One indicator: value, formula, inputs, target, checks, units."""
    in_force, unit, period = _asked(request)
    cut = asked_cut(request.GET)
    found = explain(in_force, code, period, unit, cut)
    context = _context(request, in_force, unit, period) | {
        "crumbs": [
            (_("Chỉ tiêu"), f"{reverse('indicators:index')}?{query_of([period], unit.code, cut)}"),
            (own_words(found.indicator), None),
        ],
        "found": found,
        "chart": _chart(found, query_of([period], "", cut)),
        "checks_broken": [c for c in found.checks if c.failed],
        "checks_kept": [c for c in found.checks if c.result.passed],
    }
    return render(request, "indicators/indicator.html", context)


@official_required(VIEW)
@_asks_again
def records(request: ActorRequest, code: str) -> HttpResponse:
    """The records behind a value, those this person may see, page by page."""
    in_force, unit, period = _asked(request)
    cut = asked_cut(request.GET)
    found = behind(in_force, code, period, cut.where(unit.id))
    page = record_page(found, request.actor, request.GET.get("after", ""), PAGE)
    name = in_force.indicators[code].name if code in in_force.indicators else measure(code).title
    query = query_of([period], unit.code, cut)
    context = _context(request, in_force, unit, period) | {
        "crumbs": _trail(in_force, code, name, query),
        "name": name,
        "found": found,
        "page": page,
        "next_url": f"{request.path}?{query}&after={page.following}" if page.following else None,
        "first_url": f"{request.path}?{query}" if request.GET.get("after") else None,
    }
    return render(request, "indicators/records.html", context)


def _asked(request: ActorRequest) -> tuple[Catalogue, UnitNode, Period]:
    periods = asked_periods(request.GET)
    on = periods[-1].last if periods else today()
    unit = measured_unit(request.actor, VIEW, request.GET.get("unit", ""), on)
    if periods:
        check_within_books(periods, unit.code)
    else:
        periods = [default_period(unit.code, unit.id)]
    period = Period.between(periods[0].first, periods[-1].last)
    return catalogue(period.last), unit, period


def _context(
    request: ActorRequest, in_force: Catalogue, unit: UnitNode, period: Period
) -> dict[str, Any]:
    units = measured_units(request.actor, VIEW, period.last)
    cut = asked_cut(request.GET)
    dimensions = BOOKS[BOOK].dimension
    names = [dimensions(name).named([value])[value] for name, value in cut.pairs]
    return {
        "subtitle": joined([*map(vietnamese, [unit.name, *names]), period.label]),
        "query": query_of([period], unit.code, cut),
        "hidden": cut.pairs,
        "picker": picker(period, unit, units, PER_YEAR, today()),
    }


def _trail(in_force: Catalogue, code: str, name: str, query: str) -> list[Crumb]:
    trail: list[Crumb] = [(_("Chỉ tiêu"), f"{reverse('indicators:index')}?{query}")]
    if code in in_force.indicators:
        trail.append((vietnamese(name), f"{reverse('indicators:indicator', args=[code])}?{query}"))
    return [*trail, (_("Hồ sơ"), None)]


def _chart(found: Explained, query: str) -> Chart | None:
    """The units side by side, where there are several and not too many."""
    if not 1 < len(found.by_unit) <= MOST_BARS:
        return None
    here = reverse("indicators:indicator", args=[found.indicator.code])
    return Chart(
        kind="hbar",
        lang="vi",
        title=found.indicator.name,
        labels=[u.name for u in found.by_unit],
        series=[
            Series(
                found.indicator.short_name or found.indicator.name, [u.value for u in found.by_unit]
            )
        ],
        unit="%" if found.indicator.unit == "percent" else "",
        places=found.indicator.decimals,
        links=[f"{here}?{query}{u.code}" for u in found.by_unit],
    )
