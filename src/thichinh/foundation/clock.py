"""The one place that asks what time it is, so that a replay, a test or a town can say another time.

The example town lives in 2022, under the law and in the units of 2022, whatever the year outside.
Its clock runs as fast as ours but is shifted: one row of the database says by how much. A real
authority has no such row.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from thichinh.foundation.models import TownClock

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_now: ContextVar[datetime | None] = ContextVar("thichinh_now", default=None)

FRESH_SECONDS = 5.0
"""How long a process may go on without asking whether the town's clock was set."""


@dataclass
class _Shift:
    by: timedelta = timedelta(0)
    read_at: float = float("-inf")


_shift = _Shift()


def now() -> datetime:
    """The town's present instant, timezone-aware."""
    return _now.get() or timezone.now() + _shift.by


def today() -> date:
    """The town's present date in Việt Nam."""
    return now().astimezone(ZONE).date()


def is_shifted() -> bool:
    """Whether this town lives in another time than ours: the example town does."""
    return bool(_shift.by)


def as_lived(real: datetime) -> datetime:
    """An instant that the database stamped itself (`Now()`), on the town's clock."""
    return real + _shift.by


def keep_pace() -> None:
    """Read the town's clock, at most every FRESH_SECONDS. Doors call it before they do anything."""
    moment = time.monotonic()
    if moment - _shift.read_at > FRESH_SECONDS:
        row = TownClock.objects.first()
        _shift.by = row.shift if row is not None else timedelta(0)
        _shift.read_at = moment


def live_at(instant: datetime | None) -> None:
    """Set the town's clock so that now is `instant`; None lets it follow the real time again."""
    TownClock.objects.all().delete()
    if instant is not None:
        TownClock.objects.create(pk=1, shift=instant - timezone.now())
    _shift.read_at = float("-inf")
    keep_pace()


@contextmanager
def standing_at(instant: datetime) -> Iterator[None]:
    """Let `now()` answer `instant` inside the block: for replays and tests."""
    token = _now.set(instant)
    try:
        yield
    finally:
        _now.reset(token)
