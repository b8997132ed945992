"""Which period people want to see when they did not say."""

from __future__ import annotations

from datetime import timedelta

from thichinh.foundation.clock import today
from thichinh.indicators.queries.published import statements
from thichinh.indicators.rules.catalogue import Catalogue
from thichinh.indicators.rules.periods import Period, current, previous_of
from thichinh.stocks import queries as stocks
from thichinh.stocks.rules import Where

OUTSIDE = 0
"""Every book calls the world outside stock 0."""
SOON = timedelta(days=30)


def usual_period(catalogue: Catalogue, book: str, unit_code: str, root: int) -> Period:
    """The half-year that closed last or closes within a month, if anything arrived in it.

    Else the period a paper about the unit stated last; else that half-year all the same.
    """
    half = current(catalogue.calendar, "half", today() + SOON).period
    if half.end > today() + SOON:
        half = previous_of(catalogue.calendar, half)
    flows = stocks.flows(book, half.opens_at, half.closes_at, Where(root=root))
    if any(source == OUTSIDE for source, _ in flows.get((), {})):
        return half
    stated = sorted(statements(unit_code).by_period, key=lambda p: (p.end, p.start))
    return stated[-1] if stated else half
