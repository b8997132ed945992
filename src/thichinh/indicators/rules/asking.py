"""Reading a period as people and programs write it."""

from __future__ import annotations

import re
from datetime import date

from thichinh.foundation.errors import Refused
from thichinh.foundation.text import parse_vn_date
from thichinh.indicators.models.definition import ReportingCalendarDefinition
from thichinh.indicators.rules.periods import Period, statutory

_NAMED = re.compile(r"(?P<year>\d{4})(?:-?(?P<kind>[HQMhqm])(?P<number>\d{1,2}))?")
_KINDS = {"H": "half", "Q": "quarter", "M": "month"}


def period_between(start: str, end: str) -> Period:
    """'2020-12-15' or '15/12/2020' to the like. Raises Refused saying what is wrong."""
    return Period(_day(start, "from"), _day(end, "to"))


def named_period(calendar: ReportingCalendarDefinition, text: str) -> Period:
    """'2021', '2022-H1', '2021-Q3', '2021-M11'. Raises Refused."""
    match = _NAMED.fullmatch(text.strip())
    if match is None:
        raise Refused(
            f"Không hiểu kỳ “{text}”. Viết 2021, 2022-H1 (6 tháng), 2021-Q3 (quý), 2021-M11 (tháng).",
            period="Viết như 2021, 2022-H1, 2021-Q3 hoặc 2021-M11.",
        )
    year = int(match["year"])
    if match["kind"] is None:
        return statutory(calendar, "year", year).period
    kind = _KINDS[match["kind"].upper()]
    return statutory(calendar, kind, year, int(match["number"])).period


def _day(text: str, field: str) -> date:
    try:
        return parse_vn_date(text)
    except Refused as refused:
        raise Refused(refused.message, **{field: refused.message}) from None
