"""From events to dates, channel and ending: what a mapping can say, and what it costs to lie."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thichinh.caselogs.rules.moments import Unreadable, check_format, moment_reader
from thichinh.caselogs.tests.reading import HANOI, Result, local, read_log

BASE = """
case_id: Case ID
activity: Activity
timestamp: Complete Timestamp
time: {timezone: Asia/Ho_Chi_Minh, formats: [dmy]}
due_at: {term: {unit: days, amount: 10}}
resolved_at: {activity: [Trả kết quả, "*returned"]}
"""


def semicolons(*rows: str, head: str = "Case ID;Activity;Complete Timestamp;Extra") -> str:
    return "\r\n".join([head, *rows, ""])


def read(tmp_path: Path, extra: str, *rows: str, base: str = BASE, **log: Any) -> Result:
    return read_log(base + extra, semicolons(*rows, **log), tmp_path)


def test_a_log_without_deadline_column_is_due_a_term_after_receipt(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        "",
        "7;Nộp;01/02/2021 08:00;",
        "7;TRẢ KẾT QUẢ;11/02/2021 08:00;",
        "8;Nộp;01/02/2021 08:00;",
        "8;Result returned;11/02/2021 08:00:01;",
    )
    assert result.facts["7"].due_at == local(2021, 2, 11, 8)
    assert [result.facts[case].on_time for case in "78"] == [True, False]


def test_first_and_last_row_go_by_time_and_rows_of_one_instant_by_the_file(
    tmp_path: Path,
) -> None:
    base = BASE.replace("{term: {unit: days, amount: 10}}", "{column: Extra, which: last}")
    rows = ("7;Xét;03/02/2021 08:00;20/02/2021", "7;Nộp;01/02/2021 08:00;10/02/2021")
    for log in (rows, rows[::-1]):
        assert read(tmp_path, "", *log, base=base).facts["7"].due_at.day == 20
    extra = "outcome: {column: Extra, which: last}\n"
    same = ("7;A;01/02/2021 08:00;x", "7;B;01/02/2021 08:00;y")
    assert read(tmp_path, extra, *same).facts["7"].outcome == "y"


def test_a_star_in_an_activity_stands_for_anything_whatever_its_capitals(tmp_path: Path) -> None:
    extra = 'withdrawn_at: {activity: "RÚT*"}\n'
    rows = ("7;Nộp;01/02/2021 08:00;", "7;Rút hồ sơ;02/02/2021 08:00;")
    assert read(tmp_path, extra, *rows).facts["7"].ending == "withdrawn"


def test_a_term_may_end_with_its_last_day_come_from_a_column_or_know_weekdays(
    tmp_path: Path,
) -> None:
    rows = ("7;Nộp;05/02/2021 08:00;express",)  # a Friday
    for term, due in (
        ("{unit: days, amount: 10, until: end_of_day}", local(2021, 2, 15, 23, 59, 59, 999999)),
        ("{unit: weekdays, column: Extra, map: {Express: 1}, default: 9}", local(2021, 2, 8, 8)),
        ("{unit: hours, column: Extra, map: {normal: 1}, default: 9}", local(2021, 2, 5, 17)),
        ("{unit: working_days, amount: 5}", local(2021, 2, 12, 8)),
    ):
        base = BASE.replace("{unit: days, amount: 10}", term)
        assert read(tmp_path, "", *rows, base=base).facts["7"].due_at == due


def test_a_term_that_is_no_number_refuses_the_case(tmp_path: Path) -> None:
    base = BASE.replace("amount: 10", "column: Extra")
    result = read(
        tmp_path, "", "7;Nộp;05/02/2021;soon", "8;Nộp;05/02/2021;", "9;Nộp;05/02/2021;2,5",
        base=base,
    )  # fmt: skip
    assert result.codes == [(2, "bad-term"), (3, "no-due")]


def test_days_without_an_hour_count_for_the_whole_day(tmp_path: Path) -> None:
    base = BASE.replace("{term: {unit: days, amount: 10}}", "Extra")
    result = read(
        tmp_path,
        "",
        "7;Nộp;05/02/2021 14:00;05/02/2021",
        "7;Trả kết quả;05/02/2021;05/02/2021",
        base=base,
    )
    facts = result.facts["7"]
    assert facts.due_at == local(2021, 2, 5, 23, 59, 59, 999999)
    assert facts.received_at == local(2021, 2, 5)
    assert facts.on_time


def test_channels_are_mapped_or_refused(tmp_path: Path) -> None:
    rows = ("1;Nộp;1/2/2021;WEB", "2;Nộp;1/2/2021;fax", "3;Nộp;1/2/2021;", "4;Nộp;1/2/2021;Postal")
    strict = read(tmp_path, "channel: {column: Extra, map: {web: online, postal: postal}}", *rows)
    assert strict.codes == [(3, "unknown-channel"), (4, "no-channel")]
    assert [fact.channel for fact in strict.facts.values()] == [2, 3]
    lenient = read(tmp_path, "channel: {column: Extra, map: {web: online}, default: direct}", *rows)
    assert [fact.channel for fact in lenient.facts.values()] == [2, 1, 1, 1]
    assert [fact.channel for fact in read(tmp_path, "", *rows).facts.values()] == [1, 1, 1, 1]


def test_start_and_complete_rows_make_one_act(tmp_path: Path) -> None:
    extra = "lifecycle: {column: Extra, keep: [complete], start: [start]}"
    result = read(
        tmp_path,
        extra,
        "1;Nộp;1/2/2021 08:00;START",
        "1;Nộp;1/2/2021 09:00;COMPLETE",
        "1;Nộp;1/2/2021 09:30;suspend",
    )
    (step,) = result.facts["1"].steps
    assert (step.started, step.at) == (local(2021, 2, 1, 8), local(2021, 2, 1, 9))
    assert result.facts["1"].received_at == local(2021, 2, 1, 8)
    assert result.skipped == {"lifecycle": 1}


def test_status_inside_the_activity_is_taken_apart(tmp_path: Path) -> None:
    base = BASE.replace("activity: Activity", 'activity: {column: Activity, pattern: "^(.+) - "}')
    extra = 'lifecycle: {column: Activity, pattern: " - (.+)$", keep: [done]}'
    result = read(tmp_path, extra, "1;Nộp - open;1/2/2021;", "1;Nộp - Done;2/2/2021;", base=base)
    assert [step.name for step in result.facts["1"].steps] == ["Nộp"]


def test_an_end_before_its_start_refuses_the_case_or_is_repaired(tmp_path: Path) -> None:
    base = BASE.replace("resolved_at", "received_at: {activity: Nộp}\nresolved_at")
    rows = ("1;Trả kết quả;1/2/2021 07:00;", "1;Nộp;1/2/2021 08:00;")
    refused = read(tmp_path, "", *rows, base=base)
    assert refused.codes == [(2, "end-before-start")]
    for policy in ("same_day", "repair"):
        mended = read(tmp_path, f"faults: {{end_before_start: {policy}}}", *rows, base=base)
        assert mended.facts["1"].ended_at == local(2021, 2, 1, 8)
        assert len(mended.facts["1"].repairs) == 1


def test_the_earliest_ending_counts_and_a_return_implies_a_result(tmp_path: Path) -> None:
    extra = "withdrawn_at: {activity: Rút}\nreturned_at: {activity: Giao}"
    result = read(
        tmp_path,
        extra,
        "1;Nộp;1/2/2021;",
        "1;Rút;3/2/2021;",
        "1;Trả kết quả;2/2/2021;",
        "2;Nộp;1/2/2021;",
        "2;Giao;3/2/2021;",
        "3;Nộp;1/2/2021;",
        "3;Rút;2/2/2021;",
    )
    endings = {case: fact.ending for case, fact in result.facts.items()}
    assert endings == {"1": "resolved", "2": "resolved", "3": "withdrawn"}
    assert result.facts["2"].returned_at == local(2021, 2, 3)


def test_a_condition_chooses_the_event_that_counts(tmp_path: Path) -> None:
    base = BASE.replace(
        'resolved_at: {activity: [Trả kết quả, "*returned"]}',
        "resolved_at: {event: last, when: {column: Extra, in: [Closed]}}",
    )
    result = read(
        tmp_path, "", "1;a;1/2/2021;Open", "1;b;2/2/2021;closed", "1;c;3/2/2021;Open",
        "2;a;1/2/2021;Open", base=base,
    )  # fmt: skip
    assert result.facts["1"].ended_at == local(2021, 2, 2)
    assert result.facts["2"].ending == ""


def test_columns_are_joined_and_the_earliest_of_several_is_taken(tmp_path: Path) -> None:
    base = BASE.replace("timestamp: Complete Timestamp", "timestamp: {columns: [Day, Hour]}")
    extra = "received_at: {earliest: [{column: Extra}, {event: first}]}"
    result = read(
        tmp_path, extra, "1;a;2/2/2021;08:30;1/2/2021", base=base,
        head="Case ID;Activity;Day;Hour;Extra",
    )  # fmt: skip
    assert result.facts["1"].steps[0].at == local(2021, 2, 2, 8, 30)
    assert result.facts["1"].received_at == local(2021, 2, 1)


def test_a_sentinel_may_stand_for_nothing(tmp_path: Path) -> None:
    base = BASE.replace('{activity: [Trả kết quả, "*returned"]}', "Extra")
    extra = "empty: ['-', 31/12/2999]"
    result = read(tmp_path, extra, "1;a;1/2/2021;31/12/2999", "2;a;1/2/2021;-", base=base)
    assert [fact.ending for fact in result.facts.values()] == ["", ""]


def test_steps_keep_drop_and_rename_activities(tmp_path: Path) -> None:
    rows = ("1;T01 Receive;1/2/2021;", "1;T02 Check;2/2/2021;", "1;noise;3/2/2021;")
    extra = "steps: {keep: ['T*'], names: {T01 Receive: Tiếp nhận}}\nignore_activities: noise"
    result = read(tmp_path, extra, *rows)
    assert [step.name for step in result.facts["1"].steps] == ["Tiếp nhận", "T02 Check"]
    assert (result.facts["1"].events, result.skipped) == (2, {"ignored_activities": 1})


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("iso", "2021-03-01T08:09:10.5Z", datetime(2021, 3, 1, 8, 9, 10, 500000, UTC)),
        ("iso", "2021-03-01 08:09", local(2021, 3, 1, 8, 9)),
        ("iso", "2021-03-01 08:09:10 +00:00", datetime(2021, 3, 1, 8, 9, 10, 0, UTC)),
        ("iso", "2021-03-01 08:09:10 UTC", datetime(2021, 3, 1, 8, 9, 10, 0, UTC)),
        ("iso", "2021-3-1", local(2021, 3, 1)),
        ("dmy", "01/03/2021, 08:09:10,25", local(2021, 3, 1, 8, 9, 10, 250000)),
        ("dmy", "1.3.21 8:09 CH", local(2021, 3, 1, 20, 9)),
        ("mdy", "03/01/2021 12:09 AM", local(2021, 3, 1, 0, 9)),
        ("epoch", "1614560950.5", datetime(2021, 3, 1, 1, 9, 10, 500000, UTC)),
        ("epoch_ms", "1614560950500", datetime(2021, 3, 1, 1, 9, 10, 500000, UTC)),
        ("excel", "44256.3396990741", datetime(2021, 3, 1, 1, 9, 10, tzinfo=UTC)),
        ("%Y%m%d%H%M", "202103010809", local(2021, 3, 1, 8, 9)),
    ],
)
def test_instants_are_read_as_logs_write_them(form: str, text: str, expected: datetime) -> None:
    assert moment_reader([form], HANOI)(text).at == expected


@pytest.mark.parametrize(
    ("form", "text"),
    [("iso", "01/03/2021"), ("dmy", "31/02/2021"), ("dmy", "2021-03-01"), ("iso", "1614560950"),
     ("epoch", "inf"), ("epoch", "nan"), ("epoch", "9e99"), ("excel", "inf"), ("excel", "1/3/2021"),
     ("iso", "9999-12-31"), ("iso", "x")],
)  # fmt: skip
def test_an_instant_is_never_guessed(form: str, text: str) -> None:
    with pytest.raises(Unreadable):
        moment_reader([form], HANOI)(text)


def test_a_format_that_cannot_be_is_refused() -> None:
    for name in ("DD/MM/YYYY", "%Q"):
        with pytest.raises(ValueError):
            check_format(name)


CASES = st.dictionaries(
    st.sampled_from("ABCDEF"),
    st.lists(st.integers(0, 5000), min_size=1, max_size=6),
    min_size=1,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cases=CASES, data=st.data())
def test_however_events_are_interleaved_the_facts_are_the_same(
    tmp_path: Path, cases: dict[str, list[int]], data: st.DataObject
) -> None:
    start = local(2021, 1, 1)
    rows = [
        f"{case};Step {i};{start + timedelta(hours=hour):%d/%m/%Y %H:%M};"
        for case, hours in cases.items()
        for i, hour in enumerate(sorted(set(hours)))
    ]
    straight = read(tmp_path, "", *rows)
    mixed = read(tmp_path, "", *data.draw(st.permutations(rows)))
    assert _without_lines(straight) == _without_lines(mixed)


def _without_lines(result: Result) -> dict[str, tuple[Any, ...]]:
    return {
        case: (fact.received_at, fact.due_at, [step[1:] for step in fact.steps])
        for case, fact in result.facts.items()
    }
