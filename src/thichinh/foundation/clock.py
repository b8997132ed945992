"""The one place that asks what time it is, so that a replay or a test can say another time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_now: ContextVar[datetime | None] = ContextVar("thichinh_now", default=None)


def now() -> datetime:
    """The present instant, timezone-aware."""
    return _now.get() or timezone.now()


def today() -> date:
    """The present date in Việt Nam."""
    return now().astimezone(ZONE).date()


@contextmanager
def standing_at(instant: datetime) -> Iterator[None]:
    """Let `now()` answer `instant` inside the block: for replays and tests."""
    token = _now.set(instant)
    try:
        yield
    finally:
        _now.reset(token)
