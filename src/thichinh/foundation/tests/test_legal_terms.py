"""Deadlines as the law reckons them, one case per row, on the shipped calendar.

June 2022 has no holiday: 6/6 is a Monday, 10/6 a Friday. Tết 2022 is off from 31/1 to 4/2; the
Saturday 4/5/2024 makes up for Monday 29/4.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from thichinh.foundation.calendar import (
    LegalCalendar,
    WorkTerm,
    add_term,
    clock_start,
    describe_remaining,
    from_folder,
    remaining,
    restart_full_term,
    resume_with_remainder,
    transfer_at,
)
from thichinh.foundation.clock import ZONE
from thichinh.foundation.errors import Refused

FOLDER = Path(__file__).parents[4] / "definitions" / "national" / "calendars"


@pytest.fixture(scope="module")
def calendar() -> LegalCalendar:
    return from_folder(FOLDER)


def at(text: str) -> datetime:
    """'10/6/2022 16:00' on a clock in Việt Nam."""
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=ZONE)


CIVIL_CODE_147 = "Civil Code 147: the day it begins is not counted"
CIVIL_CODE_148 = "Civil Code 148: a last day of rest moves to the end of the next working day"
DECREE_61_15H = "Decree 61/2018 art. 18, Law on Civil Status: after 15:00 is the next working day"
WORKING_HOURS = "working hours: before opening, lunch, after closing, rest days"
FRACTIONS = "half a working day is four hours"
SWAPS = "make-up Saturdays are working days, the day they replace is not"

CASES = [
    (CIVIL_CODE_147, "working_days", "3", "6/6/2022 08:00", "9/6/2022 17:00"),
    (CIVIL_CODE_147, "working_days", "3", "10/6/2022 16:59", "15/6/2022 17:00"),
    (CIVIL_CODE_147, "working_days", "1", "10/6/2022 23:00", "13/6/2022 17:00"),
    (CIVIL_CODE_147, "working_days", "1", "11/6/2022 09:00", "13/6/2022 17:00"),
    (CIVIL_CODE_147, "working_days", "1", "28/1/2022 10:00", "7/2/2022 17:00"),
    (CIVIL_CODE_147, "working_days", "20", "28/1/2022 10:00", "4/3/2022 17:00"),
    (CIVIL_CODE_148, "days", "15", "1/6/2022 09:00", "16/6/2022 17:00"),
    (CIVIL_CODE_148, "days", "10", "1/6/2022 09:00", "13/6/2022 17:00"),
    (CIVIL_CODE_148, "days", "5", "27/1/2022 09:00", "7/2/2022 17:00"),
    (CIVIL_CODE_148, "days", "30", "1/4/2022 09:00", "4/5/2022 17:00"),
    (DECREE_61_15H, "same_day", "0", "6/6/2022 07:00", "6/6/2022 17:00"),
    (DECREE_61_15H, "same_day", "0", "6/6/2022 15:00", "6/6/2022 17:00"),
    (DECREE_61_15H, "same_day", "0", "6/6/2022 15:01", "7/6/2022 17:00"),
    (DECREE_61_15H, "same_day", "0", "10/6/2022 15:01", "13/6/2022 17:00"),
    (DECREE_61_15H, "same_day", "0", "11/6/2022 09:00", "13/6/2022 17:00"),
    (WORKING_HOURS, "hours", "2", "6/6/2022 08:00", "6/6/2022 10:00"),
    (WORKING_HOURS, "hours", "2", "6/6/2022 05:00", "6/6/2022 09:00"),
    (WORKING_HOURS, "hours", "2", "6/6/2022 12:00", "6/6/2022 15:30"),
    (WORKING_HOURS, "hours", "2", "6/6/2022 18:00", "7/6/2022 09:00"),
    (WORKING_HOURS, "hours", "4.5", "6/6/2022 07:00", "6/6/2022 11:30"),
    (WORKING_HOURS, "hours", "8", "6/6/2022 07:00", "6/6/2022 17:00"),
    (WORKING_HOURS, "hours", "8", "10/6/2022 13:30", "13/6/2022 11:30"),
    (WORKING_HOURS, "hours", "24", "28/1/2022 07:00", "8/2/2022 17:00"),
    (FRACTIONS, "working_days", "0.5", "6/6/2022 08:00", "6/6/2022 14:00"),
    (FRACTIONS, "working_days", "0.5", "10/6/2022 16:00", "13/6/2022 10:00"),
    (FRACTIONS, "working_days", "1.5", "6/6/2022 08:00", "8/6/2022 11:00"),
    (FRACTIONS, "working_days", "2.25", "6/6/2022 08:00", "9/6/2022 09:00"),
    (SWAPS, "working_days", "1", "3/5/2024 09:00", "4/5/2024 17:00"),
    (SWAPS, "working_days", "1", "26/4/2024 09:00", "2/5/2024 17:00"),
    (SWAPS, "hours", "8", "4/5/2024 07:00", "4/5/2024 17:00"),
    (SWAPS, "same_day", "0", "10/1/2026 14:00", "10/1/2026 17:00"),
    (SWAPS, "working_days", "2", "31/12/2025 09:00", "6/1/2026 17:00"),
    (SWAPS, "days", "1", "1/1/2026 09:00", "5/1/2026 17:00"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "unit", "amount", "start", "due"), CASES)
def test_a_term_is_due_when_the_law_says(
    calendar: LegalCalendar, source: str, unit: str, amount: str, start: str, due: str
) -> None:
    assert add_term(calendar, at(start), WorkTerm(unit, amount)) == at(due), source


@pytest.mark.parametrize(
    ("received", "transferred"),
    [
        ("6/6/2022 09:00", "6/6/2022 17:00"),
        ("6/6/2022 15:00", "6/6/2022 17:00"),
        ("6/6/2022 15:01", "7/6/2022 07:00"),
        ("10/6/2022 15:30", "13/6/2022 07:00"),
        ("11/6/2022 09:00", "13/6/2022 07:00"),
        ("28/1/2022 16:00", "7/2/2022 07:00"),
        ("10/1/2026 10:00", "10/1/2026 17:00"),
    ],
)
def test_decree_61_transfers_the_same_day_or_first_thing_on_the_next(
    calendar: LegalCalendar, received: str, transferred: str
) -> None:
    assert transfer_at(calendar, at(received)) == at(transferred)


@pytest.mark.parametrize(
    ("filed", "starts"),
    [
        ("6/6/2022 09:30", "6/6/2022 09:30"),
        ("6/6/2022 11:30", "6/6/2022 13:30"),
        ("6/6/2022 12:10", "6/6/2022 13:30"),
        ("6/6/2022 17:00", "7/6/2022 07:00"),
        ("11/6/2022 22:00", "13/6/2022 07:00"),
        ("29/1/2022 10:00", "7/2/2022 07:00"),
    ],
)
def test_an_online_filing_counts_from_when_somebody_works(
    calendar: LegalCalendar, filed: str, starts: str
) -> None:
    assert clock_start(calendar, at(filed)) == at(starts)


def test_a_pause_for_a_fee_keeps_what_was_left(calendar: LegalCalendar) -> None:
    left = remaining(calendar, at("7/6/2022 16:00"), at("9/6/2022 17:00"))
    assert left == 60 + 2 * 480
    assert resume_with_remainder(calendar, at("13/6/2022 10:00"), left) == at("15/6/2022 11:00")


def test_a_pause_of_something_overdue_does_not_forgive_it(calendar: LegalCalendar) -> None:
    late = remaining(calendar, at("7/6/2022 09:00"), at("6/6/2022 17:00"))
    assert late == -120
    due = resume_with_remainder(calendar, at("13/6/2022 10:00"), late)
    assert due == at("13/6/2022 08:00")


def test_a_supplement_gives_the_whole_term_again(calendar: LegalCalendar) -> None:
    """Decree 61/2018, article 19.4."""
    term = WorkTerm("working_days", 3)
    assert restart_full_term(calendar, at("13/6/2022 14:00"), term) == at("16/6/2022 17:00")


@pytest.mark.parametrize(
    ("now", "due", "phrase"),
    [
        ("6/6/2022 08:00", "8/6/2022 17:00", "còn 2 ngày làm việc"),
        ("8/6/2022 13:30", "8/6/2022 17:00", "còn 3 giờ làm việc"),
        ("8/6/2022 16:35", "8/6/2022 17:00", "còn 25 phút làm việc"),
        ("8/6/2022 17:00", "8/6/2022 17:00", "đến hạn"),
        ("8/6/2022 20:00", "8/6/2022 17:00", "vừa quá hạn"),
        ("9/6/2022 07:20", "8/6/2022 17:00", "quá hạn 20 phút làm việc"),
        ("9/6/2022 10:30", "8/6/2022 17:00", "quá hạn 3 giờ làm việc"),
        ("7/2/2022 17:00", "28/1/2022 17:00", "quá hạn 1 ngày làm việc"),
    ],
)
def test_how_far_the_deadline_is_in_words(
    calendar: LegalCalendar, now: str, due: str, phrase: str
) -> None:
    assert describe_remaining(calendar, at(now), at(due)) == phrase


def test_instants_of_any_zone_are_read_on_a_clock_in_viet_nam(calendar: LegalCalendar) -> None:
    term = WorkTerm("same_day")
    assert add_term(calendar, datetime(2022, 6, 6, 8, 0, tzinfo=UTC), term) == at("6/6/2022 17:00")
    assert add_term(calendar, datetime(2022, 6, 6, 8, 1, tzinfo=UTC), term) == at("7/6/2022 17:00")


def test_an_instant_without_a_zone_is_a_mistake(calendar: LegalCalendar) -> None:
    with pytest.raises(ValueError, match="time zone"):
        add_term(calendar, datetime(2022, 6, 6, 8, 0), WorkTerm("hours", 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("unit", "amount"),
    [("working_days", 0), ("hours", -1), ("days", "1.5"), ("working_days", "0.001")],
)
def test_a_term_that_cannot_be_is_a_mistake(unit: str, amount: str) -> None:
    with pytest.raises(ValueError):
        WorkTerm(unit, amount)


def test_terms_are_values() -> None:
    assert WorkTerm("working_days", 3) == WorkTerm("working_days", Decimal("3.0"))
    assert len({WorkTerm("same_day"), WorkTerm("same_day", 1)}) == 1


def test_a_day_outside_the_calendar_is_refused_by_name(calendar: LegalCalendar) -> None:
    with pytest.raises(Refused, match="1/1/1999"):
        calendar.is_working(date(1999, 1, 1))
    with pytest.raises(Refused, match="chưa có ngày"):
        add_term(calendar, at("31/12/2037 16:00"), WorkTerm("working_days", 3))
