"""The legal calendar of a Vietnamese authority: working time, deadlines and reporting periods."""

from __future__ import annotations

from thichinh.foundation.calendar.assembly import calendar_from
from thichinh.foundation.calendar.definition import (
    CALENDAR,
    CalendarDefinition,
    DayKind,
    SpecialDay,
    Week,
)
from thichinh.foundation.calendar.legal import LegalCalendar, local_time, start_of
from thichinh.foundation.calendar.opening_hours import Opening, opening
from thichinh.foundation.calendar.periods import (
    CALENDAR_PERIODS,
    STATUTORY,
    Period,
    PeriodKind,
    PeriodScheme,
    school_years,
)
from thichinh.foundation.calendar.phrases import (
    column_moment,
    describe_remaining,
    due_phrase,
    form_moment,
    since_phrase,
)
from thichinh.foundation.calendar.published import current, from_folder
from thichinh.foundation.calendar.terms import (
    MINUTES_OF_A_DAY,
    TermUnit,
    WorkTerm,
    add_term,
    clock_start,
    remaining,
    restart_full_term,
    resume_with_remainder,
    transfer_at,
)

__all__ = [
    "CALENDAR",
    "CALENDAR_PERIODS",
    "MINUTES_OF_A_DAY",
    "STATUTORY",
    "CalendarDefinition",
    "DayKind",
    "LegalCalendar",
    "Opening",
    "Period",
    "PeriodKind",
    "PeriodScheme",
    "SpecialDay",
    "TermUnit",
    "Week",
    "WorkTerm",
    "add_term",
    "calendar_from",
    "clock_start",
    "column_moment",
    "current",
    "describe_remaining",
    "due_phrase",
    "form_moment",
    "from_folder",
    "local_time",
    "opening",
    "remaining",
    "restart_full_term",
    "resume_with_remainder",
    "school_years",
    "since_phrase",
    "start_of",
    "transfer_at",
]
