"""A figure month by month, for charts: one question for all flows, one for the opening balance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from thichinh.foundation.calendar import Period
from thichinh.indicators.rules import measures
from thichinh.indicators.rules.catalogue import Catalogue
from thichinh.indicators.rules.measures import BalanceMeasure, FlowMeasure
from thichinh.indicators.rules.periods import months
from thichinh.stocks import queries as stocks
from thichinh.stocks.rules import Pair, Where


@dataclass(frozen=True)
class Trend:
    """Counts per reporting month, by indicator."""

    months: tuple[Period, ...]
    counts: Mapping[str, tuple[int, ...]]


def monthly(
    catalogue: Catalogue, book: str, codes: Sequence[str], span: Period, where: Where
) -> Trend:
    """Whole reporting months around `span`; balances are those at the end of each month.

    Only indicators that add and subtract measures of this book without a channel can be shown.
    """
    whole = months(span)
    first, stop = whole[0].first, whole[-1].last + timedelta(days=1)
    by_month = stocks.month_flows(book, first, stop, where)
    opening = stocks.balances(book, whole[0].start, where).get((), {})
    counts = {
        code: _series(catalogue, code, [by_month.get(m.first, {}) for m in whole], opening)
        for code in codes
    }
    return Trend(tuple(whole), counts)


def _series(
    catalogue: Catalogue,
    code: str,
    flows: Sequence[Mapping[Pair, int]],
    opening: Mapping[int, int],
) -> tuple[int, ...]:
    totals = [0] * len(flows)
    for sign, name in catalogue.signed_measures(code) or []:
        measure = measures.measure(name)
        if isinstance(measure, FlowMeasure):
            counts = [measure.count(row) for row in flows]
        elif isinstance(measure, BalanceMeasure):
            counts = _running(measure, flows, opening)
        else:
            continue
        totals = [total + sign * n for total, n in zip(totals, counts, strict=True)]
    return tuple(totals)


def _running(
    measure: BalanceMeasure, flows: Sequence[Mapping[Pair, int]], opening: Mapping[int, int]
) -> list[int]:
    standing, counts = measure.count(opening), []
    for row in flows:
        before = standing
        standing += measure.change(row)
        counts.append(before if measure.at == "start" else standing)
    return counts
