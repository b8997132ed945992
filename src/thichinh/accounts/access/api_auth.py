"""Who calls the API: a program with a bearer token, or a page of ours with its session."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from thichinh.accounts import queries
from thichinh.accounts.access.middleware import signed_in_actor
from thichinh.accounts.rules import Actor

ON_BEHALF_HEADER = "X-On-Behalf-Of"
"""A program may act for an account id that delegated to its own account."""


class TokenAuth(HttpBearer):
    """`Authorization: Bearer <secret>`: token, account and epoch in one query."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        found = queries.token_in_force(token)
        if found is None or not found.account.is_active:
            return None
        account = found.account
        giver = request.headers.get(ON_BEHALF_HEADER, "")
        actor = queries.actor_for(account, on_behalf_of=int(giver) if giver.isdigit() else None)
        cast(Any, request).actor = actor
        return actor


class SessionAuth(APIKeyCookie):
    """The session cookie of a signed-in browser; ninja checks the CSRF token with it."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        actor = signed_in_actor(request)
        return actor if actor.is_signed_in else None


actor_auth = [TokenAuth(), SessionAuth()]
