"""The picker once more, for a period that cannot be read or that holds nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from thichinh.accounts.rules import Actor
from thichinh.foundation.calendar import Period, PeriodKind
from thichinh.foundation.clock import today
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import vn_date
from thichinh.indicators.queries.catalogue import catalogue
from thichinh.indicators.queries.default_period import default_period
from thichinh.indicators.queries.published import statements
from thichinh.indicators.queries.units import measured_unit, measured_units
from thichinh.indicators.rules.periods import PER_YEAR
from thichinh.indicators.rules.picking import picker, query_of
from thichinh.stocks.queries import first_day


class OutsideBooks(Refused):
    """The period lies wholly before the first record or after today; `nearest` does not."""

    def __init__(self, sentence: str, nearest: Period) -> None:
        super().__init__(sentence, period=sentence)
        self.nearest = nearest


def check_within_books(
    periods: Sequence[Period], unit_code: str, books: Iterable[str] | None
) -> None:
    """Raise OutsideBooks unless there are figures: in one of the books, or in a paper on the unit.

    `books` None: something is counted elsewhere, so there may be figures on any day.
    """
    if books is None:
        return
    now = today()
    begun = [day for book in books if (day := first_day(book)) is not None]
    begin = min(begun, default=None)
    first, last = periods[0].first, periods[-1].last
    if (begin or now) <= last and first <= now:
        return
    scheme = periods[0].scheme
    if any(first <= p.first and p.last <= last for p in statements(unit_code, scheme).by_period):
        return
    kind = periods[0].kind if periods[0].kind is not PeriodKind.CUSTOM else PeriodKind.YEAR
    if begin is None:
        raise OutsideBooks(_("Sổ chưa ghi gì."), Period.containing(kind, now, scheme))
    days = {"begin": vn_date(begin), "today": vn_date(now)}
    raise OutsideBooks(
        _("Sổ ghi từ ngày %(begin)s, đến hôm nay là %(today)s.") % days,
        Period.containing(kind, now if first > now else begin, scheme),
    )


def dates_again(
    actor: Actor, permission: str, asked: Mapping[str, Any], refused: Refused
) -> dict[str, Any]:
    """What `indicators/dates.html` shows: the sentence, what was typed, and the periods there are.

    Raises NotAllowed for who may see no unit's figures.
    """
    unit = measured_unit(actor, permission, asked.get("unit", ""), today())
    units = measured_units(actor, permission, today())
    nearest = refused.nearest if isinstance(refused, OutsideBooks) else None
    in_force = catalogue()
    books = in_force.books(in_force.indicators) or ()
    offered = nearest or default_period(unit.code, unit.id, books)
    return {
        "sentence": next(iter(refused.fields.values())),
        "nearest": nearest,
        "nearest_query": query_of([nearest], unit.code) if nearest else "",
        "typed": {"start": asked.get("from", ""), "end": asked.get("to", "")},
        "picker": picker(offered, unit, units, PER_YEAR, today()),
    }
