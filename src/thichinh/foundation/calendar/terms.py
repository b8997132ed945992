"""Legal terms: when something is due, when its clock starts, pauses and starts again.

Sources: Civil Code 2015 articles 147-148 (the first day is not counted; a last day of rest moves
to the next working day), Decree 61/2018/NĐ-CP article 18 (transfer after 15:00) and 19.4 (a
supplemented dossier gets its full term again), Law on Civil Status 60/2014 and Decree 23/2015
article 7 (same day; after 15:00 the next working day).

Where the law says a term ends with its last day, ours ends with the working time of that day:
nobody can hand over a result at midnight.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from thichinh.foundation.calendar.legal import LegalCalendar, local_time

MINUTES_OF_A_DAY = 480
"""One working day counts as eight hours wherever days and hours meet."""


class TermUnit(StrEnum):
    """What a term is counted in."""

    WORKING_DAYS = "working_days"  # ngày làm việc
    HOURS = "hours"  # giờ làm việc
    DAYS = "days"  # ngày
    SAME_DAY = "same_day"  # trong ngày


@dataclass(frozen=True)
class WorkTerm:
    """How long the law allows; fractions of a working day and of an hour are welcome.

    `WorkTerm("working_days", 3)`, `WorkTerm("working_days", "0.5")` (four hours),
    `WorkTerm("hours", 4)`, `WorkTerm("days", 30)`, `WorkTerm("same_day")`. Raises ValueError for
    an amount that is not positive, is not in whole minutes, or is a part of a calendar day.
    """

    unit: TermUnit
    amount: Decimal = Decimal(0)
    whole_days: int = field(init=False, repr=False, compare=False)
    minutes: int = field(init=False, repr=False, compare=False)

    def __init__(self, unit: str, amount: Decimal | float | str = 0) -> None:
        known, number = TermUnit(unit), Decimal(str(amount))
        if known is TermUnit.SAME_DAY:
            number = Decimal(0)
        elif number <= 0:
            raise ValueError(f"a term in {known} is longer than nothing")
        whole, minutes = _split(known, number)
        for name, value in (
            ("unit", known),
            ("amount", number),
            ("whole_days", whole),
            ("minutes", minutes),
        ):
            object.__setattr__(self, name, value)


def add_term(calendar: LegalCalendar, start: datetime, term: WorkTerm) -> datetime:
    """Return the instant by which something begun at `start` is due.

    Working days: the start day is not counted; due when work ends on the last day. A fraction
    is worked on after the whole days ('2.5': two days, then four hours), never past the next
    whole day. Hours run in working time from the next working moment. Days are calendar days.
    Always a working moment, and never earlier for a later start or a longer term.
    """
    if term.unit is TermUnit.SAME_DAY:
        return _same_day(calendar, start)
    if term.unit is TermUnit.HOURS:
        return calendar.add_minutes(start, term.minutes)
    day = local_time(start).date()
    if term.unit is TermUnit.DAYS:
        return calendar.closes(calendar.working_day_from(day + timedelta(days=term.whole_days)))
    return _working_days(calendar, start, term)


def transfer_at(calendar: LegalCalendar, received: datetime) -> datetime:
    """Return the latest moment to pass a received dossier on to the competent office.

    The same working day when it was received by the cut-off (15:00), else when the next working
    day begins (Decree 61/2018, article 18).
    """
    day = local_time(received).date()
    if _in_time_for_today(calendar, received):
        return calendar.closes(day)
    return calendar.opens(calendar.working_day_after(day))


def clock_start(calendar: LegalCalendar, filed: datetime) -> datetime:
    """Return when an online filing counts as received: at once in working time, else when work
    next begins."""
    return calendar.next_working_moment(filed)


def remaining(calendar: LegalCalendar, now: datetime, due: datetime) -> int:
    """Return the working minutes left until `due`; negative when it is overdue."""
    return calendar.working_time_between(now, due)


def resume_with_remainder(
    calendar: LegalCalendar, resumed: datetime, remaining_minutes: int
) -> datetime:
    """Return the due instant after a pause that keeps what was left (waiting for a fee).

    What was overdue by some minutes when paused is overdue by the same minutes when resumed.
    """
    return calendar.add_minutes(resumed, remaining_minutes)


def restart_full_term(calendar: LegalCalendar, completed: datetime, term: WorkTerm) -> datetime:
    """Return the due instant after a supplement: the whole term again from the day the dossier
    is complete (Decree 61/2018, article 19.4)."""
    return add_term(calendar, completed, term)


def _split(unit: TermUnit, amount: Decimal) -> tuple[int, int]:
    """A term as whole days and minutes on top of them."""
    whole = int(amount)
    minutes = amount * 60 if unit is TermUnit.HOURS else (amount - whole) * MINUTES_OF_A_DAY
    if minutes != int(minutes):
        raise ValueError(f"{amount} {unit} is not a whole number of minutes")
    if unit is TermUnit.DAYS and minutes:
        raise ValueError("calendar days are whole")
    return (0 if unit is TermUnit.HOURS else whole), int(minutes)


def _working_days(calendar: LegalCalendar, start: datetime, term: WorkTerm) -> datetime:
    day = local_time(start).date()
    if not term.minutes:
        return calendar.closes(calendar.working_day_after(day, term.whole_days))
    begins = start
    if term.whole_days:
        begins = calendar.closes(calendar.working_day_after(day, term.whole_days))
    next_whole = calendar.closes(calendar.working_day_after(day, term.whole_days + 1))
    return min(calendar.add_minutes(begins, term.minutes), next_whole)


def _same_day(calendar: LegalCalendar, received: datetime) -> datetime:
    day = local_time(received).date()
    if _in_time_for_today(calendar, received):
        return calendar.closes(day)
    return calendar.closes(calendar.working_day_after(day))


def _in_time_for_today(calendar: LegalCalendar, received: datetime) -> bool:
    """Received on a working day, by the cut-off and before that day's work has ended."""
    day = local_time(received).date()
    if not calendar.is_working(day):
        return False
    return received <= min(calendar.cutoff_on(day), calendar.closes(day))
