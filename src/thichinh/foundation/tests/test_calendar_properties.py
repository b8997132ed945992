"""What holds of working time whatever the day, the term and the pauses.

On a calendar rougher than any real one: the national sheets, Saturday mornings, and an authority
that closes every 13th day and works two hours of every 11th.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st

from thichinh.foundation.calendar import (
    CalendarDefinition,
    LegalCalendar,
    WorkTerm,
    add_term,
    calendar_from,
    clock_start,
    remaining,
    resume_with_remainder,
    transfer_at,
)
from thichinh.foundation.clock import ZONE

FOLDER = Path(__file__).parents[4] / "definitions" / "national" / "calendars"


def _rough_calendar() -> LegalCalendar:
    newest = (list(yaml.safe_load_all(path.read_text()))[-1] for path in FOLDER.glob("*.yaml"))
    documents = list(newest)
    hours = next(document for document in documents if "week" in document)
    hours["week"]["saturday"] = ["08:00-11:00"]
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(1, 8 * 365)]
    rows = [
        {"day": day, "kind": "closure", "name": "Bão"}
        if day.toordinal() % 13 == 0
        else {"day": day, "kind": "half_day", "name": "Trực", "hours": ["09:15-11:15"]}
        for day in days
        if day.toordinal() % 13 == 0 or day.toordinal() % 11 == 0
    ]
    authority = {
        "code": "rough",
        "title": "Rough",
        "effective_from": date(2020, 1, 1),
        "effective_to": date(2027, 12, 31),
        "layer": 1,
        "days": rows,
    }
    return calendar_from(CalendarDefinition.model_validate(d) for d in [*documents, authority])


CALENDAR = _rough_calendar()
FIRST = datetime(2020, 1, 1, tzinfo=ZONE)
SECONDS = int((datetime(2028, 1, 1, tzinfo=ZONE) - FIRST).total_seconds())
INSTANTS = st.integers(0, SECONDS - 1).map(lambda seconds: FIRST + timedelta(seconds=seconds))
DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))
QUARTERS = st.integers(1, 200).map(lambda n: n / 4)
TERMS = st.one_of(
    st.builds(WorkTerm, st.just("working_days"), QUARTERS),
    st.builds(WorkTerm, st.just("hours"), QUARTERS),
    st.builds(WorkTerm, st.just("days"), st.integers(1, 400)),
    st.just(WorkTerm("same_day")),
)
PAIRS_OF_TERMS = st.one_of(
    *(
        st.tuples(st.just(unit), st.integers(1, 200), st.integers(1, 200))
        for unit in ("working_days", "hours", "days")
    )
)


@given(INSTANTS, TERMS)
def test_a_deadline_is_a_working_moment_after_the_start(start: datetime, term: WorkTerm) -> None:
    due = add_term(CALENDAR, start, term)
    assert CALENDAR.is_working_moment(due)
    assert due > start.replace(second=0, microsecond=0)


@given(INSTANTS, INSTANTS, TERMS)
def test_who_comes_later_is_not_due_earlier(one: datetime, other: datetime, term: WorkTerm) -> None:
    first, second = sorted((one, other))
    assert add_term(CALENDAR, first, term) <= add_term(CALENDAR, second, term)


@given(INSTANTS, PAIRS_OF_TERMS)
def test_a_longer_term_is_not_due_earlier(start: datetime, pair: tuple[str, int, int]) -> None:
    unit, one, other = pair
    part = 1 if unit == "days" else 0.25
    short, long = (WorkTerm(unit, count * part) for count in sorted((one, other)))
    assert add_term(CALENDAR, start, short) <= add_term(CALENDAR, start, long)


@given(INSTANTS, st.integers(1, 100))
def test_working_days_added_are_the_working_days_counted(start: datetime, days: int) -> None:
    due = add_term(CALENDAR, start, WorkTerm("working_days", days))
    assert CALENDAR.working_days_between(start.date(), due.date()) == days
    assert due == CALENDAR.closes(due.date())


@given(INSTANTS, QUARTERS)
def test_hours_added_are_the_hours_left(start: datetime, hours: float) -> None:
    due = add_term(CALENDAR, start, WorkTerm("hours", hours))
    assert remaining(CALENDAR, start, due) == hours * 60


@given(INSTANTS, TERMS, st.lists(st.tuples(INSTANTS, st.integers(0, 90 * 1440)), max_size=5))
def test_pauses_neither_lose_nor_gain_a_minute(
    start: datetime, term: WorkTerm, pauses: list[tuple[datetime, int]]
) -> None:
    due = add_term(CALENDAR, start, term)
    worked_while_paused = 0
    expected = remaining(CALENDAR, start, due)
    for paused, length in sorted(pauses):
        resumed = paused + timedelta(minutes=length)
        left = remaining(CALENDAR, paused, due)
        worked_while_paused += remaining(CALENDAR, paused, resumed)
        due = resume_with_remainder(CALENDAR, resumed, left)
        assert remaining(CALENDAR, resumed, due) == left
        assert CALENDAR.is_working_moment(due)
    assert remaining(CALENDAR, start, due) == expected + worked_while_paused


@given(INSTANTS, TERMS)
def test_a_pause_of_no_length_changes_nothing(start: datetime, term: WorkTerm) -> None:
    due = add_term(CALENDAR, start, term)
    assert resume_with_remainder(CALENDAR, start, remaining(CALENDAR, start, due)) == due


@given(INSTANTS, INSTANTS, INSTANTS)
def test_working_time_adds_up(a: datetime, b: datetime, c: datetime) -> None:
    assert CALENDAR.working_time_between(a, b) + CALENDAR.working_time_between(
        b, c
    ) == CALENDAR.working_time_between(a, c)


@given(INSTANTS)
def test_waiting_for_the_next_working_moment_costs_no_working_time(filed: datetime) -> None:
    starts = clock_start(CALENDAR, filed)
    assert starts >= filed.replace(second=0, microsecond=0)
    assert CALENDAR.working_time_between(filed, starts) == 0
    assert CALENDAR.working_time_between(starts, starts + timedelta(minutes=1)) == 1


@given(INSTANTS)
def test_a_transfer_waits_at_most_until_work_begins_again(received: datetime) -> None:
    moment = transfer_at(CALENDAR, received)
    assert CALENDAR.is_working_moment(moment)
    assert CALENDAR.working_days_between(received.date(), moment.date()) <= 1


@given(DAYS, st.integers(1, 60))
def test_a_slow_count_day_by_day_agrees(day: date, count: int) -> None:
    walked, found = day, 0
    while found < count:
        walked += timedelta(days=1)
        found += CALENDAR.is_working(walked)
    assert CALENDAR.working_day_after(day, count) == walked


@given(INSTANTS, st.integers(0, 3 * 1440))
def test_a_slow_count_minute_by_minute_agrees(start: datetime, length: int) -> None:
    begin = start.replace(second=0, microsecond=0)
    worked = 0
    for offset in range(length):
        minute = begin + timedelta(minutes=offset)
        clock = minute.hour * 60 + minute.minute
        worked += any(a <= clock < b for a, b in CALENDAR.hours_on(minute.date()))
    assert CALENDAR.working_time_between(start, start + timedelta(minutes=length)) == worked
