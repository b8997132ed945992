"""The first page: everybody is shown what they can do here; officials go to their work."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thichinh.accounts.access import ActorRequest, public
from thichinh.accounts.queries.units import one_tree
from thichinh.foundation import calendar, clock
from thichinh.foundation.calendar import opening
from thichinh.foundation.ui.nav import flat, navigation
from thichinh.procedures import queries as catalogue


@public
@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """`/`: file, track, look up a procedure, opening hours, contact."""
    if request.actor.is_official:
        links = flat(navigation(request.actor, ""))
        if links:
            return HttpResponseRedirect(links[0].url)
    with one_tree():
        context = {
            "opening": opening(calendar.current(), clock.now()),
            "online": catalogue.online_here(),
            "desk": catalogue.only_desk(),
        }
    return render(request, "dossiers/home.html", context)
