"""The IT officer's pages about their own authority: first day, units, hours, letterhead, layers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from thichinh.accounts import queries
from thichinh.accounts.access import ActorRequest, official_required, public
from thichinh.accounts.actions import links, own_authority
from thichinh.accounts.forms.authority import (
    ClosingForm,
    HoursForm,
    LetterheadForm,
    NewPasswordForm,
    UnitForm,
)
from thichinh.accounts.models import Account
from thichinh.accounts.queries import own_units
from thichinh.accounts.views.session import BACKEND
from thichinh.foundation.calendar import current as current_calendar
from thichinh.foundation.clock import today
from thichinh.foundation.definitions import comparing
from thichinh.foundation.errors import Refused
from thichinh.foundation.ui.forms import add_refusal

manage = official_required("account.manage")


@public
@never_cache
@sensitive_post_parameters("password")
def open_account(request: ActorRequest, secret: str) -> HttpResponse:
    """Behind a one-time link: who it is for sets their password and is signed in."""
    link = queries.link_in_force(secret)
    form = NewPasswordForm(request.POST or None)
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                account = links.open_by_link(secret, form.cleaned_data["password"])
                login(request, account, backend=BACKEND)
                return redirect(_first_page(account))
            status = 422
        except Refused as refused:
            add_refusal(form, refused)
            status = refused.status
    context = {"form": form, "account": link.account}
    return render(request, "accounts/open_account.html", context, status=status)


def _first_page(account: Account) -> str:
    """The check list for whoever sets an authority up, while anything on it is open."""
    manages = queries.actor_for(account).may("account.manage")
    waits = manages and not all(line.done for line in queries.first_day())
    return "accounts:first_day" if waits else "accounts:work"


@manage
@require_GET
def first_day(request: ActorRequest) -> HttpResponse:
    """The check list: what is done, and where the rest is done."""
    lines = queries.first_day()
    done = sum(line.done for line in lines)
    context = {"lines": lines, "done": done, "total": len(lines), "is_ready": done == len(lines)}
    return render(request, "accounts/first_day.html", context)


@manage
def units(request: ActorRequest) -> HttpResponse:
    """The authority's units as a tree, and a form for another one."""
    form = _unit_form(
        request.POST or None,
        {"first_day": own_units.first_free_day(), "parent": own_units.root_code()},
    )
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                own_authority.add_unit(request.actor, form.facts())
                messages.success(request, _("Đã lập đơn vị."))
                return redirect("accounts:units")
            status = 422
        except Refused as refused:
            add_refusal(form, refused)
            status = refused.status
    context = {"form": form, "lines": own_units.lines(today()), "today": today()}
    return render(request, "accounts/units.html", context, status=status)


@manage
def unit_page(request: ActorRequest, code: str) -> HttpResponse:
    """One unit: another name or other duties from a day on, or its end."""
    unit = queries.unit(code)
    facts = {
        "name": unit.name,
        "kind": unit.kind,
        "parent": unit.parent.code if unit.parent else own_units.root_code(),
        "duties": ", ".join(unit.duties),
        "first_day": today(),
    }
    closing = request.POST.get("do") == "close"
    form = _unit_form(None if closing else request.POST or None, facts, fixed=True)
    end = ClosingForm(request.POST if closing else None)
    status = 200
    if request.method == "POST":
        try:
            if closing and end.is_valid():
                own_authority.close_unit(request.actor, code, end.cleaned_data["first_day"])
                messages.success(request, _("Đã ghi ngày thôi hoạt động."))
                return redirect("accounts:units")
            if not closing and form.is_valid():
                own_authority.change_unit(request.actor, code, form.facts())
                messages.success(request, _("Đã ghi thay đổi."))
                return redirect("accounts:units")
            status = 422
        except Refused as refused:
            add_refusal(end if closing else form, refused)
            status = refused.status
    context = {"form": form, "end": end, "unit": unit}
    return render(request, "accounts/unit.html", context, status=status)


def _unit_form(data: Any, initial: dict[str, Any], *, fixed: bool = False) -> UnitForm:
    return UnitForm(
        data,
        initial=initial,
        kinds=own_units.kinds(today()),
        parents=own_units.lines(today()),
        fixed=fixed,
    )


@manage
def hours(request: ActorRequest) -> HttpResponse:
    """Working hours of the week, and the days on which the authority closes or opens specially."""
    form = HoursForm(request.POST or None, initial=own_units.hours(today()))
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                own_authority.write_hours(
                    request.actor, form.week(), form.cleaned_data["first_day"], form.added()
                )
                messages.success(request, _("Đã ghi giờ làm việc."))
                return redirect("accounts:hours")
            status = 422
        except Refused as refused:
            add_refusal(form, refused)
            status = refused.status
    special = [day for at, day in sorted(current_calendar().special.items()) if at >= today()]
    context = {"form": form, "special": special[:30]}
    return render(request, "accounts/hours.html", context, status=status)


@manage
def letterhead(request: ActorRequest) -> HttpResponse:
    """The head and foot of the authority's papers, and its organ identifier."""
    own = queries.own_authority()
    organ_code = own_units.organ_code()
    usual = own_units.usual_letterhead()
    told = {key: value or usual[key] for key, value in own.letterhead.model_dump().items()}
    form = LetterheadForm(
        request.POST or None, initial=told | {"organ_code": organ_code, "exercise": own.exercise}
    )
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                own_authority.write_letterhead(
                    request.actor,
                    form.letterhead(),
                    form.cleaned_data["organ_code"],
                    exercise=form.cleaned_data["exercise"],
                )
                messages.success(request, _("Đã ghi tiêu đề văn bản."))
                return redirect("accounts:letterhead")
            status = 422
        except Refused as refused:
            add_refusal(form, refused)
            status = refused.status
    context = {"form": form, "is_provisional": own_units.is_provisional(organ_code)}
    return render(request, "accounts/letterhead.html", context, status=status)


@manage
@require_GET
def overrides(request: ActorRequest) -> HttpResponse:
    """What the layers above changed since the authority made its own versions."""
    return render(request, "accounts/overrides.html", {"overrides": comparing.compare()})
