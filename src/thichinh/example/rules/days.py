"""The days of an invented replay: working days with their hours, weights, and due windows.

How busy each day is, is ours: Mondays above Fridays, a lull before Tết and a surge after it, the
Covid dip of August and September 2021. Only the working days and the due instants are law.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Protocol
from zoneinfo import ZoneInfo

from thichinh.example.rules.flow import Course
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import vn_date

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LOOK_BACK = 200
"""Calendar days before the first period in which its opening stock may have been received."""


class Law(Protocol):
    """What the plan asks of the legal calendar; `term` is whatever the catalogue carries."""

    def sessions(self, day: date) -> Sequence[tuple[time, time]]:
        """Opening hours of a day, empty on a rest day."""

    def due(self, received: datetime, term: Hashable) -> datetime:
        """The due instant of a dossier received at an instant."""

    def transferred(self, received: datetime) -> datetime:
        """The earliest instant at which the competent unit must have it (the 15:00 rule)."""


@dataclass(frozen=True, slots=True)
class Day:
    """One working day: its midnight and its sessions in seconds after midnight."""

    date: date
    midnight: datetime
    sessions: tuple[tuple[int, int], ...]

    @property
    def opens(self) -> int:
        return self.sessions[0][0]

    @property
    def closes(self) -> int:
        return self.sessions[-1][1]


class Days:
    """Working days from well before the first period to the end of the last, by index.

    `edges[p]` is the index of the first working day of period p (1-based) and `edges[n + 1]` the
    count of all days; `starts[p]` is the period's first midnight, `starts[n + 1]` the end.
    """

    def __init__(self, law: Law, starts: Sequence[date]) -> None:
        """`starts`: first day of each period, then the day after the last. Raises Refused."""
        self.law = law
        first = starts[0] - timedelta(days=LOOK_BACK)
        span = (first + timedelta(days=n) for n in range((starts[-1] - first).days))
        self.days = [
            Day(day, _midnight(day), tuple((_seconds(a), _seconds(b)) for a, b in hours))
            for day in span
            if (hours := law.sessions(day))
        ]
        self.dates = [day.date for day in self.days]
        self.edges = [0, *(bisect_left(self.dates, start) for start in starts)]
        self.starts = [_midnight(first), *map(_midnight, starts)]
        self.midnights = [day.midnight for day in self.days]
        self.weights = _weights(self.days)
        self.due_first: dict[Hashable, list[datetime]] = {}
        self.due_last: dict[Hashable, list[datetime]] = {}
        for at, (a, b) in enumerate(zip(self.edges, self.edges[1:], strict=False)):
            if at and a == b:
                sentence = f"Kỳ bắt đầu {vn_date(starts[at - 1])} không có ngày làm việc nào."
                raise Refused(sentence, periods=sentence)

    @property
    def periods(self) -> int:
        return len(self.edges) - 2

    def between(self, since: date | None, until: date | None) -> tuple[int, int]:
        """Indexes [low, high) of the days from `since` to `until`, both included."""
        low = 0 if since is None else bisect_left(self.dates, since)
        high = len(self.dates) if until is None else bisect_right(self.dates, until)
        return low, high

    def last_on(self, moment: datetime) -> int:
        """Index of the last working day that has begun at `moment`."""
        return bisect_right(self.midnights, moment) - 1

    def learn(self, term: Hashable) -> None:
        """Work out the due instants of a term for the first and last receipt of every day."""
        due = self.law.due
        self.due_first[term] = [
            due(day.midnight + timedelta(seconds=day.opens), term) for day in self.days
        ]
        self.due_last[term] = [
            due(day.midnight + timedelta(seconds=day.closes - 60), term) for day in self.days
        ]

    def window(self, term: Hashable, course: Course) -> tuple[int, int]:
        """Days [low, high) on which a dossier of this term, received, meets this course."""
        low, high = self.edges[course.origin], self.edges[course.origin + 1]
        if course.due < 0:
            if course.closed > course.origin:
                low = max(low, self._first_due_from(term, self.starts[course.closed]))
            return low, max(low, high)
        if course.due > 0:
            low = max(low, self._first_due_from(term, self.starts[course.due]))
        if course.due <= self.periods:
            before = self.starts[course.due + 1]
            if course.closed == course.due:  # a working day must remain to be late on
                before = min(before, self.midnights[self.edges[course.due + 1] - 1])
            high = min(high, bisect_left(self.due_last[term], before))
        return low, max(low, high)

    def _first_due_from(self, term: Hashable, moment: datetime) -> int:
        return bisect_left(self.due_first[term], moment)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def _seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def cumulative(weights: Sequence[float]) -> list[float]:
    """Running sums with a leading zero: the mass of days [a, b) is sums[b] - sums[a]."""
    return [0.0, *accumulate(weights)]


_WEEKDAYS = (1.28, 1.06, 1.0, 0.95, 0.92, 0.8, 0.8)
_MONTHS = (1.0, 0.85, 1.12, 1.06, 1.0, 1.05, 1.08, 1.1, 0.98, 0.98, 0.96, 1.0)
_OUTBREAK = (date(2021, 8, 1), date(2021, 9, 30))


def _weights(days: Sequence[Day]) -> list[float]:
    """How many people come to the counter on each day, relative to an ordinary one."""
    weights = [_ordinary(day) for day in days]
    for at in range(1, len(days)):
        if (days[at].date - days[at - 1].date).days >= 6 and days[at].date.month <= 2:
            for back in range(1, min(9, at)):
                weights[at - back] *= 0.5 + 0.05 * back
            for ahead in range(min(12, len(days) - at)):
                weights[at + ahead] *= 1.45 - 0.035 * ahead
    return weights


def _ordinary(day: Day) -> float:
    weight = _WEEKDAYS[day.date.weekday()] * _MONTHS[day.date.month - 1]
    if _OUTBREAK[0] <= day.date <= _OUTBREAK[1]:
        weight *= 0.5
    return weight if len(day.sessions) > 1 else weight / 2
