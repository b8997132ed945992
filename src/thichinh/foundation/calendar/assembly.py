"""Turning calendar definitions into one `LegalCalendar`, each day under the rules of that day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from thichinh.foundation.calendar.definition import (
    CalendarDefinition,
    DayKind,
    MinuteSpan,
    SpecialDay,
    Week,
    spans_of,
)
from thichinh.foundation.calendar.legal import DayPlan, LegalCalendar
from thichinh.foundation.definitions import in_force
from thichinh.foundation.errors import Refused

YEARS_AHEAD = 10
"""How far weekly hours are carried past the last sheet: no legal term is longer."""
_DEFAULT_CUTOFF = "15:00"  # Decree 61/2018, article 18
_OFF = (DayKind.HOLIDAY, DayKind.COMPENSATORY, DayKind.SWAPPED_OFF, DayKind.CLOSURE)


def calendar_from(definitions: Iterable[CalendarDefinition]) -> LegalCalendar:
    """Build the calendar from every version of every definition. Raises Refused without hours.

    For each day and code the latest version in force counts, as everywhere in `definitions`;
    among codes the higher layer wins, then the later code.
    """
    versions = list(definitions)
    first = min((d.effective_from for d in versions if d.week is not None), default=None)
    if first is None:
        raise Refused("Chưa công bố giờ làm việc trong tuần (definitions/calendars).")
    announced_to = max(
        (d.effective_to for d in versions if d.days and d.effective_to), default=first
    )
    last = date(max(announced_to, first).year + YEARS_AHEAD, 12, 31)
    plans: list[DayPlan] = []
    special: dict[date, SpecialDay] = {}
    for begins, ends in _stretches(versions, first, last):
        _fill(_in_force(versions, begins), begins, ends, plans, special)
    return LegalCalendar(first, plans, special, announced_to)


def _stretches(
    versions: Sequence[CalendarDefinition], first: date, last: date
) -> list[tuple[date, date]]:
    """The stretches of days over which the same definitions are in force, ends excluded."""
    cuts = {first, last + timedelta(days=1)}
    for version in versions:
        cuts.add(version.effective_from)
        if version.effective_to is not None:
            cuts.add(version.effective_to + timedelta(days=1))
    inside = sorted(cut for cut in cuts if first <= cut <= last + timedelta(days=1))
    return list(pairwise(inside))


def _in_force(versions: Sequence[CalendarDefinition], day: date) -> list[CalendarDefinition]:
    """The definitions in force on a day, the weakest layer first."""
    by_code: dict[str, list[CalendarDefinition]] = defaultdict(list)
    for version in versions:
        by_code[version.code].append(version)
    alive = [found for rows in by_code.values() if (found := in_force(rows, day))]
    return sorted(alive, key=lambda d: (d.layer, d.code))


def _fill(
    definitions: Sequence[CalendarDefinition],
    begins: date,
    ends: date,
    plans: list[DayPlan],
    special: dict[date, SpecialDay],
) -> None:
    """Append the plan of each day of a stretch, and note its special days."""
    week = next((d.week for d in reversed(definitions) if d.week is not None), Week())
    cutoffs = (d.transfer_cutoff for d in reversed(definitions))
    cutoff = _minutes(next((c for c in cutoffs if c is not None), _DEFAULT_CUTOFF))
    rows = {row.day: row for definition in definitions for row in definition.days}
    ordinary = [DayPlan(week.on(weekday), cutoff) for weekday in range(7)]
    for ordinal in range(begins.toordinal(), ends.toordinal()):
        day = date.fromordinal(ordinal)
        row = rows.get(day)
        if row is None:
            plans.append(ordinary[day.weekday()])
        else:
            special[day] = row
            plans.append(DayPlan(_worked(row, week), cutoff))


def _worked(row: SpecialDay, week: Week) -> tuple[MinuteSpan, ...]:
    if row.kind in _OFF:
        return ()
    if row.hours or row.instead_of is None:
        return spans_of(row.hours)
    return week.on(row.instead_of.weekday())


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
