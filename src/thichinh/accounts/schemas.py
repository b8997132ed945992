"""What crosses the wire about accounts."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema
from pydantic import Field

from thichinh.foundation.bodies import BodyIn


class TokenIn(BodyIn):
    """Sign-in of a program."""

    username: str = Field(max_length=200)
    password: str = Field(max_length=1000)
    name: str = Field(default="API", max_length=80)
    days: int = 90


class TokenOut(Schema):
    """The secret is shown this once."""

    id: int
    token: str
    name: str
    expires_at: datetime


class MeOut(Schema):
    """Who the API takes the caller for; `permissions` maps a permission to unit codes."""

    account_id: int
    name: str
    unit: str | None
    on_behalf_of: int | None
    is_citizen: bool
    roles: list[str]
    permissions: dict[str, list[str]]
