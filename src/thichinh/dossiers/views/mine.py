"""A citizen's own dossiers: the list, one of them, its receipt, taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from thichinh.accounts.access import ActorRequest, citizen_required
from thichinh.accounts.rules import desk_name
from thichinh.dossiers.actions import DOSSIER_ACTS
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.queries import drafts, own
from thichinh.dossiers.rules.numbers import spaced
from thichinh.dossiers.rules.plain import answer_due
from thichinh.dossiers.rules.verbs import VERBS
from thichinh.foundation import calendar, clock
from thichinh.foundation.acts.pages import PressForm
from thichinh.foundation.calendar import due_phrase, since_phrase
from thichinh.foundation.downloads import download
from thichinh.foundation.errors import Conflict
from thichinh.foundation.text import whole_number
from thichinh.procedures.rules import fee_phrase, term_phrase


@citizen_required
@never_cache
@require_GET
def mine(request: ActorRequest) -> HttpResponse:
    """Drafts first, then dossiers, each with what to do next."""
    after = whole_number(request.GET.get("truoc", ""))
    now = clock.now()
    begun = [] if after else drafts.drafts_of(request.actor)
    page = own.own_dossiers(request.actor, after)
    context = {
        "drafts": [
            (draft, since_phrase(draft.updated_at, now), drafts.kept_until(draft))
            for draft in begun
        ],
        "page": page,
        "older": after is not None,
        "first_url": reverse("dossiers:mine") if after else None,
        "next_url": f"?truoc={page.after}" if page.after else None,
    }
    return render(request, "dossiers/mine.html", context)


@citizen_required
@never_cache
@require_GET
def my_dossier(request: ActorRequest, number: str) -> HttpResponse:
    """One dossier as a plain story: who has it, until when, what happened."""
    told = own.own_dossier(request.actor, number)
    context = {
        "told": told,
        "dossier": told.dossier,
        "secret": spaced(told.dossier.secret),
        "files": own.own_files(told.dossier),
        "fee": fee_phrase(told.definition.fee),
        "term": term_phrase(told.definition.term),
        "has_slip": has_slip(told.dossier),
        "file_again": told.dossier.state == Dossier.State.REFUSED and told.definition.online,
    }
    return render(request, "dossiers/my_dossier.html", context)


@citizen_required
@never_cache
@require_GET
def receipt(request: ActorRequest, number: str) -> HttpResponse:
    """After sending: the number, the look-up code, what happens next."""
    told = own.own_dossier(request.actor, number)
    due = due_phrase(answer_due(told.dossier, calendar.current()))
    context = {
        "told": told,
        "dossier": told.dossier,
        "secret": spaced(told.dossier.secret),
        "desk": desk_name(told.dossier.receiving_unit),
        "answer_due": due,
        "term": term_phrase(told.definition.term),
        "fee": fee_phrase(told.definition.fee),
        "track_url": track_url(request, told.dossier),
    }
    return render(request, "dossiers/receipt.html", context)


@citizen_required
@require_GET
def my_file(request: ActorRequest, number: str, file_id: int) -> FileResponse:
    """A file one handed in."""
    found = own.own_file(request.actor, number, file_id)
    return download(found.file, found.name)


@citizen_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: ActorRequest, number: str) -> HttpResponse:
    """A page that asks once more, and the act."""
    told = own.own_dossier(request.actor, number)
    form = PressForm(VERBS["withdraw"], request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            return _withdrawn(request, number, form)
    elif not told.may_withdraw:
        raise Conflict(_("Hồ sơ này đã có kết quả hoặc đã dừng nên không rút được nữa."))
    context: dict[str, Any] = {
        "told": told,
        "dossier": told.dossier,
        "form": form,
        "confirm": VERBS["withdraw"].confirm,
        "key": f"rut-{told.dossier.pk}",
    }
    return render(request, "dossiers/withdraw.html", context, status=422 if form.errors else 200)


def _withdrawn(request: ActorRequest, number: str, form: PressForm) -> HttpResponse:
    key = form.cleaned_data["key"]
    DOSSIER_ACTS.perform_once(request.actor, "withdraw", number, form.said(), key=key)
    messages.success(request, _("Đã rút hồ sơ %(number)s.") % {"number": number})
    return HttpResponseRedirect(reverse("dossiers:my_dossier", args=[number]))


def has_slip(dossier: Dossier) -> bool:
    """A dossier refused before it was taken in has no slip of reception."""
    return dossier.received_at is not None or dossier.state == Dossier.State.SUBMITTED


def track_url(request: HttpRequest, dossier: Dossier) -> str:
    """Where the QR code leads: the number filled in, the code still to be typed."""
    return request.build_absolute_uri(f"{reverse('dossiers:track')}?so={dossier.number}")
