"""Which period people want to see when they did not say."""

from __future__ import annotations

from datetime import timedelta

from thichinh.foundation.clock import today
from thichinh.indicators.queries.published import statements
from thichinh.indicators.rules.catalogue import Catalogue
from thichinh.indicators.rules.periods import Period, current
from thichinh.stocks import queries as stocks
from thichinh.stocks.rules import Where

OUTSIDE = 0
"""Every book calls the world outside stock 0."""


def usual_period(catalogue: Catalogue, book: str, unit_code: str, root: int) -> Period:
    """The half-year under way if anything arrived in it or the one before, else the last published.

    With neither, the half-year under way.
    """
    now = current(catalogue.calendar, "half", today()).period
    recent = now.start - timedelta(days=184)
    flows = stocks.month_flows(book, recent.replace(day=now.start.day), now.end, Where(root=root))
    arrived = any(source == OUTSIDE for row in flows.values() for source, _ in row)
    if arrived:
        return now
    stated = sorted(statements(unit_code).by_period, key=lambda p: (p.end, p.start))
    return stated[-1] if stated else now
