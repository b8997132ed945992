"""Slips and the register as PDF, shown in the browser to be printed."""

from __future__ import annotations

import re
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from thichinh.accounts.access import ActorRequest, official_required, signed_in_required
from thichinh.dossiers import queries
from thichinh.dossiers.queries import printing
from thichinh.dossiers.queries.printing import Period
from thichinh.dossiers.rules import slips
from thichinh.dossiers.views.mine import track_url
from thichinh.foundation import clock
from thichinh.foundation.calendar import local_time
from thichinh.foundation.downloads import pdf_answer
from thichinh.foundation.errors import Missing, Refused

VIEW = "dossier.view"
QUARTERS = (1, 2, 3, 4)


@signed_in_required
@require_GET
def slip(request: ActorRequest, number: str) -> HttpResponse:
    """M01 for the applicant and for officials who may see the dossier."""
    dossier = queries.dossier_of_number(request.actor, number)
    content = printing.reception_slip(request.actor, number, track_url(request, dossier))
    return pdf_answer(content, f"giay-tiep-nhan-{number}.pdf")


@official_required(VIEW)
@require_GET
def control_slip(request: ActorRequest, number: str) -> HttpResponse:
    """M05, for officials."""
    content = printing.control_slip(request.actor, number)
    return pdf_answer(content, f"phieu-kiem-soat-{number}.pdf")


@official_required(VIEW)
@require_GET
def register(request: ActorRequest) -> HttpResponse:
    """Choose a desk, a year and a part of it; the book opens as PDF."""
    desks = printing.register_desks(request.actor)
    desk = printing.register_desk(request.actor, request.GET.get("desk", "")) if desks else None
    period, part = _period(request)
    context = {
        "desks": desks,
        "desk": desk,
        "period": period,
        "is_after_m06": slips.is_after_m06(period.last),
        "part": part,
        "parts": _parts(),
        "years": range(local_time(clock.now()).year, 2019, -1),
        "sheets": printing.register_sheets(request.actor, desk, period) if desk else [],
    }
    return render(request, "dossiers/register.html", context)


@official_required(VIEW)
@require_GET
def register_pdf(request: ActorRequest) -> HttpResponse:
    """M06."""
    desk = printing.register_desk(request.actor, request.GET.get("desk", ""))
    period, part = _period(request)
    asked = request.GET.get("tap", "1")
    sheet = int(asked) if re.fullmatch(r"[1-9]\d{0,3}", asked, re.ASCII) else 1
    content = printing.register_pdf(request.actor, desk, period, sheet)
    words = ("so-theo-doi", desk.code.replace(".", "-"), str(period.year), part, f"tap-{sheet}")
    name = "-".join(filter(None, words))
    return pdf_answer(content, f"{name}.pdf")


def _parts() -> list[tuple[str, str]]:
    quarters = [(f"q{n}", _("Quý %(n)d") % {"n": n}) for n in QUARTERS]
    months = [(f"t{n}", _("Tháng %(n)d") % {"n": n}) for n in range(1, 13)]
    return [("", _("Cả năm")), *quarters, *months]


def _period(request: ActorRequest) -> tuple[Period, str]:
    """The year and part asked for; this year where none is. Raises Refused, Missing."""
    asked = request.GET.get("nam", "")
    year = int(asked) if re.fullmatch(r"\d{4}", asked, re.ASCII) else clock.today().year
    if not 2000 <= year <= clock.today().year:
        raise Refused(_("Không có sổ của năm %(year)d.") % {"year": year})
    part = request.GET.get("phan", "")
    if part not in dict(_parts()):
        raise Missing(_("Sổ không có phần này. Hãy chọn cả năm, một quý hoặc một tháng."))
    if not part:
        return printing.whole_year(year), part
    length = 3 if part[0] == "q" else 1
    first = (int(part[1:]) - 1) * length + 1
    return Period(date(year, first, 1), _last_of(year, first + length - 1)), part


def _last_of(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)
