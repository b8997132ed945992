"""The hours of one invented dossier: received, transferred, resolved and returned.

Counters open in working hours; people file online at any hour. The day of receipt is given; the
due instant is the calendar's; everything else is drawn inside what the course leaves open.
"""

from __future__ import annotations

import random
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from thichinh.example.rules.days import ZONE, Day, Days
from thichinh.example.rules.flow import Course

MINUTE, HOUR = 60, 3600
SAFE = 14 * HOUR + 30 * MINUTE
"""Received by now, a dossier is surely passed on (the 15:00 rule) and can be done, today."""


@dataclass(slots=True)
class Moments:
    """When things happen to one dossier; None where it is not within the span."""

    submitted: datetime
    received: datetime
    due: datetime
    transferred: datetime | None
    resolved: datetime | None
    returned: datetime | None


class Asked(Protocol):
    """What the hours depend on in a procedure: its term, and the first day of its version."""

    @property
    def term(self) -> Hashable: ...
    @property
    def since(self) -> date | None: ...


class Times:
    """Draws the moments of dossiers over given days with a given generator."""

    def __init__(self, days: Days, rng: random.Random) -> None:
        self.days, self.rng = days, rng

    def of(self, course: Course, entry: Asked, at: int, online: bool) -> Moments:
        """The moments of a dossier received on day `at`, which must lie in the course's window."""
        days, day = self.days, self.days.days[at]
        last_chance = course.closed == course.origin and at == days.edges[course.closed + 1] - 1
        latest = day.closes - 5 * MINUTE
        if last_chance:
            latest = max(day.opens, min(SAFE, day.closes - HOUR))
        received = _moment(day, self._second(day, day.opens, latest, 0.6))
        due = days.due_first[entry.term][at]
        if due != days.due_last[entry.term][at]:
            due = days.law.due(received, entry.term)
        passed = self._passed_on(received, at)
        resolved = self._resolved(course, received, due, at, passed)
        if passed is not None and resolved is not None and passed >= resolved:
            passed = received + (resolved - received) / 2
            passed = passed.replace(microsecond=0)
        return Moments(
            submitted=self._submitted(received, at, course.origin, entry) if online else received,
            received=received,
            due=due,
            transferred=passed,
            resolved=resolved,
            returned=None if resolved is None else self._returned(resolved),
        )

    def _second(self, day: Day, low: int, high: int, lean: float = 0.5) -> int:
        """A second of the day's sessions in [low, high]; `lean` is the share of the first one."""
        spans = [(max(a, low), min(b, high)) for a, b in day.sessions if a <= high and b >= low]
        if not spans:
            return high
        begins, ends = spans[0] if self.rng.random() < lean or len(spans) == 1 else spans[-1]
        return begins + int(self.rng.random() * max(0, ends - begins + 1))

    def _submitted(self, received: datetime, at: int, origin: int, entry: Asked) -> datetime:
        """Filed online at some hour since the last working day ended, in the same period."""
        since = self.days.starts[origin]
        if entry.since is not None:
            since = max(since, datetime.combine(entry.since, time(), ZONE))
        if at:
            before = self.days.days[at - 1]
            since = max(since, _moment(before, before.closes))
        waited = (received - since).total_seconds()
        return received - timedelta(seconds=1 + int((waited - 1) * self.rng.random() ** 2))

    def _passed_on(self, received: datetime, at: int) -> datetime | None:
        deadline = self.days.law.transferred(received)
        if deadline.date() == received.date():
            soon = received + timedelta(minutes=5 + int(85 * self.rng.random()))
            return min(soon, deadline)
        return deadline if at + 1 < len(self.days.days) else None

    def _resolved(
        self, course: Course, received: datetime, due: datetime, at: int, passed: datetime | None
    ) -> datetime | None:
        if course.is_open:
            return None
        begins, ends = self.days.edges[course.closed], self.days.edges[course.closed + 1]
        due_day = self.days.last_on(due)
        if course.late:
            on = self._late_day(max(due_day + 1, begins), ends)
        else:
            ready = at if passed is not None and passed.date() == received.date() else at + 1
            on = self._timely_day(max(ready, begins), min(due_day, ends - 1), due_day)
        day = self.days.days[on]
        low, high = day.opens, day.closes
        if on == at:
            low = _second_of(received) + 15 * MINUTE
        if due.date() == day.date:
            high = min(high, _second_of(due) - MINUTE)  # before it falls overdue, never with it
        return _moment(day, self._second(day, low, high))

    def _late_day(self, first: int, end: int) -> int:
        delay, room = int(self.rng.expovariate(1 / 6)), end - first
        return first + (delay if delay < room else int(room * self.rng.random()))

    def _timely_day(self, first: int, last: int, due_day: int) -> int:
        """A day in [first, last], often early, sometimes the due day itself."""
        first = min(first, last)
        if last == due_day:
            if first == last or self.rng.random() < 0.3:
                return last
            last -= 1
        return first + int((last - first + 1) * self.rng.random() ** 0.6)

    def _returned(self, resolved: datetime) -> datetime | None:
        """When the applicant fetched the result; some have not when the span ends."""
        chance = self.rng.random()
        at = self.days.last_on(resolved)
        day = self.days.days[at]
        soon = _second_of(resolved) + 5 * MINUTE + int(40 * MINUTE * self.rng.random())
        if chance < 0.75 and soon <= day.closes:
            return _moment(day, soon)
        at += 1 + int(self.rng.expovariate(1.2 if chance < 0.96 else 0.1))
        if at >= len(self.days.days):
            return None
        day = self.days.days[at]
        return _moment(day, self._second(day, day.opens, day.closes))


def _moment(day: Day, second: int) -> datetime:
    return day.midnight + timedelta(seconds=second)


def _second_of(moment: datetime) -> int:
    return moment.hour * HOUR + moment.minute * MINUTE + moment.second
