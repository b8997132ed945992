"""When a message leaves: at once, after the night, with the daily e-mail, or once more."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from thichinh.foundation.clock import ZONE
from thichinh.notifications.models.definition import SendingHours
from thichinh.notifications.rules.kinds import Urgency

MOST_TRIES = 16
LONGEST_WAIT = timedelta(hours=4)


def first_try(at: datetime, hours: SendingHours, urgency: Urgency) -> datetime:
    """The instant of the first attempt; hours are those of Việt Nam."""
    if urgency == "urgent":
        return at
    if urgency == "low":
        return _next(at, hours.digest_at)
    local = at.astimezone(ZONE).time()
    return _next(at, hours.quiet_to) if is_quiet(local, hours) else at


def is_quiet(local: time, hours: SendingHours) -> bool:
    """Whether people are left alone at this time of day; the night may span midnight."""
    begin, end = hours.quiet_from, hours.quiet_to
    if begin <= end:
        return begin <= local < end
    return local >= begin or local < end


def next_try(at: datetime, tries: int) -> datetime | None:
    """After so many failed attempts: 1, 2, 4 … minutes, four hours at most; None to give up.

    Sixteen attempts take a day and a half: a mail server that is down over a night loses nothing.
    """
    if tries >= MOST_TRIES:
        return None
    return at + min(timedelta(minutes=2 ** (tries - 1)), LONGEST_WAIT)


def _next(at: datetime, wall: time) -> datetime:
    """The next instant at which the clocks of Việt Nam show `wall`."""
    local = at.astimezone(ZONE)
    day = local.date() if local.time() < wall else local.date() + timedelta(days=1)
    return datetime.combine(day, wall, tzinfo=ZONE)
