"""Tones, icons and words of states. A badge always carries words: never colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from thichinh.foundation import clock
from thichinh.foundation.calendar import LegalCalendar, current, describe_remaining, local_time

TONES = frozenset({"neutral", "info", "good", "warn", "bad", "accent"})


@dataclass(frozen=True, slots=True)
class Badge:
    """A state as it is shown: `tone` is one of TONES, `icon` a name in the sprite."""

    words: str | Promise
    tone: str = "neutral"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a deadline stands: when it is due, when it was met, whether time stands still."""

    due_at: datetime | None
    done_at: datetime | None = None
    paused: bool = False


def timing_badge(
    deadline: Clock, now: datetime | None = None, calendar: LegalCalendar | None = None
) -> Badge:
    """Return trước hạn / đúng hạn / trễ hạn, tạm dừng, or how far the deadline is."""
    if deadline.due_at is None:
        return Badge(_("không có hạn"), "neutral", icon="clock-off")
    if deadline.done_at is not None:
        return _finished(deadline.done_at, deadline.due_at)
    if deadline.paused:
        return Badge(_("tạm dừng"), "neutral", icon="player-pause")
    return _running(deadline.due_at, now or clock.now(), calendar or current())


def _finished(done_at: datetime, due_at: datetime) -> Badge:
    if done_at > due_at:
        return Badge(_("trễ hạn"), "bad", icon="clock-exclamation")
    if local_time(done_at).date() < local_time(due_at).date():
        return Badge(_("trước hạn"), "good", icon="checks")
    return Badge(_("đúng hạn"), "good", icon="check")


def _running(due_at: datetime, now: datetime, calendar: LegalCalendar) -> Badge:
    words = describe_remaining(calendar, now, due_at)
    if now > due_at:
        return Badge(words, "bad", icon="alert-triangle")
    if local_time(due_at).date() == local_time(now).date():
        words = _("hôm nay là hạn (%(words)s)") % {"words": words}
        return Badge(words, "warn", icon="clock-exclamation")
    if calendar.working_time_between(now, due_at) <= 8 * 60:
        return Badge(words, "warn", icon="clock")
    return Badge(words, "neutral", icon="clock")
