"""Moments and deadlines in words: on pages as people say them, on forms as forms have them."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from thichinh.foundation.calendar.legal import LegalCalendar, local_time
from thichinh.foundation.calendar.terms import MINUTES_OF_A_DAY, remaining
from thichinh.foundation.text import legal_date, legal_date_words, vn_date


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


def weekday_name(day: date) -> str:
    """'thứ Sáu'."""
    names = (
        _("thứ Hai"), _("thứ Ba"), _("thứ Tư"), _("thứ Năm"), _("thứ Sáu"), _("thứ Bảy"),
        _("Chủ nhật"),
    )  # fmt: skip
    return names[day.weekday()]


def due_phrase(at: datetime) -> str:
    """'17:00 thứ Sáu, 17/6/2022'."""
    local = local_time(at)
    return f"{local:%H:%M} {weekday_name(local)}, {vn_date(local)}"


def since_phrase(moment: datetime, now: datetime) -> str:
    """'10:42 hôm qua': when something was left off, as one says it."""
    then, today = local_time(moment), local_time(now).date()
    days = {0: _("hôm nay"), 1: _("hôm qua")}
    day = days.get((today - then.date()).days) or _("ngày %(day)s") % {"day": vn_date(then)}
    return f"{then:%H:%M} {day}"


def form_moment(at: datetime | None) -> str:
    """'09 giờ 05 phút, ngày 05 tháng 02 năm 2022'; empty when it has not happened."""
    local = local_time(at) if at else None
    return f"{local:%H} giờ {local:%M} phút, {legal_date_words(local)}" if local else ""


def column_moment(at: datetime | None) -> str:
    """'09:05 05/02/2022' for a column of a register; empty when it has not happened."""
    return f"{local_time(at):%H:%M} {legal_date(local_time(at))}" if at else ""
