"""What every page must say about itself: who may open it. A test walks all URLs for the mark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, TypeVar, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _

from thichinh.accounts.access.held import HeldForm
from thichinh.accounts.access.middleware import ActorRequest
from thichinh.accounts.models import Account
from thichinh.foundation.errors import NotAllowed

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
SIGN_IN = "/dang-nhap/"
NEW_PASSWORD = "/tai-khoan/mat-khau/"


@dataclass(frozen=True)
class Access:
    """The mark a view carries as `view.access`."""

    kind: Literal["public", "signed_in", "citizen", "official"]
    permission: str | None = None


def public(view: View) -> View:
    """Anybody may open it."""
    cast(Any, view).access = Access("public")
    return view


def signed_in_required(view: View) -> View:
    """Anybody signed in, whatever the page allows them then."""
    return _guarded(view, Access("signed_in"))


def citizen_required(view: View) -> View:
    """Somebody signed in about their own affairs: an account of a person."""
    return _guarded(view, Access("citizen"))


def official_required(permission: str | None = None) -> Callable[[View], View]:
    """An official; with a permission, one who holds it somewhere (the action asks where)."""

    def guard(view: View) -> View:
        return _guarded(view, Access("official", permission))

    return guard


def _guarded(view: View, access: Access) -> View:
    @wraps(view)
    def opened(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = turned_away(request, access) or view(request, *args, **kwargs)
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        return answer

    cast(Any, opened).access = access
    return cast(View, opened)


def turned_away(request: ActorRequest, access: Access) -> HttpResponse | None:
    """The answer to who must first sign in or change a password; None for who may enter.

    Raises NotAllowed for the signed-in without the right.
    """
    actor = request.actor
    if not actor.is_signed_in:
        return _send_to_sign_in(request)
    if access.kind == "citizen" and (actor.person_id is None or actor.on_behalf_of_id):
        raise NotAllowed(_("Trang này dành cho người dân. Hãy đăng nhập bằng tài khoản người dân."))
    if access.kind == "official" and not actor.is_official:
        raise NotAllowed(_("Trang này dành cho cán bộ. Hãy đăng nhập bằng tài khoản cán bộ."))
    if access.permission is not None:
        actor.require(access.permission)
    user = request.user
    if isinstance(user, Account) and user.must_change_password and request.path != NEW_PASSWORD:
        return HttpResponseRedirect(NEW_PASSWORD)
    return None


def _send_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Back to the same page after signing in; a form that was sent is carried along.

    A part of a page asked for by htmx gets a bare 401: the script then sends the whole form.
    """
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    held = HeldForm.of(request)
    if held is not None:
        return held.sign_in_page(request)
    back = request.get_full_path() if request.method == "GET" else request.path
    return HttpResponseRedirect(f"{SIGN_IN}?{urlencode({'next': back})}")
