"""The audit trail: one row per act, in the same transaction as the act."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from django.db import models

from thichinh.foundation.clock import now
from thichinh.foundation.models import AuditEntry
from thichinh.foundation.rows import insert_row
from thichinh.foundation.web import request_context


class Who(Protocol):
    """Whoever acts: an `accounts.rules.Actor` or the system itself."""

    @property
    def account_id(self) -> int | None: ...
    @property
    def on_behalf_of_id(self) -> int | None: ...
    @property
    def unit_id(self) -> int | None: ...


FIELDS = (
    "at",
    "account_id",
    "on_behalf_of_id",
    "unit_id",
    "action",
    "object_type",
    "object_id",
    "request_id",
    "ip",
    "data",
)


def row(
    who: Who,
    action: str,
    object_type: str,
    object_id: int | None,
    data: dict[str, Any],
    at: datetime,
) -> tuple[Any, ...]:
    """The values of FIELDS that `record` would write: bulk writers COPY many of them."""
    context = request_context()
    return (
        at,
        who.account_id,
        who.on_behalf_of_id,
        who.unit_id,
        action,
        object_type,
        object_id,
        context.request_id,
        context.ip,
        data,
    )


def record(
    who: Who,
    action: str,
    obj: models.Model | None = None,
    *,
    data: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Write one audit row. `data` holds ids and codes, never free personal text."""
    kind = obj._meta.label_lower if obj is not None else ""
    pk = obj.pk if obj is not None and isinstance(obj.pk, int) else None
    insert_row(AuditEntry, FIELDS, row(who, action, kind, pk, data or {}, at or now()))
