"""The IT officer's pages: who has an account, and what they may do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from thichinh.accounts import actions, queries
from thichinh.accounts.access import ActorRequest, official_required
from thichinh.accounts.forms import AccountForm, RoleForm
from thichinh.accounts.listings import ACCOUNTS
from thichinh.accounts.models import Account
from thichinh.foundation.clock import today
from thichinh.foundation.errors import Refused
from thichinh.foundation.listing import list_page
from thichinh.foundation.ui.forms import add_refusal

manage = official_required("account.manage")


@manage
def account_list(request: ActorRequest) -> HttpResponseBase:
    """Officials by name, found by begun words of name or username."""
    return list_page(request, ACCOUNTS)


@manage
@never_cache
def new_account(request: ActorRequest) -> HttpResponse:
    """Open an official's account; its one-time password is shown once."""
    units = queries.unit_choices(request.actor, "account.manage")
    form = AccountForm(request.POST or None, units=units)
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                account, password = actions.create_official(request.actor, _new(form))
                return _secret(request, account, password)
            status = 422
        except Refused as refused:
            add_refusal(form, refused)
            status = refused.status
    return render(request, "accounts/account_new.html", {"form": form}, status=status)


def _new(form: AccountForm) -> actions.NewOfficial:
    data = form.cleaned_data
    return actions.NewOfficial(
        data["username"], data["display_name"], int(data["unit"]), data["title"]
    )


def _secret(request: ActorRequest, account: Account, password: str) -> HttpResponse:
    context = {
        "secret": password,
        "what": _("Mật khẩu dùng một lần của %(name)s") % {"name": account.display_name},
        "username": account.username,
        "shell": "ui/base.html",
        "back": f"/quan-tri/tai-khoan/{account.pk}/",
    }
    return render(request, "accounts/secret.html", context)


@manage
@require_GET
def account_page(request: ActorRequest, account_id: int) -> HttpResponse:
    """One account: what it holds and held, and what may be done to it."""
    return _account(request, account_id)


def _account(
    request: ActorRequest, account_id: int, form: RoleForm | None = None, status: int = 200
) -> HttpResponse:
    account = queries.account(request.actor, account_id)
    context = {
        "account": account,
        "roles": queries.held_roles(account.pk, ended=True),
        "delegations": queries.delegations_to(account.pk, today()),
        "form": form or _role_form(request),
        "is_self": account.pk == request.actor.account_id,
        "today": today(),
    }
    return render(request, "accounts/account.html", context, status=status)


def _role_form(request: ActorRequest, data: Any = None) -> RoleForm:
    roles = [role for role in queries.roles_in_force(today()) if role.scope != "self"]
    units = queries.unit_choices(request.actor, "account.manage")
    return RoleForm(data, roles=roles, units=units, initial={"valid_from": today()})


@manage
@require_POST
def assign_role(request: ActorRequest, account_id: int) -> HttpResponse:
    form = _role_form(request, request.POST)
    try:
        if form.is_valid():
            data = form.cleaned_data
            terms = actions.RoleTerms(
                role=data["role"],
                unit_id=int(data["unit"]),
                valid_from=data["valid_from"],
                valid_to=data["valid_to"],
                include_subunits=data["include_subunits"],
            )
            actions.assign_role(request.actor, account_id, terms)
            messages.success(request, _("Đã phân vai trò."))
            return redirect("accounts:account", account_id)
    except Refused as refused:
        add_refusal(form, refused)
    return _account(request, account_id, form, 422)


@manage
@require_POST
def end_role(request: ActorRequest, account_id: int, assignment_id: int) -> HttpResponse:
    actions.end_role(request.actor, assignment_id)
    messages.success(request, _("Đã thôi vai trò."))
    return redirect("accounts:account", account_id)


@manage
@require_POST
def disable_account(request: ActorRequest, account_id: int) -> HttpResponse:
    actions.disable_account(request.actor, account_id)
    messages.success(request, _("Đã khoá tài khoản. Hãy bàn giao việc còn dở của người này."))
    return redirect("accounts:account", account_id)


@manage
@require_POST
def enable_account(request: ActorRequest, account_id: int) -> HttpResponse:
    actions.enable_account(request.actor, account_id)
    messages.success(request, _("Đã mở lại tài khoản."))
    return redirect("accounts:account", account_id)


@manage
@require_POST
@never_cache
def reset_password(request: ActorRequest, account_id: int) -> HttpResponse:
    account = queries.account(request.actor, account_id)
    return _secret(request, account, actions.reset_password(request.actor, account_id))
