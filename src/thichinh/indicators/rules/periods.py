"""Reporting periods as people choose and write them; the periods themselves are the calendar's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.utils.translation import gettext as _

from thichinh.foundation.calendar import STATUTORY, Period, PeriodKind, PeriodScheme
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import parse_vn_date

PER_YEAR = {
    PeriodKind.YEAR: 1,
    PeriodKind.HALF_YEAR: 2,
    PeriodKind.QUARTER: 4,
    PeriodKind.MONTH: 12,
}
LETTERS = {PeriodKind.HALF_YEAR: "H", PeriodKind.QUARTER: "Q", PeriodKind.MONTH: "M"}
_KINDS = {letter: kind for kind, letter in LETTERS.items()}
_NAMED = re.compile(r"(?P<year>(?:19|20|21)\d{2})(?:-?(?P<kind>[HQMhqm])(?P<number>\d{1,2}))?")
_ONE_DAY = timedelta(days=1)


def follows(later: Period, earlier: Period) -> bool:
    """Whether a period begins the day after another one ends."""
    return earlier.last + _ONE_DAY == later.first


def in_order(periods: Iterable[Period]) -> list[Period]:
    """Each period once, the earliest first."""
    return sorted(set(periods), key=lambda period: (period.first, period.last))


def of_year(year: int, scheme: PeriodScheme = STATUTORY) -> Iterator[Period]:
    """Every period of a reporting year, the longest first."""
    for kind, count in PER_YEAR.items():
        for number in range(1, count + 1):
            yield Period.of(kind, year, number, scheme)


def months(span: Period, scheme: PeriodScheme = STATUTORY) -> list[Period]:
    """The whole months of a scheme that a span touches."""
    found = [Period.containing(PeriodKind.MONTH, span.first, scheme)]
    while found[-1].last < span.last:
        found.append(found[-1].next())
    return found


def period_code(period: Period) -> str:
    """'2021', '2022-H1', '2021-Q3', '2021-M11'; '' for any other stretch of days."""
    if period.kind is PeriodKind.CUSTOM:
        return ""
    letter = LETTERS.get(period.kind)
    return f"{period.year}-{letter}{period.number}" if letter else str(period.year)


def named_period(text: str, scheme: PeriodScheme = STATUTORY) -> Period:
    """The period that such a code names. Raises Refused."""
    match = _NAMED.fullmatch(text.strip())
    if match is None:
        raise Refused(
            _(
                "Không hiểu kỳ “%(text)s”. Viết 2021, 2022-H1 (6 tháng), 2021-Q3 (quý), 2021-M11 "
                "(tháng)."
            )
            % {"text": text},
            period=_("Viết như 2021, 2022-H1, 2021-Q3 hoặc 2021-M11."),
        )
    kind = _KINDS[match["kind"].upper()] if match["kind"] else PeriodKind.YEAR
    return Period.of(kind, int(match["year"]), int(match["number"] or 1), scheme)


def period_between(first: str, last: str, scheme: PeriodScheme = STATUTORY) -> Period:
    """From '2020-12-15' or '15/12/2020' to the like. Raises Refused naming `from` or `to`."""
    days = []
    for field, text in (("from", first), ("to", last)):
        try:
            days.append(parse_vn_date(text))
        except Refused as refused:
            raise Refused(refused.message, **{field: refused.message}) from None
    if days[1] < days[0]:
        raise Refused(
            _("Kỳ phải kết thúc sau ngày bắt đầu."), to=_("Chọn ngày sau ngày bắt đầu kỳ.")
        )
    return Period.between(days[0], days[1], scheme)
