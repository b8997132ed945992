"""How far a deadline is, as a Vietnamese official says it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from thichinh.foundation.calendar.legal import LegalCalendar
from thichinh.foundation.calendar.terms import MINUTES_OF_A_DAY, remaining


def describe_remaining(calendar: LegalCalendar, now: datetime, due: datetime) -> str:
    """Return 'còn 2 ngày làm việc', 'quá hạn 3 giờ làm việc', 'đến hạn'...

    Only the largest unit, rounded down: a day is eight working hours.
    """
    minutes = remaining(calendar, now, due)
    if minutes == 0:
        return _("vừa quá hạn") if now > due else _("đến hạn")
    length = _length(abs(minutes))
    if minutes > 0:
        return _("còn %(length)s") % {"length": length}
    return _("quá hạn %(length)s") % {"length": length}


def _length(minutes: int) -> str:
    if minutes >= MINUTES_OF_A_DAY:
        return _("%(count)d ngày làm việc") % {"count": minutes // MINUTES_OF_A_DAY}
    if minutes >= 60:
        return _("%(count)d giờ làm việc") % {"count": minutes // 60}
    return _("%(count)d phút làm việc") % {"count": minutes}
