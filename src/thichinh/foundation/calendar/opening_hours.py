"""Whether the authority's doors are open, and when they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from thichinh.foundation.calendar.legal import LegalCalendar, local_time
from thichinh.foundation.calendar.phrases import weekday_name
from thichinh.foundation.text import vn_date


@dataclass(frozen=True)
class Opening:
    """Whether the desks are open now, and the hours of the days to come."""

    is_open: bool
    words: str
    hours: str
    closed: list[tuple[date, str]]


def opening(law: LegalCalendar, now: datetime) -> Opening:
    """Open or not, until when or from when, after the legal calendar."""
    minute = local_time(now).replace(second=0, microsecond=0)
    is_open = law.next_working_moment(minute) == minute
    return Opening(
        is_open, _words(law, minute, is_open), _usual_hours(law, minute), _closed(law, minute)
    )


def _words(law: LegalCalendar, now: datetime, is_open: bool) -> str:
    if is_open:
        return _("Đang mở cửa đến %(time)s hôm nay.") % {"time": _clock(_slot_end(law, now))}
    opens = law.next_working_moment(now)
    same = opens.date() == now.date()
    day = _("hôm nay") if same else f"{weekday_name(opens)}, {vn_date(opens)}"
    return _("Đang đóng cửa. Mở lại lúc %(time)s %(day)s.") % {"time": f"{opens:%H:%M}", "day": day}


def _slot_end(law: LegalCalendar, now: datetime) -> int:
    minute = now.hour * 60 + now.minute
    return next(end for start, end in law.hours_on(now.date()) if start <= minute < end)


def _usual_hours(law: LegalCalendar, now: datetime) -> str:
    day = law.working_day_from(now.date())
    slots = [f"{_clock(start)}–{_clock(end)}" for start, end in law.hours_on(day)]
    return _(" và ").join(slots)


def _closed(law: LegalCalendar, now: datetime) -> list[tuple[date, str]]:
    """The next days off that are no ordinary weekend."""
    days = sorted(day for day in law.special if day >= now.date() and not law.is_working(day))
    return [(day, law.special[day].name) for day in days[:3]]


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
