"""Dates and times as Vietnamese write and type them."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.utils.timezone import is_aware
from django.utils.translation import gettext as _

from thichinh.foundation.clock import ZONE
from thichinh.foundation.errors import Refused

_DAY_FIRST = re.compile(r"(\d{1,2})[\s./,-]+(\d{1,2})[\s./,-]+(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ][\d:.]*)?")
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{4})")
_WORDS = re.compile(r"(?:ngày|tháng|năm)", re.IGNORECASE)
_TWO_DIGIT_PIVOT = 50


def vn_date(day: date) -> str:
    """Write a date for the screen: '25/6/2022'. An aware instant is its day in Vietnam."""
    local = _local(day)
    return f"{local.day}/{local.month}/{local.year}"


def vn_datetime(instant: datetime) -> str:
    """Write an instant in Vietnam time for the screen: '07:05 25/6/2022'."""
    local = _local(instant)
    return f"{local:%H:%M} {vn_date(local)}"


def legal_date(day: date) -> str:
    """Write a date for an official paper: days below 10 and months 1 and 2 get a leading zero.

    Decree 30/2020/NĐ-CP, annex I: '05/02/2022', '25/6/2022'.
    """
    local = _local(day)
    return f"{local.day:02d}/{_legal_month(local)}/{local.year}"


def legal_date_words(day: date) -> str:
    """Write the date line of an official paper: 'ngày 05 tháng 02 năm 2022'."""
    local = _local(day)
    return f"ngày {local.day:02d} tháng {_legal_month(local)} năm {local.year}"


def parse_vn_date(text: str) -> date:
    """Read a date as people type it; day first unless a four-digit year leads.

    '1/6/2022', '01-06-2022', '1.6.22', '1 6 2022', '01062022', '2022-06-01', 'ngày 1 tháng 6 năm
    2022'. A two-digit year below 50 is of this century. Raises Refused saying what is wrong.
    """
    typed = " ".join(_WORDS.sub(" ", text.strip()).split())
    if match := _YEAR_FIRST.fullmatch(typed):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.fullmatch(typed) or _COMPACT.fullmatch(typed):
        day, month, year = match.groups()
    else:
        raise Refused(
            _("“%(text)s” không phải là ngày. Hãy nhập ngày/tháng/năm, ví dụ 25/6/2022.")
            % {"text": text.strip()}
        )
    return _existing_date(_full_year(year), int(month), int(day))


def _local(day: date) -> date:
    return day.astimezone(ZONE) if isinstance(day, datetime) and is_aware(day) else day


def _legal_month(day: date) -> str:
    return f"{day.month:02d}" if day.month < 3 else str(day.month)


def _full_year(year: str) -> int:
    if len(year) == 4:
        return int(year)
    return int(year) + (2000 if int(year) < _TWO_DIGIT_PIVOT else 1900)


def _existing_date(year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise Refused(
            _("Tháng %(month)s không có. Hãy nhập ngày trước, tháng sau, ví dụ 25/6/2022.")
            % {"month": month}
        )
    if not 1800 <= year <= 2200:
        raise Refused(_("Năm %(year)s không hợp lý. Hãy kiểm tra lại năm.") % {"year": year})
    try:
        return date(year, month, day)
    except ValueError:
        raise Refused(
            _("Tháng %(month)s năm %(year)s không có ngày %(day)s.")
            % {"month": month, "year": year, "day": day}
        ) from None
