"""One's own account: contact, password, roles, delegations, keys; acting on behalf."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from thichinh.accounts import actions, queries
from thichinh.accounts.access import ActorRequest, official_required, signed_in_required
from thichinh.accounts.access.middleware import ON_BEHALF_OF
from thichinh.accounts.forms import ContactForm, DelegationForm, PasswordForm, TokenForm
from thichinh.accounts.models import Account
from thichinh.accounts.rules import DelegationTerms
from thichinh.foundation.clock import today
from thichinh.foundation.errors import NotAllowed, Refused
from thichinh.foundation.text import whole_number
from thichinh.foundation.ui.forms import add_refusal

NOT_TO_SIGN = gettext_lazy(
    "Người này không phải cấp phó hay người đứng đầu đơn vị trực thuộc nên không được ký thay; các việc "
    "khác của vai trò đã được uỷ quyền (nghị định 30/2020, điều 13)."
)


def shell(request: ActorRequest) -> str:
    """Officials see their own dense shell, citizens the plain one."""
    return "ui/base.html" if request.actor.is_official else "ui/public.html"


@signed_in_required
@require_GET
def profile(request: ActorRequest) -> HttpResponse:
    """Everything about one's own account on one page."""
    return _profile(request)


def _profile(request: ActorRequest, status: int = 200, **forms_with_errors: Any) -> HttpResponse:
    account = cast(Account, request.user)
    context: dict[str, Any] = {"account": account, "token_form": TokenForm()}
    context["shell"] = shell(request)
    context["subtitle"] = account.title
    context["tokens"] = queries.own_tokens(account.pk)
    if account.person_id is not None:
        own = queries.actor_for(account)
        person = queries.as_known_to(own, queries.person(own, account.person_id))
        context["person"] = person
        context["unproven"] = not own.identity_seen
        contact = {"phone": person.phone, "email": person.email, "address": person.address}
        context["contact_form"] = ContactForm(initial=contact)
    if account.unit_id is not None:
        context |= _official(account)
    context |= forms_with_errors
    return render(request, "accounts/profile.html", context, status=status)


def _official(account: Account) -> dict[str, Any]:
    unit = queries.unit_tree(account.authority_epoch).nodes[account.unit_id or 0]
    return {
        "unit": unit,
        "subtitle": ", ".join(part for part in (account.title, unit.name) if part),
        "roles": queries.held_roles(account.pk),
        "given": queries.delegations_by(account.pk),
        "taken": queries.delegations_to(account.pk, today()),
        "delegation_form": _delegation_form(account),
        "today": today(),
    }


def _delegation_form(account: Account, data: Any = None) -> DelegationForm:
    roles = queries.held_roles(account.pk)
    takers = queries.colleagues_of(account)
    return DelegationForm(data, roles=roles, takers=takers, initial={"valid_from": today()})


@signed_in_required
@require_POST
def save_contact(request: ActorRequest) -> HttpResponse:
    form = ContactForm(request.POST)
    try:
        if form.is_valid():
            actions.update_own_contact(request.actor, **form.cleaned_data)
            messages.success(request, _("Đã lưu cách liên hệ."))
            return redirect("accounts:profile")
    except Refused as refused:
        add_refusal(form, refused)
    return _profile(request, 422, contact_form=form)


@signed_in_required
@never_cache
@sensitive_post_parameters("old", "password")
def change_password(request: ActorRequest) -> HttpResponse:
    """Also where somebody with a one-time password is sent first."""
    form = PasswordForm(request.POST or None)
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                data = form.cleaned_data
                account = actions.change_own_password(request.actor, data["old"], data["password"])
                update_session_auth_hash(request, account)
                messages.success(request, _("Đã đổi mật khẩu."))
                return HttpResponseRedirect("/tai-khoan/")
            status = 422
        except Refused as refused:
            add_refusal(form, refused)
            status = refused.status
    context = {"form": form, "shell": shell(request)}
    return render(request, "accounts/password.html", context, status=status)


@official_required()
@require_POST
def delegate(request: ActorRequest) -> HttpResponse:
    """Lend a role to a colleague for some days."""
    form = _delegation_form(cast(Account, request.user), request.POST)
    try:
        if form.is_valid():
            lent = actions.delegate_role(request.actor, _terms(form))
            messages.success(request, _("Đã uỷ quyền."))
            if queries.withholds_signing(lent):
                messages.info(request, NOT_TO_SIGN)
            return redirect("accounts:profile")
    except Refused as refused:
        refused.fields = {
            "held" if name == "role" else name: text for name, text in refused.fields.items()
        }
        add_refusal(form, refused)
    return _profile(request, 422, delegation_form=form)


def _terms(form: forms.Form) -> DelegationTerms:
    data = form.cleaned_data
    role, _sep, unit_id = data["held"].rpartition(":")
    return DelegationTerms(
        taker_id=int(data["taker"]),
        role=role,
        unit_id=int(unit_id),
        valid_from=data["valid_from"],
        valid_to=data["valid_to"],
        reason=data["reason"],
    )


@official_required()
@require_POST
def end_delegation(request: ActorRequest, delegation_id: int) -> HttpResponse:
    actions.end_delegation(request.actor, delegation_id)
    messages.success(request, _("Đã thôi uỷ quyền."))
    return redirect("accounts:profile")


@official_required()
@require_POST
def act_on_behalf(request: ActorRequest) -> HttpResponse:
    """Begin (`giver`) or stop (empty) acting on behalf of somebody who delegated to me."""
    giver = whole_number(request.POST.get("giver", ""))
    if giver is None:
        request.session.pop(ON_BEHALF_OF, None)
        messages.info(request, _("Bạn đang làm việc bằng quyền của chính mình."))
        return HttpResponseRedirect("/tai-khoan/")
    account = cast(Account, request.user)
    actor = queries.actor_for(account, on_behalf_of=giver)  # NotAllowed if nobody did
    request.session[ON_BEHALF_OF] = giver
    name = actor.on_behalf_of_name
    messages.info(request, _("Từ bây giờ bạn làm thay %(name)s.") % {"name": name})
    return redirect("accounts:work")


@signed_in_required
@require_POST
@never_cache
def create_token(request: ActorRequest) -> HttpResponse:
    """Make a key for a program and show it this once."""
    form = TokenForm(request.POST)
    if request.actor.on_behalf_of_id is not None:
        raise NotAllowed(_("Hãy thôi làm thay trước khi tạo khoá truy cập của bạn."))
    if form.is_valid():
        data = form.cleaned_data
        _token, secret = actions.create_token(
            cast(Account, request.user), data["name"], data["days"]
        )
        context = {
            "secret": secret,
            "what": _("Khoá truy cập"),
            "back": "/tai-khoan/",
            "shell": shell(request),
        }
        return render(request, "accounts/secret.html", context)
    return _profile(request, 422, token_form=form)


@signed_in_required
@require_POST
def revoke_token(request: ActorRequest, token_id: int) -> HttpResponse:
    actions.revoke_token(request.actor, token_id)
    messages.success(request, _("Đã thu hồi khoá truy cập."))
    return redirect("accounts:profile")
