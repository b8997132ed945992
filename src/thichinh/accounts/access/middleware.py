"""Who is asking: `request.user` and `request.actor`, found out at first use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from thichinh.accounts import queries
from thichinh.accounts.models import Account
from thichinh.accounts.rules import ANONYMOUS, Actor
from thichinh.foundation.errors import NotAllowed

ON_BEHALF_OF = "on_behalf_of"
"""The session key that holds the id of the account one acts for."""


class ActorRequest(HttpRequest):
    """A request that has passed `ActorMiddleware`."""

    user: Account | AnonymousUser
    actor: Actor


class ActorMiddleware:
    """Takes the place of Django's AuthenticationMiddleware: no query beyond the session's own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = cast(Any, request)
        asked.user = SimpleLazyObject(lambda: signed_in_account(request) or AnonymousUser())
        asked.actor = SimpleLazyObject(lambda: signed_in_actor(request))
        return self.get_response(request)


def signed_in_account(request: HttpRequest) -> Account | None:
    """The active account of the session, unless its password changed since it signed in."""
    account_id = request.session.get(SESSION_KEY)
    account = getattr(request.session, "account", None)
    if account_id is None or account is None or str(account.pk) != account_id:
        return None
    kept = request.session.get(HASH_SESSION_KEY, "")
    if not account.is_active or not _same_password(account, kept):
        return None
    return cast(Account, account)


def _same_password(account: Account, kept: str) -> bool:
    hashes = (account.get_session_auth_hash(), *account.get_session_auth_fallback_hash())
    return any(constant_time_compare(kept, known) for known in hashes)


def signed_in_actor(request: HttpRequest) -> Actor:
    """Who acts. A delegation that has ended falls back to one's own authority."""
    account = signed_in_account(request)
    if account is None:
        return ANONYMOUS
    giver_id = request.session.get(ON_BEHALF_OF)
    if giver_id is not None:
        try:
            return queries.actor_for(account, on_behalf_of=giver_id)
        except NotAllowed:
            del request.session[ON_BEHALF_OF]
    return queries.actor_for(account)
