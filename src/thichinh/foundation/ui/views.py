"""The living page: every component in every state, for builders and for the tests that look."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from thichinh.foundation import clock
from thichinh.foundation.forms import bind, shown
from thichinh.foundation.ui import form_sample, samples
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


@require_http_methods(["GET", "HEAD", "POST"])
def sample_form(request: HttpRequest) -> HttpResponse:
    """The sample of the form engine by itself: rows are added, errors shown; nothing is kept."""
    data = request.POST if request.method == "POST" else None
    form = bind(form_sample.DEFINITION, data, request.FILES, form_sample.context())
    shell = SHELLS.get(request.GET.get("shell", ""), SHELLS["official"])
    context = {"shell": shell, "sample": form, "answers": None}
    if form.is_valid():
        context["answers"] = shown(form_sample.DEFINITION, form.answers)
    return render(request, "ui/living/form.html", context, status=422 if form.errors else 200)


@require_POST
def sample_save(request: HttpRequest) -> HttpResponse:
    """Answer the sample form that saves itself; nothing is kept."""
    return JsonResponse({"saved_at": clock_time(clock.now())})
