"""What every page says of whose installation it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from thichinh.accounts.queries import own_authority


def installation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `authority`, the name on the door."""
    return {"authority": SimpleLazyObject(lambda: own_authority().name or "Thị Chính")}
