"""The officials' list of dossiers, and one dossier with everything that may be done to it."""

from __future__ import annotations

from functools import partial

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from thichinh.accounts.access import ActorRequest, official_required
from thichinh.dossiers import queries
from thichinh.dossiers.actions import DOSSIER_ACTS
from thichinh.dossiers.listings import DOSSIERS
from thichinh.dossiers.queries.page import attachment_of, dossier_page, happened_since
from thichinh.dossiers.rules.verbs import VERBS
from thichinh.foundation import clock
from thichinh.foundation.acts.pages import Drawing, DrawnButton, PressForm, press
from thichinh.foundation.downloads import download
from thichinh.foundation.errors import Conflict
from thichinh.foundation.listing import list_page
from thichinh.foundation.text import whole_number

VIEW = "dossier.view"


@official_required(VIEW)
def dossiers(request: ActorRequest) -> HttpResponseBase:
    """Shelves of dossiers with filters; a full number goes straight to the dossier."""
    return list_page(request, DOSSIERS)


@official_required(VIEW)
@require_GET
def dossier(request: ActorRequest, number: str) -> HttpResponse:
    """One dossier: what to do next, its facts, its history, its path through the books."""
    return _shown(request, number)


def _shown(request: ActorRequest, number: str, failed: PressForm | None = None) -> HttpResponse:
    found = dossier_page(request.actor, number)
    drawing = Drawing(
        actor=request.actor,
        subject=found.dossier,
        revision=found.dossier.revision,
        address=lambda verb: reverse("dossiers:act", args=[number, verb]),
        choices=lambda code: DOSSIER_ACTS.choices[code](request.actor, found.dossier),
        initial={"officer": found.dossier.assignee_id},
        failed=failed,
    )
    context = {
        "found": found,
        "may_read_log": request.actor.may("notification.log"),
        "dossier": found.dossier,
        "failed": failed,
        "main": [
            b for verb in found.verbs[:1] if found.main for b in _buttons(drawing, verb, True)
        ],
        "others": [
            button
            for verb in found.verbs
            if verb != found.main
            for button in _buttons(drawing, verb, False)
        ],
        "now": clock.now(),
        "crumbs": [(_("Hồ sơ"), reverse("dossiers:list")), (found.dossier.number, None)],
    }
    return render(request, "dossiers/dossier.html", context, status=422 if failed else 200)


def _buttons(drawing: Drawing, verb: str, first: bool) -> list[DrawnButton]:
    return drawing.buttons(VERBS[verb], first=first)


@official_required(VIEW)
@require_POST
def act(request: ActorRequest, number: str, verb: str) -> HttpResponse:
    """Do one act. The same press twice does it once; a page that is out of date is told so."""
    back, shown = reverse("dossiers:dossier", args=[number]), partial(_shown, request, number)
    try:
        return press(request, DOSSIER_ACTS, verb, number, back=back, shown=shown)
    except Conflict as conflict:
        return _told(request, number, conflict)


def _told(request: ActorRequest, number: str, conflict: Conflict) -> HttpResponse:
    """Somebody was faster: what they did, and the way back to the page as it is now."""
    seen = whole_number(request.POST.get("revision", ""))
    found = queries.dossier_of_number(request.actor, number)
    context = {
        "dossier": found,
        "message": conflict.message,
        "events": happened_since(found, found.revision if seen is None else seen),
        "typed": request.POST.get("reason") or request.POST.get("note"),
    }
    return render(request, "dossiers/conflict.html", context, status=409)


@official_required(VIEW)
@require_GET
def attachment(request: ActorRequest, number: str, file_id: int) -> FileResponse:
    """A file of the dossier, for who may see the dossier; always saved, never shown in place."""
    found = attachment_of(request.actor, number, file_id)
    return download(found.file, found.name)
