"""The calendar an authority edits: what a file may say, how layers and versions combine."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pydantic import ValidationError

from thichinh.foundation import definitions
from thichinh.foundation.calendar import (
    CalendarDefinition,
    DayKind,
    WorkTerm,
    add_term,
    calendar_from,
    current,
    from_folder,
)
from thichinh.foundation.errors import Missing, Refused

ROOT = Path(__file__).parents[4] / "definitions" / "national"
FULL = ("07:00-11:30", "13:30-17:00")
MORNING = ("07:00-11:30",)
STORM = date(2022, 9, 28)


def definition(code: str, **content: Any) -> CalendarDefinition:
    base = {"code": code, "title": code, "effective_from": date(2022, 1, 1)}
    return CalendarDefinition.model_validate(base | content)


def week(slots: tuple[str, ...] = FULL) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), slots)


HOURS = definition("hours", week=week())


def test_an_authority_closes_for_a_storm_over_the_national_calendar() -> None:
    row = {"day": STORM, "kind": "closure", "name": "Bão, công điện của UBND tỉnh"}
    storm = definition("authority", layer=1, days=[row])
    assert calendar_from([HOURS]).is_working(STORM)
    closed = calendar_from([storm, HOURS])
    assert not closed.is_working(STORM)
    assert closed.special[STORM].kind is DayKind.CLOSURE


def test_the_higher_layer_wins_where_two_speak_of_one_day() -> None:
    off = definition("z-national", days=[{"day": STORM, "kind": "holiday", "name": "Nghỉ"}])
    half = {"day": STORM, "kind": "half_day", "name": "Trực buổi sáng", "hours": MORNING}
    calendar = calendar_from([definition("a-authority", layer=1, days=[half]), off, HOURS])
    assert calendar.hours_on(STORM) == ((420, 690),)
    assert calendar.closes(STORM).hour == 11


def test_a_fraction_never_reaches_past_the_next_whole_day() -> None:
    short = {"day": date(2022, 6, 7), "kind": "half_day", "name": "x", "hours": ["07:00-09:00"]}
    calendar = calendar_from([HOURS, definition("authority", layer=1, days=[short])])
    start = calendar.opens(date(2022, 6, 3))
    due = [add_term(calendar, start, WorkTerm("working_days", n)) for n in (1, 1.5, 2, 2.5)]
    assert [(d.day, d.hour) for d in due] == [(6, 17), (7, 9), (7, 9), (8, 11)]


def test_each_day_follows_the_version_in_force_on_it() -> None:
    summer = definition(
        "hours",
        version=2,
        effective_from=date(2022, 6, 1),
        week=week(MORNING),
        transfer_cutoff="10:00",
    )
    calendar = calendar_from([summer, HOURS])
    assert len(calendar.hours_on(date(2022, 5, 31))) == 2
    assert len(calendar.hours_on(date(2022, 6, 1))) == 1
    assert calendar.cutoff_on(date(2022, 5, 31)).hour == 15
    assert calendar.cutoff_on(date(2022, 6, 1)).hour == 10


def test_a_new_version_of_a_sheet_replaces_the_whole_sheet() -> None:
    days = [{"day": STORM, "kind": "holiday", "name": "Dự kiến", "provisional": True}]
    computed = definition("sheet", effective_to=date(2022, 12, 31), days=days)
    announced = definition("sheet", version=2, effective_to=date(2022, 12, 31))
    assert not calendar_from([HOURS, computed]).is_working(STORM)
    assert calendar_from([HOURS, computed, announced]).is_working(STORM)


def test_days_past_the_last_sheet_follow_the_weekly_hours() -> None:
    calendar = from_folder(ROOT / "calendars")
    assert calendar.is_working(date(2030, 1, 1))
    assert date(2030, 1, 1) > calendar.announced_to


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"week": {"monday": ["7h-11h"]}}, "07:00-11:30"),
        ({"week": {"monday": ["11:30-07:00"]}}, "ends after it begins"),
        ({"week": {"monday": ["07:00-11:30", "11:30-17:00"]}}, "do not touch"),
        ({"transfer_cutoff": 900}, "string"),
        ({"transfer_cutoff": "15h"}, "pattern"),
        ({"days": [{"day": STORM, "kind": "make_up", "name": "x"}]}, "names its hours"),
        ({"days": [{"day": STORM, "kind": "holiday", "name": "x", "hours": FULL}]}, "drop its"),
        ({"days": [{"day": date(2021, 1, 1), "kind": "holiday", "name": "x"}]}, "lies outside"),
        ({"days": [{"day": STORM, "kind": "holiday", "name": "x"}] * 2}, "same day"),
        ({"day_off": []}, "Extra inputs"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_with_the_reason(
    content: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ValidationError, match=complaint):
        definition("wrong", **content)


def test_without_weekly_hours_there_is_no_calendar() -> None:
    with pytest.raises(Refused, match="giờ làm việc"):
        calendar_from([])


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "gio.yaml").write_text("code: x\nweek: [", encoding="utf-8")
    with pytest.raises(Refused, match=r"gio\.yaml"):
        from_folder(tmp_path)


@pytest.mark.django_db
@pytest.mark.usefixtures("town")
def test_the_published_calendar_is_the_one_in_the_files() -> None:
    ours, files = current(), from_folder(ROOT / "calendars")
    assert ours.special == files.special
    assert ours.working_days_between(date(2020, 1, 1), date(2027, 12, 31)) == (
        files.working_days_between(date(2020, 1, 1), date(2027, 12, 31))
    )
    assert current() is ours


@pytest.mark.django_db
@pytest.mark.usefixtures("town")
def test_publishing_a_closure_changes_the_calendar_in_use(tmp_path: Path) -> None:
    assert current().is_working(STORM)
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "storm.yaml").write_text(
        "code: storm-of-september\neffective_from: 2022-01-01\ntitle: Bão\nlayer: 1\ndays:\n"
        "  - {day: 2022-09-28, kind: closure, name: Bão}\n",
        encoding="utf-8",
    )
    definitions.load(tmp_path)
    assert not current().is_working(STORM)


@pytest.mark.django_db
def test_without_a_published_calendar_the_remedy_is_named() -> None:
    with connection.cursor() as cursor:  # published versions refuse to go until the owner lets them
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE foundation_definitionversion DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM foundation_definitionversion WHERE kind = 'calendar'")
    definitions.forget_cache()
    with pytest.raises(Missing, match="definitions load"):
        current()


@pytest.mark.django_db
@pytest.mark.usefixtures("town")
def test_a_day_nobody_has_hours_for_is_missing() -> None:
    with pytest.raises(Missing, match="1/1/1990"):
        current(on=date(1990, 1, 1))
