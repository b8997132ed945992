"""The public catalogue and one procedure: what to bring, how long, what it costs."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thichinh.accounts.access import public
from thichinh.accounts.queries.units import one_tree
from thichinh.foundation.text import whole_number
from thichinh.procedures import queries
from thichinh.procedures.queries import CatalogueFilter
from thichinh.procedures.queries.catalogue import LEVELS

PER_PAGE = 20


@public
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Search as one types; without scripts the same page answers the form."""
    with one_tree():
        return _catalogue(request)


def _catalogue(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    wanted = CatalogueFilter(
        q=asked.get("q", "").strip()[:200],
        field=asked.get("field", ""),
        level=asked.get("level", ""),
        online=asked.get("online") == "1",
    )
    page = Paginator(queries.catalogue(wanted), PER_PAGE).get_page(asked.get("page"))
    live = request.headers.get("HX-Request") == "true"
    names = queries.level_names()
    context = {
        "page": page,
        "wanted": wanted,
        "fields": queries.field_counts(wanted),
        "levels": [(code, names[code]) for code in LEVELS if code in names],
    }
    template = "procedures/catalogue.html"
    return render(request, f"{template}#results" if live else template, context)


@public
@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure; `?phien-ban=1` shows an older version."""
    return _sheet(request, code, "procedures/procedure.html")


@public
@require_safe
def checklist(request: HttpRequest, code: str) -> HttpResponse:
    """The list of papers to print and tick."""
    return _sheet(request, code, "procedures/checklist.html")


def _sheet(request: HttpRequest, code: str, template: str) -> HttpResponse:
    version = whole_number(request.GET.get("phien-ban", ""))
    url = request.build_absolute_uri(request.path.removesuffix("giay-to/"))
    return render(request, template, {"sheet": queries.sheet(code, version), "url": url})
