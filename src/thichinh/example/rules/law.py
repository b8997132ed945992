"""The legal calendar as the planner of invented towns asks it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date, datetime, time

from thichinh.foundation.calendar import LegalCalendar, WorkTerm, add_term, clock_start, transfer_at


class CalendarLaw:
    """Answers `days.Law` from a legal calendar; terms are `WorkTerm` values."""

    def __init__(self, calendar: LegalCalendar) -> None:
        self.calendar = calendar

    def sessions(self, day: date) -> Sequence[tuple[time, time]]:
        """Opening hours; a day before the calendar begins counts as closed."""
        if day < self.calendar.first:
            return ()
        return [(_clock(begins), _clock(ends)) for begins, ends in self.calendar.hours_on(day)]

    def due(self, received: datetime, term: Hashable) -> datetime:
        assert isinstance(term, WorkTerm)
        return add_term(self.calendar, self._start(received), term)

    def transferred(self, received: datetime) -> datetime:
        return transfer_at(self.calendar, self._start(received))

    def _start(self, received: datetime) -> datetime:
        """Where `rules.acts` starts the clock: the minute, or when work next begins."""
        return clock_start(self.calendar, received)


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)
