"""The legal calendar: which minutes are worked, and quick arithmetic over them.

Time is counted in whole working minutes; seconds of an instant are dropped, as slips and
registers write hours and minutes. A moment at the end of a slot and the moment the next slot
begins have the same count; a deadline takes the earlier one (11:30, never 13:30), a start the
later one. Việt Nam keeps UTC+7 all year, so a day has 1,440 minutes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from django.utils.translation import gettext as _

from thichinh.foundation.calendar.definition import MinuteSpan, SpecialDay
from thichinh.foundation.clock import ZONE
from thichinh.foundation.errors import Refused

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayPlan:
    """How one day is worked. `cutoff` is the transfer hour, in minutes after midnight."""

    slots: tuple[MinuteSpan, ...]
    cutoff: int

    @property
    def minutes(self) -> int:
        return sum(ends - begins for begins, ends in self.slots)


class LegalCalendar:
    """Working time of one authority from `first` to `last` day; never changes once built.

    Arithmetic beyond these days raises Refused: an answer without a calendar would be a guess.
    `announced_to` is the last day covered by a published sheet of holidays; later days follow
    the weekly hours only.
    """

    __slots__ = (
        "_before",
        "_first",
        "_plans",
        "_seen",
        "_working",
        "announced_to",
        "first",
        "last",
        "special",
    )

    def __init__(
        self,
        first: date,
        plans: list[DayPlan],
        special: Mapping[date, SpecialDay],
        announced_to: date,
    ) -> None:
        self.first = first
        self.last = first + (len(plans) - 1) * _ONE_DAY
        self.special = special
        self.announced_to = announced_to
        self._first = first.toordinal()
        self._plans = tuple(plans)
        self._before = tuple(accumulate((plan.minutes for plan in plans), initial=0))
        self._working = tuple(i for i, plan in enumerate(plans) if plan.slots)
        # _seen[i]: working days among the first i + 1 days
        self._seen = tuple(accumulate(1 if plan.slots else 0 for plan in plans))

    def is_working(self, day: date) -> bool:
        """Whether anybody works on this day, be it half of it."""
        return bool(self._plans[self._index(day)].slots)

    def is_working_moment(self, instant: datetime) -> bool:
        """Whether the instant lies in a working slot, both ends included."""
        index, minute = self._place(instant)
        return any(begins <= minute <= ends for begins, ends in self._plans[index].slots)

    def hours_on(self, day: date) -> tuple[MinuteSpan, ...]:
        """The working slots of a day in minutes after midnight; none on a rest day."""
        return self._plans[self._index(day)].slots

    def cutoff_on(self, day: date) -> datetime:
        """The hour of a day after which a dossier moves on the next working day."""
        return self._instant(self._index(day), self._plans[self._index(day)].cutoff)

    def opens(self, day: date) -> datetime:
        """When work begins on a working day."""
        return self._instant(self._index(day), self.hours_on(day)[0][0])

    def closes(self, day: date) -> datetime:
        """When work ends on a working day."""
        return self._instant(self._index(day), self.hours_on(day)[-1][1])

    def working_day_after(self, day: date, count: int = 1) -> date:
        """The count-th working day after a day, which itself is not counted."""
        rank = self._seen[self._index(day)] + count - 1
        if not 0 <= rank < len(self._working):
            raise _not_covered(self.last + _ONE_DAY)
        return date.fromordinal(self._first + self._working[rank])

    def working_day_from(self, day: date) -> date:
        """The day itself when it is worked, else the next working day."""
        return day if self.is_working(day) else self.working_day_after(day)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` comes first."""
        return self._seen[self._index(end)] - self._seen[self._index(start)]

    def working_time_between(self, start: datetime, end: datetime) -> int:
        """Working minutes from `start` to `end`; negative when `end` comes first."""
        return self._count(end) - self._count(start)

    def add_minutes(self, start: datetime, minutes: int) -> datetime:
        """The earliest moment that many working minutes after `start` (before, if negative)."""
        wanted = self._count(start) + minutes
        index = bisect_left(self._before, wanted) - 1
        if not 0 <= index < len(self._plans):
            raise _not_covered(self.last + _ONE_DAY if index >= 0 else self.first - _ONE_DAY)
        return self._instant(index, self._minute_at(index, wanted - self._before[index]))

    def next_working_moment(self, instant: datetime) -> datetime:
        """The instant itself (its minute) while work goes on, else the next moment it begins."""
        count = self._count(instant)
        index = bisect_right(self._before, count) - 1
        if index >= len(self._plans):
            raise _not_covered(self.last + _ONE_DAY)
        done = count - self._before[index]
        for begins, ends in self._plans[index].slots:
            if done < ends - begins:
                return self._instant(index, begins + done)
            done -= ends - begins
        raise AssertionError("a day's slots hold all of its minutes")

    def _count(self, instant: datetime) -> int:
        """Working minutes from the first day of the calendar to an instant."""
        index, minute = self._place(instant)
        worked = self._before[index]
        for begins, ends in self._plans[index].slots:
            if minute <= begins:
                break
            worked += min(minute, ends) - begins
        return worked

    def _minute_at(self, index: int, worked: int) -> int:
        """The minute of a day by which that many of its minutes are worked, ends before starts."""
        for begins, ends in self._plans[index].slots:
            if worked <= ends - begins:
                return begins + worked
            worked -= ends - begins
        raise AssertionError("a day's slots hold all of its minutes")

    def _place(self, instant: datetime) -> tuple[int, int]:
        local = local_time(instant)
        return self._index(local), local.hour * 60 + local.minute

    def _index(self, day: date) -> int:
        index = day.toordinal() - self._first
        if not 0 <= index < len(self._plans):
            raise _not_covered(day)
        return index

    def _instant(self, index: int, minute: int) -> datetime:
        day = date.fromordinal(self._first + index)
        return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=ZONE)


def local_time(instant: datetime) -> datetime:
    """The instant on a clock in Việt Nam. Raises ValueError for an instant without a zone."""
    if instant.tzinfo is ZONE:
        return instant
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(ZONE)


def start_of(day: date) -> datetime:
    """Midnight at which a day begins in Việt Nam."""
    return datetime.combine(day, time(), ZONE)


def _not_covered(day: date) -> Refused:
    return Refused(
        _(
            "Lịch làm việc chưa có ngày %(day)s/%(month)s/%(year)s. Hãy công bố lịch của năm đó "
            "trong definitions/calendars."
        )
        % {"day": day.day, "month": day.month, "year": day.year}
    )
