"""The officials' list of dossiers, and one dossier with everything that may be done to it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from thichinh.accounts.access import ActorRequest, official_required
from thichinh.accounts.queries import unit_choices
from thichinh.dossiers import queries
from thichinh.dossiers.actions import DOSSIER_ACTS
from thichinh.dossiers.forms.lists import ListForm
from thichinh.dossiers.queries.page import attachment_of, dossier_page, happened_since
from thichinh.dossiers.queries.shelves import (
    SHELVES,
    DossierShelf,
    DossierSieve,
    shelf_counts,
    shelf_page,
)
from thichinh.dossiers.rules.verbs import VERBS
from thichinh.foundation import clock
from thichinh.foundation.acts.pages import Drawing, DrawnButton, PressForm, press
from thichinh.foundation.downloads import download
from thichinh.foundation.errors import Conflict
from thichinh.foundation.text import whole_number
from thichinh.procedures.queries import fields

VIEW = "dossier.view"


@official_required(VIEW)
@require_GET
def dossiers(request: ActorRequest) -> HttpResponse:
    """Shelves of dossiers with filters; a full number goes straight to the dossier."""
    form = ListForm(request.GET, unit_choices(request.actor, VIEW), fields())
    sieve = _sieve(form)
    shelf = _shelf(request, sieve)
    page = shelf_page(request.actor, shelf, sieve, request.GET.get("after", ""))
    if sieve.text and len(page.rows) == 1 and page.rows[0].number == sieve.text.upper():
        return HttpResponseRedirect(reverse("dossiers:dossier", args=[page.rows[0].number]))
    context = {
        "form": form,
        "shelf": shelf,
        "tabs": _tabs(request, shelf, shelf_counts(request.actor, sieve)),
        "page": page,
        "sieved": sieve != DossierSieve(),
        "now": clock.now(),
        "next_url": _query(request, after=page.after) if page.after else None,
        "first_url": _query(request, after="") if request.GET.get("after") else None,
    }
    return render(request, "dossiers/list.html", context)


def _sieve(form: ListForm) -> DossierSieve:
    if not form.is_valid():
        return DossierSieve()
    said = form.cleaned_data
    return DossierSieve(
        text=said["q"].strip(),
        state=said["state"],
        unit_id=said["unit"],
        procedure=said["procedure"],
        field=said["field"],
        mine=said["mine"],
    )


def _shelf(request: ActorRequest, sieve: DossierSieve) -> DossierShelf:
    """The shelf asked for; looking for a text or a state looks everywhere unless told otherwise."""
    asked = request.GET.get("ngan", "")
    for shelf in SHELVES:
        if shelf == asked:
            return shelf
    return "all" if sieve.text or sieve.state else "open"


def _tabs(
    request: ActorRequest, current: DossierShelf, counts: Mapping[str, int | None]
) -> list[tuple[str, str, bool, int | None]]:
    labels: dict[DossierShelf, str] = {
        "open": _("Đang giải quyết"),
        "overdue": _("Quá hạn"),
        "soon": _("Sắp đến hạn"),
        "awaiting": _("Chờ tiếp nhận"),
        "paused": _("Tạm dừng"),
        "results": _("Chờ trả kết quả"),
        "all": _("Tất cả"),
    }
    return [
        (label, _query(request, ngan=shelf, after=""), shelf == current, counts[shelf])
        for shelf, label in labels.items()
    ]


def _query(request: ActorRequest, **changed: str) -> str:
    kept = {name: value for name, value in request.GET.items() if value} | changed
    return "?" + urlencode({name: value for name, value in kept.items() if value})


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
