"""Tokens for programs, and who the API takes one for."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from thichinh.accounts import actions, queries
from thichinh.accounts.access import actor_auth
from thichinh.accounts.rules import Actor
from thichinh.accounts.schemas import MeOut, TokenIn, TokenOut
from thichinh.foundation.errors import Missing
from thichinh.foundation.web import request_context

router = Router(tags=["accounts"])


class ActorApiRequest(HttpRequest):
    """A request that `actor_auth` let in."""

    auth: Actor


@router.post("/tokens", response={201: TokenOut}, auth=None, summary="Create an access token")
def create_token(request: HttpRequest, body: TokenIn) -> Status[dict[str, Any]]:
    """Exchange a username (or identity number) and password for a bearer token."""
    account = actions.authenticate(body.username, body.password, request_context().ip)
    token, secret = actions.create_token(account, body.name, body.days)
    out = {"id": token.pk, "token": secret, "name": token.name, "expires_at": token.expires_at}
    return Status(201, out)


@router.delete("/tokens/current", response={204: None}, auth=actor_auth)
def revoke_current_token(request: ActorApiRequest) -> Status[None]:
    """End the token this call is made with."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    token = queries.token_in_force(secret.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        raise Missing(_("Lời gọi này không dùng khoá truy cập nào."))
    actions.revoke_token(request.auth, token.pk)
    return Status(204, None)


@router.get("/me", response=MeOut, auth=actor_auth, summary="Who am I")
def me(request: ActorApiRequest) -> dict[str, Any]:
    """The caller's name, unit, roles and permissions."""
    actor = request.auth
    nodes = queries.unit_tree(actor.epoch).nodes
    own = nodes.get(actor.unit_id or 0)
    return {
        "account_id": cast(int, actor.account_id),
        "name": actor.name,
        "unit": own.code if own else None,
        "on_behalf_of": actor.on_behalf_of_id,
        "is_citizen": actor.person_id is not None,
        "roles": list(actor.roles),
        "permissions": {
            permission: sorted(nodes[unit_id].code for unit_id in units)
            for permission, units in sorted(actor.grants.items())
        },
    }
