"""The plan of an invented town balances to any margins that can be, exactly."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Hashable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thichinh.example.rules.margins import Margins, OnlineMargins, truths
from thichinh.example.rules.margins_file import read_margins
from thichinh.example.rules.plan import ONLINE, Story, plan
from thichinh.example.tests.small_town import (
    CATALOGUE,
    TOWN,
    documents,
    law,
    midnight,
    recount,
)
from thichinh.foundation.errors import Refused

Draw = Any


def told(margins: Margins, seed: int = 0) -> list[Story]:
    return plan(margins, CATALOGUE, TOWN, law(), seed)


def assert_balanced(margins: Margins, stories: list[Story]) -> None:
    for truth in truths(margins):
        assert recount(stories, truth) == truth
    online = [s for s in stories if s.channel == ONLINE]
    assert sum(s.resolved_at is not None for s in online) == margins.online.resolved
    assert len({s.procedure for s in online}) == (margins.online.used or 0)


def term_of(story: Story) -> Hashable:
    """The term of the version in force when the dossier was submitted."""
    day = story.submitted_at.date()
    return next(
        entry.term
        for entry in CATALOGUE
        if entry.code == story.procedure
        and (entry.since is None or entry.since <= day)
        and (entry.until is None or day <= entry.until)
    )


def assert_lawful(stories: list[Story], end: date) -> None:
    """Every dossier is possible: law's due instants, working hours, things in their order."""
    for story in stories:
        assert story.due_at == law().due(story.received_at, term_of(story))
        assert story.submitted_at <= story.received_at < story.due_at
        assert law().calendar.is_working_moment(story.received_at)
        happened = [story.received_at, story.transferred_at, story.resolved_at, story.returned_at]
        known = [moment for moment in happened if moment is not None]
        assert known == sorted(known)
        assert known[-1] < midnight(end + timedelta(days=1))
        if story.resolved_at is not None:
            assert story.resolved_at > story.received_at
            assert story.resolved_at != story.due_at
            assert law().calendar.is_working_moment(story.resolved_at)


@pytest.fixture(scope="module")
def duc_pho() -> tuple[Margins, list[Story], float]:
    margins = read_margins(documents())
    begun = time.process_time()
    stories = told(margins)
    return margins, stories, time.process_time() - begun


def test_duc_pho_balances_to_its_report(duc_pho: tuple[Margins, list[Story], float]) -> None:
    margins, stories, _ = duc_pho
    assert len(stories) == 39_140
    assert_balanced(margins, stories)
    assert_lawful(stories, margins.periods[-1].end)


def test_the_55_lost_dossiers_stay_open_and_overdue(
    duc_pho: tuple[Margins, list[Story], float],
) -> None:
    _, stories, _ = duc_pho
    cut = midnight(date(2021, 12, 15))
    overdue = [s for s in stories if s.timing == "open_overdue"]
    assert len(overdue) == 130
    assert sum(s.due_at < cut for s in overdue) == 55


def test_forty_thousand_dossiers_are_planned_in_six_seconds(
    duc_pho: tuple[Margins, list[Story], float],
) -> None:
    assert duc_pho[2] < 6


def test_the_same_margins_and_seed_give_the_same_town(
    duc_pho: tuple[Margins, list[Story], float],
) -> None:
    margins, stories, _ = duc_pho
    assert told(margins) == stories
    assert told(margins, seed=1) != stories


def test_the_town_is_plausible(duc_pho: tuple[Margins, list[Story], float]) -> None:
    _, stories, _ = duc_pho
    by_procedure = Counter(s.procedure for s in stories)
    late = Counter(s.procedure for s in stories if s.timing == "late")
    by_weekday = Counter(s.received_at.weekday() for s in stories)
    by_month = Counter(s.received_at.strftime("%Y-%m") for s in stories)
    assert by_procedure.most_common(1)[0][0] == "chung-thuc"
    assert late["dat-dai"] > late["chung-thuc"]
    assert by_weekday.most_common(1)[0][0] == 0
    assert by_month["2021-08"] < by_month["2021-07"]
    assert [s.ordinal for s in stories] == list(range(1, len(stories) + 1))


def block(start: date, end: date, *figures: int) -> dict[str, Any]:
    carried, new, on_time, late, not_due, overdue = figures
    return {
        "from": start, "to": end, "received_total": carried + new, "carried_over": carried,
        "resolved": on_time + late, "resolved_on_time": on_time, "resolved_late": late,
        "in_progress": not_due + overdue, "in_progress_not_due": not_due,
        "in_progress_overdue": overdue,
    }  # fmt: skip


@pytest.mark.parametrize(
    "figures",
    [
        (0, 0, 0, 0, 0, 0),
        (0, 50, 45, 0, 5, 0),
        (0, 50, 0, 50, 0, 0),
        (0, 50, 0, 0, 0, 50),
        (0, 50, 0, 0, 50, 0),
        (50, 0, 50, 0, 0, 0),
        (50, 0, 0, 50, 0, 0),
        (50, 0, 0, 0, 0, 50),
        (10, 40, 20, 10, 10, 10),
        (1, 0, 0, 1, 0, 0),
    ],
)
def test_extreme_half_years_balance(figures: tuple[int, ...]) -> None:
    margins = read_margins([block(date(2022, 12, 15), date(2023, 6, 14), *figures)])
    stories = told(margins)
    assert_balanced(margins, stories)
    assert_lawful(stories, margins.periods[-1].end)


@pytest.mark.parametrize(
    ("days", "figures", "identity"),
    [
        (1, (0, 5, 0, 5, 0, 0), "resolved_late fits"),
        (1, (0, 5, 0, 0, 0, 5), "in_progress_overdue fits"),
        (181, (50, 0, 0, 0, 50, 0), "carried_over <= resolved + in_progress_overdue"),
    ],
)
def test_what_no_dossier_can_do_is_refused(
    days: int, figures: tuple[int, ...], identity: str
) -> None:
    start = date(2022, 3, 1)
    margins = read_margins([block(start, start + timedelta(days=days - 1), *figures)])
    with pytest.raises(Refused) as refused:
        told(margins)
    assert identity in refused.value.message


def test_more_overdue_than_can_leave_is_refused() -> None:
    start, cut = date(2022, 12, 15), date(2023, 3, 15)
    blocks = [
        block(start, cut - timedelta(days=1), 0, 100, 40, 0, 0, 60),
        block(cut, date(2023, 6, 14), 60, 100, 150, 10, 0, 0),
    ]
    with pytest.raises(Refused, match="overdue carried over"):
        told(read_margins(blocks))


@pytest.mark.parametrize(
    ("used", "resolved"), [(7, 7), (5, 1850), (1, 900), (0, 0), (1, 1850), (7, 1850)]
)
def test_any_number_of_online_dossiers_is_met(used: int, resolved: int) -> None:
    blocks = [
        block(date(2020, 12, 15), date(2021, 6, 14), 150, 950, 850, 90, 140, 20),
        block(date(2021, 6, 15), date(2021, 12, 14), 160, 1000, 850, 60, 230, 20),
    ]
    margins = Margins(read_margins(blocks).periods, OnlineMargins(9, used, resolved))
    assert_balanced(margins, told(margins))


THREE_ONLINE = [
    replace(entry, online=entry.unit is not None, in_person=entry.code == "chung-thuc")
    for entry in CATALOGUE
]


def test_an_authority_that_used_more_online_procedures_than_ours_is_met() -> None:
    blocks = [block(date(2020, 12, 15), date(2021, 6, 14), 150, 950, 850, 90, 140, 20)]
    margins = Margins(read_margins(blocks).periods, OnlineMargins(30, 5, 400))
    stories = plan(margins, THREE_ONLINE, TOWN, law())
    assert_balanced(margins, stories)
    online = {story.procedure for story in stories if story.channel == ONLINE}
    assert online == {"kinh-doanh", "xay-dung", "dat-dai", "khai-sinh", "ban-sao"}


def test_more_online_procedures_than_can_do_without_presence_are_refused() -> None:
    periods = read_margins([block(date(2021, 1, 1), date(2021, 6, 30), 0, 50, 50, 0, 0, 0)]).periods
    with pytest.raises(Refused, match="chỉ có 6 thủ tục không cần người nộp có mặt"):
        plan(Margins(periods, OnlineMargins(99, 7, 50)), THREE_ONLINE, TOWN, law())


@st.composite
def feasible_blocks(draw: Draw) -> list[dict[str, Any]]:
    """Margins made from flows that could have happened, at times losing the overdue ones."""
    start = date(2020, 12, 15) + timedelta(days=draw(st.integers(0, 900)))
    small = st.integers(0, 12)
    not_due, overdue, hidden = draw(small), draw(small), 0
    blocks = []
    for _ in range(draw(st.integers(1, 5))):
        end = start + timedelta(days=draw(st.integers(75, 200)))
        carried = not_due + overdue
        settled = draw(st.integers(0, overdue))
        slow = draw(st.integers(0, not_due))
        fallen = draw(st.integers(0, not_due - slow))
        new = [draw(small) for _ in range(4)]
        on_time = not_due - slow - fallen + new[0]
        late = settled + slow + new[1]
        overdue += fallen + new[2] - settled
        not_due = new[3]
        blocks.append(block(start, end, carried, sum(new), on_time, late, not_due, overdue))
        if draw(st.booleans()) and draw(st.booleans()):
            hidden, overdue = hidden + overdue, 0
        start = end + timedelta(days=1)
    return blocks


@settings(max_examples=60, deadline=None)
@given(feasible_blocks(), st.integers(0, 5), st.data())
def test_any_feasible_margins_balance(
    blocks: list[dict[str, Any]], seed: int, data: st.DataObject
) -> None:
    resolved = sum(item["resolved"] for item in blocks)
    new_on_time = sum(max(0, item["resolved_on_time"] - item["carried_over"]) for item in blocks)
    used = data.draw(st.integers(0, min(5, new_on_time)))
    online = data.draw(st.integers(used, max(used, new_on_time))) if used else 0
    assert online <= resolved
    read = read_margins(blocks)
    margins = Margins(read.periods, OnlineMargins(9, used, online))
    stories = told(margins, seed)
    assert_balanced(margins, stories)
    assert_lawful(stories, margins.periods[-1].end)
