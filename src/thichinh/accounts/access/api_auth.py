"""Who calls the API: a program with a bearer token, or a page of ours with its session."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import APIKeyCookie, HttpBearer

from thichinh.accounts import queries
from thichinh.accounts.access.middleware import signed_in_account, signed_in_actor
from thichinh.accounts.rules import Actor
from thichinh.foundation.errors import NotAllowed
from thichinh.foundation.text import whole_number

ON_BEHALF_HEADER = "X-On-Behalf-Of"
"""A program may act for an account id that delegated to its own account."""


class TokenAuth(HttpBearer):
    """`Authorization: Bearer <secret>`: token, account and epoch in one query."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        found = queries.token_in_force(token)
        if found is None or not found.account.is_active:
            return None
        account = found.account
        giver = whole_number(request.headers.get(ON_BEHALF_HEADER, ""))
        actor = queries.actor_for(account, on_behalf_of=giver)
        cast(Any, request).actor = actor
        return actor


class SessionAuth(APIKeyCookie):
    """The session cookie of a signed-in browser; ninja checks the CSRF token with it.

    Raises NotAllowed while its one-time password was not changed: as with every page.
    """

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        actor = signed_in_actor(request)
        account = signed_in_account(request)
        if account is not None and account.must_change_password:
            raise NotAllowed(_("Hãy đổi mật khẩu dùng một lần trước khi làm việc khác."))
        return actor if actor.is_signed_in else None


actor_auth = [TokenAuth(), SessionAuth()]
