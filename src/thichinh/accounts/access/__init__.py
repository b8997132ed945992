"""The way in: who asks, and which pages and operations they may open.

Doors of every app import from here. Settings name `access.sessions` (session engine) and
`access.middleware.ActorMiddleware`.
"""

from __future__ import annotations

from thichinh.accounts.access.api_auth import actor_auth
from thichinh.accounts.access.doors import (
    Access,
    citizen_required,
    official_required,
    public,
    signed_in_required,
)
from thichinh.accounts.access.held import HeldForm
from thichinh.accounts.access.middleware import ActorRequest

__all__ = [
    "Access",
    "ActorRequest",
    "HeldForm",
    "actor_auth",
    "citizen_required",
    "official_required",
    "public",
    "signed_in_required",
]
