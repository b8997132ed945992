"""What a calendar definition file may say.

One kind serves three uses, told apart only by what the document holds: weekly working hours, the
sheet of a year's holidays, and the special days of one authority (a storm, a flood). Documents
are layered: where two speak of the same day, the authority's layer wins over the national one.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from thichinh.foundation.definitions import DefinitionModel, Kind

_SLOT = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"
MinuteSpan = tuple[int, int]
"""From and to, in minutes after midnight."""


def span_of(slot: str) -> MinuteSpan:
    """Read '07:00-11:30' as minutes after midnight. Raises ValueError."""
    match = _SLOT.fullmatch(slot)
    if match is None:
        raise ValueError("a slot is written '07:00-11:30'")
    from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
    begins, ends = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if begins >= ends:
        raise ValueError("a slot ends after it begins")
    return begins, ends


def spans_of(slots: tuple[str, ...]) -> tuple[MinuteSpan, ...]:
    """Read the slots of one day, earliest first. Raises ValueError where two of them meet."""
    spans = tuple(span_of(slot) for slot in slots)
    if any(later[0] <= earlier[1] for earlier, later in pairwise(spans)):
        raise ValueError("slots stand in order and do not touch")
    return spans


def _checked(slots: tuple[str, ...]) -> tuple[str, ...]:
    spans_of(slots)
    return slots


Slots = Annotated[tuple[str, ...], AfterValidator(_checked)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Week(_Part):
    """The working slots of an ordinary week; a day without slots is a weekly rest day."""

    monday: Slots = ()
    tuesday: Slots = ()
    wednesday: Slots = ()
    thursday: Slots = ()
    friday: Slots = ()
    saturday: Slots = ()
    sunday: Slots = ()

    def on(self, weekday: int) -> tuple[MinuteSpan, ...]:
        """The slots of a weekday, Monday being 0."""
        return spans_of(getattr(self, _WEEKDAYS[weekday]))


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class DayKind(StrEnum):
    """Why a day differs from its weekday."""

    HOLIDAY = "holiday"  # ngày lễ, Tết
    COMPENSATORY = "compensatory"  # nghỉ bù: a holiday fell on a weekly rest day
    SWAPPED_OFF = "swapped_off"  # nghỉ hoán đổi: worked on another day instead
    MAKE_UP = "make_up"  # làm bù on a weekly rest day
    HALF_DAY = "half_day"  # open for part of the day
    CLOSURE = "closure"  # closed by decision of the authority: storm, flood, epidemic
    OPEN = "open"  # the authority opens on a rest day


_WORKED = (DayKind.MAKE_UP, DayKind.HALF_DAY, DayKind.OPEN)


class SpecialDay(_Part):
    """One dated row. `hours` are the slots worked; `instead_of` is the other day of a swap.

    `provisional` marks a day that we computed and the Government has yet to announce.
    """

    day: date
    kind: DayKind
    name: str = Field(min_length=1)
    legal_basis: str = ""
    hours: Slots = ()
    instead_of: date | None = None
    provisional: bool = False

    @model_validator(mode="after")
    def _hours_fit_kind(self) -> Self:
        if self.kind in _WORKED and not (self.hours or self.instead_of):
            raise ValueError(f"{self.day}: a {self.kind} day names its hours or the day it swaps")
        if self.kind not in _WORKED and self.hours:
            raise ValueError(f"{self.day}: nobody works on a {self.kind} day, drop its hours")
        return self


class CalendarDefinition(DefinitionModel):
    """Working hours, or the special days of a year or of an authority.

    `transfer_cutoff` is the hour after which a dossier is transferred on the next working day
    (Decree 61/2018, article 18).
    """

    title: str = Field(min_length=1)
    layer: int = Field(default=0, ge=0, le=9, description="0 national, higher layers win")
    legal_basis: str = ""
    week: Week | None = None
    transfer_cutoff: str | None = Field(default=None, pattern=_CLOCK)
    days: tuple[SpecialDay, ...] = ()

    @model_validator(mode="after")
    def _days_are_inside_and_once(self) -> Self:
        dates = [row.day for row in self.days]
        if len(set(dates)) != len(dates):
            raise ValueError("two rows have the same day")
        last = self.effective_to or date.max
        outside = [day for day in dates if not self.effective_from <= day <= last]
        if outside:
            raise ValueError(f"{outside[0]} lies outside effective_from and effective_to")
        return self


CALENDAR = Kind(name="calendar", folder="calendars", model=CalendarDefinition, rank=5)
