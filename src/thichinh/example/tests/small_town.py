"""A small catalogue and town for the tests of the demo planner, on the real legal calendar."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from thichinh.example.rules.law import CalendarLaw
from thichinh.example.rules.margins import Truth
from thichinh.example.rules.plan import Entry, Story, Town, standing
from thichinh.foundation.calendar import WorkTerm, from_folder
from thichinh.foundation.clock import ZONE

DEFINITIONS = Path(__file__).resolve().parents[4] / "definitions"

SAME_DAY = WorkTerm("same_day")
CATALOGUE = (
    Entry("chung-thuc", SAME_DAY, online=True, weight=40, slowness=0.02),
    Entry("khai-sinh", SAME_DAY, online=True, weight=9, slowness=0.02),
    Entry("ban-sao", WorkTerm("hours", 4), online=True, weight=3),
    Entry("kinh-doanh", WorkTerm("working_days", 3), "kinh-te", True, online=True, weight=4),
    Entry(
        "tro-cap",
        WorkTerm("days", 35),
        online=True,
        postal=True,
        weight=3,
        slowness=2,
        until=date(2021, 6, 30),
    ),
    Entry(
        "tro-cap",
        WorkTerm("working_days", 22),
        online=True,
        postal=True,
        weight=3,
        slowness=2,
        since=date(2021, 7, 1),
    ),
    Entry("xay-dung", WorkTerm("working_days", 15), "do-thi", True, online=True, slowness=5),
    Entry("dat-dai", WorkTerm("working_days", 30), "tai-nguyen", online=True, weight=3, slowness=9),
)
TOWN = Town((("pho-thanh", 20.0), ("pho-van", 9.0), ("pho-chau", 5.0)), "mot-cua")


@cache
def law() -> CalendarLaw:
    return CalendarLaw(from_folder(DEFINITIONS / "national" / "calendars"))


def documents(path: Path = DEFINITIONS / "demo" / "duc-pho.yaml") -> list[Any]:
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def recount(stories: list[Story], truth: Truth) -> Truth:
    """The figures of one period, counted from the stories alone."""
    start, end = midnight(truth.start), midnight(truth.end + timedelta(days=1))
    before = [standing(story, start) for story in stories]
    after = [standing(story, end) for story in stories]
    resolved = ("early", "on_time", "late")
    closed = [now for was, now in zip(before, after, strict=True) if was not in resolved]
    return Truth(
        truth.start,
        truth.end,
        opening=sum(was in ("not_due", "overdue") for was in before),
        new=sum(
            was == "outside" and now != "outside" for was, now in zip(before, after, strict=True)
        ),
        on_time=sum(now in ("early", "on_time") for now in closed),
        late=closed.count("late"),
        not_due=after.count("not_due"),
        overdue=after.count("overdue"),
        lost=truth.lost,
    )
