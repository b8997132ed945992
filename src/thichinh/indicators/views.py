"""Pages: the list of indicators, one indicator opened, the records behind it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from thichinh.accounts.access.doors import official_required
from thichinh.accounts.access.middleware import ActorRequest
from thichinh.foundation.clock import today
from thichinh.foundation.errors import Refused
from thichinh.foundation.ui.asking import asks_again
from thichinh.foundation.ui.charts import Chart, Series
from thichinh.foundation.ui.values import joined, own_words, vietnamese
from thichinh.indicators.queries.asked import AskedFigures, asked_figures
from thichinh.indicators.queries.evaluation import evaluate_one
from thichinh.indicators.queries.explaining import Explained, explain
from thichinh.indicators.queries.period_choice import dates_again
from thichinh.indicators.queries.records import BookItems, behind, record_page
from thichinh.indicators.queries.units import measured_units
from thichinh.indicators.rules.catalogue import Catalogue
from thichinh.indicators.rules.formula import Value
from thichinh.indicators.rules.periods import PER_YEAR
from thichinh.indicators.rules.picking import picker, query_of
from thichinh.indicators.rules.targets import meets, target_in_words
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
    asked = asked_figures(request.actor, VIEW, request.GET)
    in_force = asked.catalogue
    where = asked.cut.where(asked.unit.id)
    values = evaluate_one(in_force, in_force.indicators, asked.period, where)
    rows = [_index_row(asked, code, values.get(code)) for code in in_force.indicators]
    return render(request, "indicators/index.html", _context(request, asked) | {"rows": rows})


def _index_row(asked: AskedFigures, code: str, value: Value) -> dict[str, Any]:
    notation = asked.catalogue.notation(code)
    target = asked.catalogue.target(code, asked.unit, asked.period)
    return {
        "indicator": asked.catalogue.indicator(code),
        "shown": notation.shown(value),
        "target": target_in_words(target, notation),
        "meets": meets(target, value),
    }


@official_required(VIEW)
@_asks_again
def indicator(request: ActorRequest, code: str) -> HttpResponse:
    """One indicator: value, formula, inputs, target, checks, units."""
    asked = asked_figures(request.actor, VIEW, request.GET, [code])
    found = explain(asked.catalogue, code, asked.period, asked.unit, asked.cut)
    query = query_of([asked.period], asked.unit.code, asked.cut)
    context = _context(request, asked) | {
        "crumbs": [
            (_("Chỉ tiêu"), f"{reverse('indicators:index')}?{query}"),
            (own_words(found.indicator), None),
        ],
        "found": found,
        "things": asked.catalogue.things(code),
        "targets": [unit for unit in found.by_unit if unit.target and len(found.by_unit) > 1],
        "chart": _chart(found, query_of([asked.period], "", asked.cut)),
        "checks_broken": [
            (check, asked.catalogue.things(check.concerned.indicator) if check.concerned else "")
            for check in found.checks
            if check.failed
        ],
        "checks_kept": [c for c in found.checks if c.result.passed],
    }
    return render(request, "indicators/indicator.html", context)


@official_required(VIEW)
@_asks_again
def records(request: ActorRequest, code: str) -> HttpResponse:
    """The records behind a value, those this person may see, book by book and page by page."""
    asked = asked_figures(request.actor, VIEW, request.GET, [code])
    parts = behind(asked.catalogue, code, asked.period, asked.cut.where(asked.unit.id))
    found = next((p for p in parts if p.book == request.GET.get("book")), parts[0])
    page = record_page(found, request.actor, request.GET.get("after", ""), PAGE)
    name = _full_name(asked.catalogue, code)
    query = query_of([asked.period], asked.unit.code, asked.cut)
    address = f"{request.path}?{query}"
    here = f"{address}&book={found.book}" if len(parts) > 1 else address
    context = _context(request, asked) | {
        "crumbs": _trail(asked.catalogue, code, name, query),
        "name": name,
        "found": found,
        "things": BOOKS[found.book].noun,
        "tabs": _book_tabs(parts, found, address),
        "page": page,
        "next_url": f"{here}&after={page.following}" if page.following else None,
        "first_url": here if request.GET.get("after") else None,
    }
    return render(request, "indicators/records.html", context)


def _book_tabs(
    parts: list[BookItems], shown: BookItems, address: str
) -> list[tuple[str, str, bool, int]]:
    """A tab per book where a value counts in several: the same item means another thing there."""
    return [
        (BOOKS[part.book].title, f"{address}&book={part.book}", part is shown, part.count)
        for part in parts
        if len(parts) > 1
    ]


def _context(request: ActorRequest, asked: AskedFigures) -> dict[str, Any]:
    units = measured_units(request.actor, VIEW, asked.period.last)
    return {
        "subtitle": joined(
            [*map(vietnamese, [asked.unit.name, *asked.labels]), asked.period.label]
        ),
        "query": query_of([asked.period], asked.unit.code, asked.cut),
        "hidden": asked.cut.pairs,
        "picker": picker(asked.period, asked.unit, units, PER_YEAR, today()),
    }


def _full_name(in_force: Catalogue, code: str) -> str:
    if code in in_force.indicators:
        return in_force.indicators[code].name
    return in_force.measure(code).title


def _trail(in_force: Catalogue, code: str, name: str, query: str) -> list[Crumb]:
    trail: list[Crumb] = [(_("Chỉ tiêu"), f"{reverse('indicators:index')}?{query}")]
    if code in in_force.indicators:
        trail.append((vietnamese(name), f"{reverse('indicators:indicator', args=[code])}?{query}"))
    return [*trail, (_("Danh sách"), None)]


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
        unit=found.notation.unit.symbol,
        places=found.indicator.decimals,
        links=[f"{here}?{query}{u.code}" for u in found.by_unit],
    )
