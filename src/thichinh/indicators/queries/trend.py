"""A figure month by month, for charts: one question for all flows, one for the opening balance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from thichinh.foundation.calendar import Period
from thichinh.foundation.errors import Refused
from thichinh.indicators.rules.catalogue import Catalogue
from thichinh.indicators.rules.measures import BalanceMeasure, BookMeasure, FlowMeasure, What
from thichinh.indicators.rules.periods import months
from thichinh.stocks import queries as stocks
from thichinh.stocks.rules import BOOKS, Pair, Where


@dataclass(frozen=True)
class Trend:
    """Values per month of the book, by indicator."""

    months: tuple[Period, ...]
    values: Mapping[str, tuple[int | float, ...]]


def monthly(
    catalogue: Catalogue, book: str, codes: Sequence[str], span: Period, where: Where
) -> Trend:
    """Whole months of the book around `span`; balances are those at the end of each month.

    Raises Refused for an indicator that is not a sum of measures of all this book.
    """
    signed = {code: signed_in_book(catalogue, book, code) for code in codes}
    whole = months(span, BOOKS[book].periods)
    values: dict[str, list[Fraction]] = {code: [Fraction(0)] * len(whole) for code in codes}
    with stocks.one_snapshot():
        for what in sorted({measure.what for parts in signed.values() for _sign, measure in parts}):
            flows, opening = _read(book, whole, where, what)
            for code, parts in signed.items():
                for sign, measure in parts:
                    if measure.what == what:
                        series = _series(measure, flows, opening)
                        values[code] = [
                            v + sign * n for v, n in zip(values[code], series, strict=True)
                        ]
    plain = {
        code: tuple(catalogue.notation(code).plain(value) or 0 for value in series)
        for code, series in values.items()
    }
    return Trend(tuple(whole), plain)


def signed_in_book(catalogue: Catalogue, book: str, code: str) -> list[tuple[int, BookMeasure]]:
    """An indicator as measures of one book, added and subtracted. Raises Refused where it is not."""
    found: list[tuple[int, BookMeasure]] = []
    for sign, name in catalogue.signed_measures(code) or [(0, "")]:
        measure = catalogue.measure(name) if name else None
        if not isinstance(measure, FlowMeasure | BalanceMeasure) or (
            measure.book != book or measure.only
        ):
            raise Refused(
                _("Chỉ tiêu “%(code)s” không phải là tổng các phép đo của cả sổ “%(book)s”.")
                % {"code": code, "book": BOOKS[book].title}
            )
        found.append((sign, measure))
    return found


def _read(
    book: str, whole: Sequence[Period], where: Where, what: What
) -> tuple[list[Mapping[Pair, Any]], Mapping[int, Any]]:
    first, stop = whole[0].first, whole[-1].last + timedelta(days=1)
    by_month = stocks.month_flows(book, first, stop, where, what=what)
    opening = stocks.balances(book, whole[0].start, where, what=what).get((), {})
    return [by_month.get(month.first, {}) for month in whole], opening


def _series(
    measure: BookMeasure, flows: Sequence[Mapping[Pair, Any]], opening: Mapping[int, Any]
) -> list[Fraction]:
    if isinstance(measure, FlowMeasure):
        return [measure.total(row) for row in flows]
    standing, found = measure.total(opening), []
    for row in flows:
        before = standing
        standing += measure.change(row)
        found.append(before if measure.at == "start" else standing)
    return found
