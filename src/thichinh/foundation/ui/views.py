"""The living page: every component in every state, for builders and for the tests that look."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from thichinh.foundation import clock
from thichinh.foundation.ui import samples
from thichinh.foundation.ui.nav import flat
from thichinh.foundation.ui.values import clock_time

SHELLS = {"public": "ui/public.html", "official": "ui/base.html"}


@require_GET
def living_page(request: HttpRequest) -> HttpResponse:
    """Show everything in one of the two shells: `?shell=public` or `?shell=official`."""
    shell = request.GET.get("shell", "")
    number = request.GET.get("page", "7")
    page = Paginator(range(1, 21004), 20).get_page(number)
    groups = samples.navigation()
    context = {
        "shell": SHELLS.get(shell, SHELLS["official"]),
        "page": page,
        "nav": groups,
        "nav_links": flat(groups),
        **samples.everything(),
    }
    return render(request, "ui/living/page.html", context)


@require_GET
def print_page(request: HttpRequest) -> HttpResponse:
    """Show the sheet for paper."""
    return render(request, "ui/living/print.html", samples.everything())


@require_POST
def sample_save(request: HttpRequest) -> HttpResponse:
    """Answer the sample form that saves itself; nothing is kept."""
    return JsonResponse({"saved_at": clock_time(clock.now())})
