"""Which period people want to see when they did not choose one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

from thichinh.foundation.calendar import STATUTORY, Period, PeriodKind, PeriodScheme
from thichinh.foundation.clock import today
from thichinh.indicators.queries.published import statements
from thichinh.stocks import queries as stocks
from thichinh.stocks.rules import Where

OUTSIDE = 0
"""Every book calls the world outside stock 0."""
SOON = timedelta(days=30)


def default_period(
    unit_code: str,
    root: int,
    books: Iterable[str],
    scheme: PeriodScheme = STATUTORY,
    kinds: Collection[PeriodKind] = (),
) -> Period:
    """The half-year that closed last or closes within a month, if anything entered these books in it.

    Else the period a paper about the unit stated last; else that half-year all the same. Where only
    some kinds of periods are reported, the longest of them up to a half-year, or the year.
    """
    kind = PeriodKind.HALF_YEAR
    if kinds and kind not in kinds:
        kind = next((k for k in _BY_PREFERENCE if k in kinds), kind)
    period = Period.containing(kind, today() + SOON, scheme)
    if period.last > today() + SOON:
        period = period.previous()
    where = Where(root=root)
    for book in books:
        flows = stocks.flows(book, period.start, period.end, where)
        if any(source == OUTSIDE for source, _ in flows.get((), {})):
            return period
    stated = statements(unit_code).by_period
    return max(stated, key=lambda p: (p.last, p.first), default=period)


_BY_PREFERENCE = (PeriodKind.QUARTER, PeriodKind.MONTH, PeriodKind.YEAR)
