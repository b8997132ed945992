"""How a stretch of time is read from the sums that the fold keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from thichinh.foundation.calendar import PeriodScheme, start_of
from thichinh.foundation.clock import ZONE


@dataclass(frozen=True, slots=True)
class Span:
    """How a stretch of time [start, end) is read: raw edges, whole days, whole months."""

    raw: tuple[tuple[datetime, datetime], ...]
    days: tuple[tuple[date, date], ...]
    months: tuple[date, date] | None


def span(start: datetime, end: datetime, scheme: PeriodScheme) -> Span:
    """Split [start, end) into months of a scheme, the days around them, and the ragged instants."""
    first, last = _midnight_from(start), _midnight_until(end)
    if first > last:
        return Span(((start, end),) if start < end else (), (), None)
    raw = tuple((a, b) for a, b in ((start, start_of(first)), (start_of(last), end)) if a < b)
    month_from, month_to = _month_from(first, scheme), scheme.month_start(last)
    if month_from >= month_to:
        return Span(raw, ((first, last),) if first < last else (), None)
    days = tuple((a, b) for a, b in ((first, month_from), (month_to, last)) if a < b)
    return Span(raw, days, (month_from, month_to))


def _midnight_from(at: datetime) -> date:
    local = at.astimezone(ZONE)
    day = local.date()
    return day if local == start_of(day) else day + timedelta(days=1)


def _midnight_until(at: datetime) -> date:
    return at.astimezone(ZONE).date()


def _month_from(day: date, scheme: PeriodScheme) -> date:
    """The first month of the scheme that does not begin before a day."""
    begun = scheme.month_start(day)
    return begun if begun == day else scheme.month_after(day)
