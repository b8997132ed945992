"""Anybody who holds a slip may see how far the dossier is, without signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from thichinh.accounts.access import public
from thichinh.dossiers.forms.filing import TrackingForm
from thichinh.dossiers.queries.own import PlainDossier, tracked_by_slip
from thichinh.foundation import throttle
from thichinh.foundation.errors import DomainError, Refused
from thichinh.foundation.ui.forms import add_refusal
from thichinh.foundation.web import error_headers, request_context

TRIES, WINDOW = 30, 600
"""Tries per address and window in seconds; the API counts in the same bucket."""


@public
@never_cache
@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """The look-up code travels in the body only: never in an address, a log or a referrer."""
    if request.method != "POST":
        form = TrackingForm(initial={"number": request.GET.get("so", "")[:60]})
        return render(request, "dossiers/track.html", {"form": form})
    form = TrackingForm(request.POST)
    told: PlainDossier | None = None
    headers: dict[str, str] = {}
    status = 200
    try:
        if form.is_valid():
            throttle.hit(f"tracking:{request_context().ip}", limit=TRIES, seconds=WINDOW)
            told = tracked_by_slip(form.cleaned_data["number"], form.cleaned_data["secret"])
        else:
            status = 422
    except DomainError as error:
        status, headers = error.status, error_headers(error)
        _show(form, error)
    context = {"form": form, "told": told, "dossier": told.dossier if told else None}
    response = render(request, "dossiers/track.html", context, status=status)
    for name, value in headers.items():
        response.headers[name] = value
    return response


def _show(form: TrackingForm, error: DomainError) -> None:
    if isinstance(error, Refused):
        add_refusal(form, error)
    else:
        form.add_error(None, error.message)
