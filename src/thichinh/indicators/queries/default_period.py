"""Which period people want to see when they did not choose one."""

from __future__ import annotations

from datetime import timedelta

from thichinh.foundation.calendar import Period, PeriodKind
from thichinh.foundation.clock import today
from thichinh.indicators.queries.published import statements
from thichinh.stocks import queries as stocks
from thichinh.stocks.rules import Where

BOOK = "dossiers"
"""The book whose days decide which periods there are to ask for."""
OUTSIDE = 0
"""Every book calls the world outside stock 0."""
SOON = timedelta(days=30)


def default_period(unit_code: str, root: int) -> Period:
    """The half-year that closed last or closes within a month, if anything arrived in it.

    Else the period a paper about the unit stated last; else that half-year all the same.
    """
    half = Period.containing(PeriodKind.HALF_YEAR, today() + SOON)
    if half.last > today() + SOON:
        half = half.previous()
    flows = stocks.flows(BOOK, half.start, half.end, Where(root=root))
    if any(source == OUTSIDE for source, _ in flows.get((), {})):
        return half
    return max(statements(unit_code).by_period, key=lambda p: (p.last, p.first), default=half)
