"""What a page or a program asks figures for: definitions, unit, period and slice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from thichinh.accounts.rules import Actor, UnitNode
from thichinh.foundation.calendar import STATUTORY, Period, PeriodKind
from thichinh.foundation.clock import today
from thichinh.foundation.errors import Missing
from thichinh.indicators.queries.catalogue import catalogue
from thichinh.indicators.queries.default_period import default_period
from thichinh.indicators.queries.period_choice import check_within_books
from thichinh.indicators.queries.units import measured_unit
from thichinh.indicators.rules.catalogue import Catalogue
from thichinh.indicators.rules.picking import Cut, Query, asked_cut, asked_periods


@dataclass(frozen=True)
class AskedFigures:
    """Which figures: by the definitions in force at the end of the period."""

    catalogue: Catalogue
    unit: UnitNode
    period: Period
    cut: Cut
    dimensions: dict[str, str]

    @property
    def labels(self) -> list[str]:
        """The names of the values that are cut by."""
        return self.cut.labels(self.dimensions)


@dataclass(frozen=True)
class AskedPeriods:
    """Of which unit, in which periods; by the definitions in force on the last day."""

    catalogue: Catalogue
    codes: list[str]
    unit: UnitNode
    periods: list[Period]


def asked_periods_of(
    actor: Actor,
    permission: str,
    query: Query,
    codes_on: Callable[[date], Iterable[str] | None],
    *,
    kinds: Collection[PeriodKind] = (),
    any_day: bool = False,
) -> AskedPeriods:
    """Read unit and periods of an address; without a period, one that has something to say.

    `codes_on` names what is asked for on a day, None every indicator. Periods are those of the books
    concerned where these agree, else the statutory ones; `kinds` those that are reported. Raises
    Refused for what cannot be read and (unless `any_day`) lies outside the books; Missing for an
    unknown code or unit, NotAllowed outside one's units.
    """
    periods = asked_periods(query)
    on = periods[-1].last if periods else today()
    found, wanted = _in_force(codes_on, on)
    books, scheme = found.books(wanted), found.scheme(wanted)
    unit = measured_unit(actor, permission, (query.getlist("unit") or [""])[-1], on)
    if not periods:
        period = default_period(unit.code, unit.id, books or (), scheme, kinds)
        return AskedPeriods(found, wanted, unit, [period])
    if scheme != STATUTORY:
        periods = asked_periods(query, scheme)
    if not any_day:
        check_within_books(periods, unit.code, books)
    return AskedPeriods(found, wanted, unit, periods)


def _in_force(
    codes_on: Callable[[date], Iterable[str] | None], on: date
) -> tuple[Catalogue, list[str]]:
    """The definitions of a day and what is asked for; today's where there was no such thing yet."""
    now = today()
    for day in (on, now):
        found = catalogue(day)
        try:
            codes = codes_on(day)
            wanted = list(found.indicators if codes is None else codes)
            found.leaves(wanted)
        except Missing:
            if day == now:
                raise
        else:
            if wanted:
                break
    return found, wanted


def asked_figures(
    actor: Actor,
    permission: str,
    query: Query,
    codes: Iterable[str] | None = None,
    *,
    any_day: bool = False,
) -> AskedFigures:
    """The same for indicators or measures, several periods as one; and the slice asked for.

    A slice is cut by dimensions of the books concerned. Raises as `asked_periods_of`.
    """
    asked = asked_periods_of(actor, permission, query, lambda on: codes, any_day=any_day)
    first, last = asked.periods[0], asked.periods[-1]
    period = Period.between(first.first, last.last, first.scheme)
    dimensions = asked.catalogue.dimensions(asked.codes)
    cut = asked_cut(query, dimensions)
    return AskedFigures(catalogue(period.last), asked.unit, period, cut, dimensions)
