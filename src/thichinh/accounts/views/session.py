"""Signing in, out and up."""

from __future__ import annotations

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from thichinh.accounts import actions, queries
from thichinh.accounts.access import ActorRequest, HeldForm, official_required, public
from thichinh.accounts.forms import SignInForm, SignUpForm
from thichinh.accounts.models import Account
from thichinh.foundation.errors import Refused
from thichinh.foundation.ui.forms import add_refusal
from thichinh.foundation.ui.nav import flat, navigation
from thichinh.foundation.ui.shells import citizens_home
from thichinh.foundation.web import request_context

BACKEND = "django.contrib.auth.backends.ModelBackend"
OWN_PAGE = "/tai-khoan/"


@public
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: ActorRequest) -> HttpResponse:
    """The page and its form; afterwards where they wanted to go."""
    if request.method == "GET" and request.actor.is_signed_in:
        return _onward(request, request.user)
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                account = _authenticated(form)
                login(request, account, backend=BACKEND)
                held = HeldForm.read(request.POST.get("held", ""))
                return held.page(request) if held else _onward(request, account)
            status = 422
        except Refused as refused:
            add_refusal(form, refused)
            status = refused.status
    context = {"form": form, "next": _wanted(request), "held": request.POST.get("held", "")}
    return render(request, "accounts/sign_in.html", context, status=status)


def _authenticated(form: SignInForm) -> Account:
    data = form.cleaned_data
    return actions.authenticate(data["identifier"], data["password"], request_context().ip)


def _wanted(request: HttpRequest) -> str:
    """The path to go back to: ours only, never another site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else ""


def _onward(request: HttpRequest, account: object) -> HttpResponse:
    return HttpResponseRedirect(_wanted(request) or home(account))


def home(account: object) -> str:
    """Where work begins: an official's first page in the navigation, a citizen's own page."""
    if not isinstance(account, Account) or account.unit_id is None:
        return citizens_home()
    links = flat(navigation(queries.actor_for(account), ""))
    return links[0].url if links else OWN_PAGE


@official_required()
@require_GET
def work(request: ActorRequest) -> HttpResponse:
    """The officials' entrance on the public site: to sign in, and on to where work begins."""
    return HttpResponseRedirect(home(request.user))


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and go home; the next person at this computer finds nothing by going back."""
    logout(request)
    return HttpResponseRedirect("/", headers={"Clear-Site-Data": '"cache"'})


@public
@never_cache
@sensitive_post_parameters("password")
def sign_up(request: ActorRequest) -> HttpResponse:
    """A citizen's own account; what was typed comes back with every refusal."""
    form = SignUpForm(request.POST or None)
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                account = actions.sign_up(form.facts(), form.cleaned_data["password"])
                login(request, account, backend=BACKEND)
                return _onward(request, account)
            status = 422
        except Refused as refused:
            add_refusal(form, refused)
            status = refused.status
    context = {"form": form, "next": _wanted(request)}
    return render(request, "accounts/sign_up.html", context, status=status)
