"""People at the counter: found, corrected, and given an account once their papers were seen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from thichinh.accounts import actions, queries
from thichinh.accounts.access import ActorRequest, official_required
from thichinh.accounts.forms import PersonForm
from thichinh.accounts.listings import PEOPLE
from thichinh.accounts.models import Person
from thichinh.foundation.errors import Refused
from thichinh.foundation.listing import list_page
from thichinh.foundation.ui.forms import add_refusal

SHOWN = (
    "full_name", "kind", "identity_number", "tax_code", "birth_date", "sex",
    "phone", "email", "address",
)  # fmt: skip


@official_required("person.view")
def people_list(request: ActorRequest) -> HttpResponseBase:
    """The people that what was typed may mean, the likeliest first; nobody before that."""
    return list_page(request, PEOPLE)


@official_required("person.edit")
def new_person(request: ActorRequest) -> HttpResponse:
    """Write a person down; a known number finds them again instead."""
    form = PersonForm(request.POST or None, initial={"kind": Person.Kind.CITIZEN})
    person, status = _saved(request, form)
    if person is not None:
        return redirect("accounts:person", person.pk)
    return render(request, "accounts/person_new.html", {"form": form}, status=status)


@official_required("person.view")
def person_page(request: ActorRequest, person_id: int) -> HttpResponse:
    """One person's facts, to read or (with `person.edit`) to correct."""
    person = queries.person(request.actor, person_id)
    initial = {name: getattr(person, name) for name in SHOWN}
    form = PersonForm(request.POST or None, initial=initial)
    saved, status = _saved(request, form, person_id)
    if saved is not None:
        messages.success(request, _("Đã lưu."))
        return redirect("accounts:person", person_id)
    context = {
        "person": person,
        "form": form,
        "account": getattr(person, "account", None),
        "may_edit": request.actor.may("person.edit"),
    }
    return render(request, "accounts/person.html", context, status=status)


def _saved(
    request: ActorRequest, form: PersonForm, person_id: int | None = None
) -> tuple[Person | None, int]:
    """The person written down from a posted form, or None and the status of its page."""
    if request.method != "POST":
        return None, 200
    try:
        if form.is_valid():
            return actions.upsert_person(request.actor, form.facts(), person_id), 302
    except Refused as refused:
        add_refusal(form, refused)
    return None, 422


@official_required("person.edit")
@require_POST
def confirm_identity(request: ActorRequest, person_id: int) -> HttpResponse:
    """The papers of who uses the account were compared."""
    actions.confirm_identity(request.actor, person_id)
    messages.success(request, _("Đã ghi nhận đối chiếu giấy tờ."))
    return redirect("accounts:person", person_id)


@official_required("person.edit")
@require_POST
def detach_account(request: ActorRequest, person_id: int) -> HttpResponse:
    """Somebody else signed up with this person's number: close that account, free the number."""
    actions.detach_account(request.actor, person_id)
    messages.success(
        request, _("Đã khoá và tách tài khoản ấy. Bây giờ có thể mở tài khoản cho người này.")
    )
    return redirect("accounts:person", person_id)


@official_required("person.edit")
@require_POST
@never_cache
def open_account(request: ActorRequest, person_id: int) -> HttpResponse:
    """Open the account of a person whose papers were seen, or give it a new password."""
    person = queries.person(request.actor, person_id)
    if getattr(person, "account", None) is None:
        _account, password = actions.create_citizen(request.actor, person)
    else:
        password = actions.reset_citizen_password(request.actor, person_id)
    context: dict[str, Any] = {
        "secret": password,
        "what": _("Mật khẩu dùng một lần của %(name)s") % {"name": person.full_name},
        "username": person.identity_number,
        "back": reverse("accounts:person", args=[person_id]),
        "shell": "ui/base.html",
    }
    return render(request, "accounts/secret.html", context)
