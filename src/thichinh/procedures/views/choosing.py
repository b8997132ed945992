"""The IT officer chooses the authority's procedures from the national catalogue."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from thichinh.accounts.access import ActorRequest, official_required
from thichinh.accounts.queries.units import one_tree
from thichinh.foundation.errors import Refused
from thichinh.procedures import actions
from thichinh.procedures.models import Choice
from thichinh.procedures.queries import choosing


@official_required("definition.load")
def choose(request: ActorRequest) -> HttpResponse:
    """Every procedure of our level: offered or not, and the unit that decides it."""
    with one_tree():
        rows = choosing.choice_rows()
        refusal, status = None, 200
        if request.method == "POST":
            chosen = {
                row.code: Choice(
                    offered=f"on.{row.code}" in request.POST,
                    unit=request.POST.get(f"unit.{row.code}", ""),
                )
                for row in rows
            }
            try:
                offered = actions.choose_procedures(request.actor, chosen)
                messages.success(request, _("Đã ghi: %(n)d thủ tục được nhận.") % {"n": offered})
                return redirect("procedures:choose")
            except Refused as refused:
                refusal, status = refused, refused.status
        context = {"rows": rows, "offices": choosing.own_offices(), "refusal": refusal}
        return render(request, "procedures/choose.html", context, status=status)
