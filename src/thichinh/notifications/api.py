"""One's own messages and the log of one's units, for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from thichinh.accounts.access import actor_auth
from thichinh.accounts.rules import Actor
from thichinh.notifications import actions, queries
from thichinh.notifications.models import Delivery, Notification
from thichinh.notifications.rules import masked
from thichinh.notifications.schemas import DeliveryOut, InboxOut, LogOut, ReadOut

LOG_PAGE = 50
router = Router(tags=["notifications"], auth=actor_auth)


class ActorApiRequest(HttpRequest):
    """A request that `actor_auth` let in."""

    auth: Actor


@router.get("/notifications", response=InboxOut, summary="One page of one's own messages")
def list_notifications(
    request: ActorApiRequest, after: str = "", unread_only: bool = False
) -> dict[str, Any]:
    """Unread first, then read, each the newest first."""
    page = queries.inbox_page(request.auth, after, unread_only=unread_only)
    return {
        "notifications": page.lines,
        "unread": queries.unread_count(request.auth),
        "next": page.after,
    }


@router.post(
    "/notifications/{int:notification_id}/read", response=ReadOut, summary="Mark a message read"
)
def mark_read(request: ActorApiRequest, notification_id: int) -> dict[str, int]:
    """What a unit was told is then read for all of it."""
    row = actions.mark_read(request.auth, notification_id)
    return {"read": int(row.read_at is None)}


@router.post("/notifications/read", response=ReadOut, summary="Mark all one's own messages read")
def mark_all_read(request: ActorApiRequest) -> dict[str, int]:
    """The messages of one's unit stay as they are."""
    return {"read": actions.mark_all_read(request.auth)}


@router.get(
    "/notifications/log", response=LogOut, summary="What was told about one's units' matters"
)
def read_log(
    request: ActorApiRequest, q: str = "", stuck: bool = False, after: int | None = None
) -> dict[str, Any]:
    """Needs `notification.log`. `q` is a reference or a person; `stuck` keeps what did not go out."""
    rows = queries.log_rows(request.auth, q, stuck=stuck).order_by("-pk")
    rows = rows if after is None else rows.filter(pk__lt=after)
    found = list(rows[: LOG_PAGE + 1])
    following = found[LOG_PAGE - 1].pk if len(found) > LOG_PAGE else None
    return {"notifications": [_logged(row) for row in found[:LOG_PAGE]], "next": following}


@router.post(
    "/notifications/deliveries/{int:delivery_id}/resend",
    response=DeliveryOut,
    summary="Send a message once more",
)
def resend(request: ActorApiRequest, delivery_id: int) -> dict[str, Any]:
    """To the address known today. Needs `notification.log` over the unit of the matter."""
    return _delivery(actions.resend(request.auth, delivery_id))


def _logged(row: Notification) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "to": str(queries.receiver(row)),
        "reference": row.reference,
        "at": row.at,
        "read_at": row.read_at,
        "deliveries": [_delivery(delivery) for delivery in row.deliveries.all()],
    }


def _delivery(row: Delivery) -> dict[str, Any]:
    names = ("id", "channel", "state", "tries", "due_at", "sent_at", "reason")
    return {**{name: getattr(row, name) for name in names}, "address": masked(row.address)}
