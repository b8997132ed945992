"""What papers stated for a unit: read to compare with, by checks and reports only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from thichinh.foundation.calendar import STATUTORY, Period, PeriodScheme
from thichinh.indicators.models import PublishedValue
from thichinh.indicators.rules.periods import follows, in_order
from thichinh.indicators.rules.rounding import exact


@dataclass(frozen=True)
class Stated:
    """One published number and the paper that states it."""

    value: Fraction
    title: str
    source: str


@dataclass(frozen=True)
class Statements:
    """Published numbers of one unit by period and indicator."""

    by_period: Mapping[Period, Mapping[str, Stated]]

    def of(self, period: Period) -> Mapping[str, Stated]:
        """The numbers stated for exactly this period."""
        return self.by_period.get(period, {})

    def values(self, period: Period) -> dict[str, Fraction | None]:
        """The same as plain values."""
        return {code: stated.value for code, stated in self.of(period).items()}

    def inside(self, span: Period) -> list[Period]:
        """The stated periods that follow one another and fill a longer span, or nothing."""
        parts, day = [], span.first
        for period in in_order(p for p in self.by_period if p != span):
            if period.first == day and period.last <= span.last:
                parts.append(period)
                day = next_day(period)
        return parts if len(parts) > 1 and next_day(parts[-1]) == next_day(span) else []

    def before(self, period: Period) -> Period | None:
        """The stated period that ends the day before this one begins: the longest."""
        found = [p for p in self.by_period if follows(period, p)]
        return min(found, key=lambda p: p.first, default=None)


def next_day(period: Period) -> date:
    """The day after a period."""
    return period.end.date()


def statements(unit_code: str, scheme: PeriodScheme = STATUTORY) -> Statements:
    """Everything stated for a unit, by periods of a scheme; of two papers about the same number the
    later counts."""
    rows = PublishedValue.objects.filter(unit_code=unit_code).order_by("published_on", "id")
    found: dict[Period, dict[str, Stated]] = {}
    for row in rows:
        period = Period.between(row.period_start, row.period_end, scheme)
        stated = Stated(exact(row.value), row.title, row.source)
        found.setdefault(period, {})[row.indicator] = stated
    return Statements(found)
