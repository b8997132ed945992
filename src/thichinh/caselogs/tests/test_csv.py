"""Dirty CSV logs: each bad row is named with line and reason, the others go on."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from thichinh.caselogs.rules.log import Truncated
from thichinh.caselogs.tests.reading import MAPPINGS, RECEIPT, read_log
from thichinh.foundation.errors import Refused

MAPPING = """
case_id: case
event_id: id
activity: what
timestamp: when
due_at: due
resolved_at: {activity: Done}
"""
HEAD = "case,id,what,when,due\n"
DUE = "2021-03-31T10:00:00+07:00"


def log(*rows: str) -> str:
    return HEAD + "".join(f"{row}\n" for row in rows)


def test_events_of_a_case_may_be_scattered_and_out_of_order(tmp_path: Path) -> None:
    result = read_log(
        MAPPING,
        log(
            f"A,3,Done,2021-03-30T10:00:00+07:00,{DUE}",
            f"B,2,Begin,2021-03-02T10:00:00+07:00,{DUE}",
            f"A,1,Begin,2021-03-01T10:00:00+07:00,{DUE}",
        ),
        tmp_path,
    )
    assert result.refused == []
    assert [step.line for step in result.facts["A"].steps] == [4, 2]
    assert result.facts["A"].on_time
    assert result.facts["B"].ending == ""


def test_a_date_that_pandas_wrote_as_not_a_time_is_empty(tmp_path: Path) -> None:
    result = read_log(MAPPING, log("A,1,Begin,2021-03-01T10:00:00+07:00,NaT"), tmp_path)
    assert result.codes == [(2, "no-due")]


def test_each_bad_row_is_named_and_costs_only_itself(tmp_path: Path) -> None:
    good = f"2021-03-01T10:00:00+07:00,{DUE}"
    result = read_log(
        MAPPING,
        log(
            f"A,1,Begin,{good}",
            f",2,Begin,{good}",
            f"A,3,,{good}",
            f"A,4,Check,,{DUE}",
            f"A,5,Check,the day after,{DUE}",
            f"A,1,Check,{good}",
            f"A,7,Check,{good},one too many",
            "A,8,Check",
            f"A,9,Check,2099-01-01,{DUE}",
            f"A,10,Che\0ck,{good}",
            "",
            ",,,,",
            f"A,11,Check,0021-03-01,{DUE}",
        ),
        tmp_path,
    )
    assert result.codes == [
        (3, "no-case-id"),
        (4, "no-activity"),
        (5, "no-timestamp"),
        (6, "bad-timestamp"),
        (7, "duplicate-event"),
        (8, "too-many-columns"),
        (9, "too-few-columns"),
        (10, "future-timestamp"),
        (11, "nul-byte"),
        (14, "year-out-of-range"),
    ]
    assert all(bad.reason for bad in result.refused)
    assert result.facts["A"].events == 1


def test_a_trailing_separator_is_no_extra_column(tmp_path: Path) -> None:
    result = read_log(MAPPING, log(f"A,1,Begin,2021-03-01,{DUE},"), tmp_path)
    assert (result.refused, len(result.facts)) == ([], 1)


def test_bytes_that_are_no_text_refuse_their_row_and_name_the_column(tmp_path: Path) -> None:
    rows = log(f"A,1,Begin,2021-03-01,{DUE}", f"B,2,Bad,2021-03-01,{DUE}").encode()
    result = read_log(MAPPING, rows.replace(b"Bad", b"B\xff\xfed"), tmp_path)
    assert result.codes == [(3, "bad-encoding")]
    assert "what" in result.refused[0].reason
    assert list(result.facts) == ["A"]


def test_titles_in_another_encoding_ask_for_the_encoding(tmp_path: Path) -> None:
    rows = log(f"A,1,Begin,2021-03-01,{DUE}").replace("what", "Tätigkeit").encode("latin-1")
    with pytest.raises(Refused, match="latin-1"):
        read_log(MAPPING, rows, tmp_path)


def test_a_quote_that_never_closes_costs_its_own_line_only(tmp_path: Path) -> None:
    rows = [f'A,{i},"Step, {i}",2021-03-01,{DUE}' for i in range(100)]
    rows[10] = f'A,10,"Step 10,2021-03-01,{DUE}'
    rows.append(f'A,last,"open,2021-03-01,{DUE}')
    result = read_log(MAPPING, log(*rows), tmp_path)
    assert result.codes == [(12, "unclosed-quote"), (102, "unclosed-quote")]
    assert result.facts["A"].events == 99


def test_a_quote_that_meets_another_one_swallows_no_good_row(tmp_path: Path) -> None:
    rows = log(
        f'1,a,Begin,2021-03-01,"{DUE}',
        f"2,b,Begin,2021-03-01,{DUE}",
        f"2,c,Done,2021-03-02,{DUE}",
        f'3,d,Begin,2021-03-01,"{DUE}"',
        f'4,e,"Begin"x,2021-03-01,{DUE}',
    )
    result = read_log(MAPPING, rows, tmp_path)
    assert result.codes == [(2, "unclosed-quote"), (6, "unclosed-quote")]
    assert [(id, case.events) for id, case in result.facts.items()] == [("2", 2), ("3", 1)]


def test_a_field_may_be_long_and_hold_many_lines(tmp_path: Path) -> None:
    long = f'A,1,"{"x" * 200_000}",2021-03-01,{DUE}'
    many = 'A,2,"' + "y\n" * 900 + f'",2021-03-01,{DUE}'
    result = read_log(MAPPING, log(long, many), tmp_path)
    assert (result.refused, result.facts["A"].events) == ([], 2)


def test_blank_lines_and_repeated_titles_are_counted_as_skipped(tmp_path: Path) -> None:
    rows = log("", f"A,1,Begin,2021-03-01,{DUE}", HEAD.strip(), ",,,,", "   ", "")
    result = read_log(MAPPING, "\n" + rows, tmp_path)
    assert result.refused == []
    assert result.skipped == {"blank_lines": 5, "repeated_headers": 1}


def test_two_columns_of_one_name_are_refused_where_the_mapping_needs_them(tmp_path: Path) -> None:
    rows = log(f"A,1,Begin,2021-03-01,{DUE}")
    with pytest.raises(Refused, match="2 cột cùng tên"):
        read_log(MAPPING, rows.replace("id,what", "case,what").replace("event", ""), tmp_path)
    unneeded = "case,id,what,when,due,,\n" + f"A,1,Begin,2021-03-01,{DUE},x,y\n"
    assert read_log(MAPPING, unneeded, tmp_path).refused == []


def test_a_quoted_field_may_hold_line_breaks(tmp_path: Path) -> None:
    result = read_log(
        MAPPING, log(f'A,1,"two\nlines",2021-03-01,{DUE}', f"A,1,x,2021-03-01,{DUE}"), tmp_path
    )
    assert result.codes == [(4, "duplicate-event")]


def test_marks_separators_line_ends_and_titles_as_spreadsheets_write_them(tmp_path: Path) -> None:
    text = f"\ufeffsep=;\r\nCASE ;Id;What;When;Due\r\nA;1;Begin;2021-03-01;{DUE}\rA;2;Done;2021-03-02;{DUE}\n"
    result = read_log(MAPPING, text, tmp_path)
    assert (result.refused, result.facts["A"].events) == ([], 2)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1258", "utf-8"])
def test_vietnamese_is_read_in_any_encoding_and_kept_composed(
    tmp_path: Path, encoding: str
) -> None:
    # cp1258 writes most Vietnamese letters as a letter and a mark.
    text = log(f"A,1,Tiê\u0301p nhâ\u0323n,2021-03-01,{DUE}")
    options = f"csv: {{encoding: {encoding}}}\n" if encoding == "cp1258" else ""
    result = read_log(MAPPING + options, text.encode(encoding), tmp_path)
    assert [step.name for step in result.facts["A"].steps] == ["Tiếp nhận"]


def test_without_an_event_id_only_a_wholly_equal_row_is_a_duplicate(tmp_path: Path) -> None:
    mapping = MAPPING.replace("event_id: id\n", "")
    row = f"A,1,Begin,2021-03-01,{DUE}"
    result = read_log(mapping, log(row, row, f"A,2,Begin,2021-03-01,{DUE}"), tmp_path)
    assert result.codes == [(3, "duplicate-event")]
    kept = read_log(mapping + "faults: {duplicate_event: keep}\n", log(row, row), tmp_path)
    assert (kept.refused, kept.facts["A"].events) == ([], 2)


def test_a_repeated_header_is_passed_over(tmp_path: Path) -> None:
    row = f"A,1,Begin,2021-03-01,{DUE}"
    assert read_log(MAPPING, log(row, HEAD.strip()), tmp_path).refused == []


def test_a_bad_event_condemns_its_case_when_the_mapping_says_so(tmp_path: Path) -> None:
    rows = log(
        f"A,1,Begin,2021-03-01,{DUE}", f"A,2,Check,never,{DUE}", f"B,3,Begin,2021-03-01,{DUE}"
    )
    result = read_log(MAPPING + "faults: {bad_event: case}\n", rows, tmp_path)
    assert result.codes == [(2, "event-refused"), (3, "bad-timestamp")]
    assert list(result.facts) == ["B"]


def test_a_column_that_is_not_there_is_named_with_its_key_and_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        read_log(MAPPING.replace("timestamp: when", "timestamp: whem"), log(), tmp_path)
    assert "timestamp" in caught.value.message
    assert "“when”" in caught.value.message


def test_a_cut_gzip_imports_nothing_unless_asked(tmp_path: Path) -> None:
    rows = [f"C{i},{i},Begin,2021-03-01T10:{i % 60:02d}:00+07:00,{DUE}" for i in range(5000)]
    whole = gzip.compress(log(*rows).encode())
    cut = whole[: len(whole) // 2]
    with pytest.raises(Truncated) as caught:
        read_log(MAPPING, cut, tmp_path)
    assert "--partial" in caught.value.message
    result = read_log(MAPPING, cut, tmp_path, partial=True)
    assert 0 < len(result.facts) < 5000
    assert result.refused[-1].code == "broken-file"


def test_an_empty_file_and_a_workbook_get_a_plain_sentence(tmp_path: Path) -> None:
    for content in (b"", b"\n\n", b"PK\x03\x04rest"):
        with pytest.raises(Refused):
            read_log(MAPPING, content, tmp_path)


def test_a_very_long_line_is_refused_and_the_next_one_read(tmp_path: Path) -> None:
    rows = log(f"A,1,{'x' * 3_000_000},2021-03-01,{DUE}", f"A,2,Begin,2021-03-01,{DUE}")
    result = read_log(MAPPING, rows, tmp_path)
    assert result.codes == [(2, "too-long")]
    assert "1048576" in result.refused[0].reason
    assert result.facts["A"].events == 1


@pytest.mark.realdata
@pytest.mark.skipif(not RECEIPT.exists(), reason="../shared/data is not here")
def test_the_receipt_log_of_a_real_municipality(tmp_path: Path) -> None:
    mapping = (MAPPINGS / "coselog-receipt.yaml").read_text()
    result = read_log(mapping, RECEIPT, tmp_path)
    facts = result.facts.values()
    assert result.refused == []
    assert (len(facts), sum(fact.events for fact in facts)) == (1434, 8577)
    assert (sum(fact.finished for fact in facts), sum(fact.on_time for fact in facts)) == (
        1329,
        952,
    )
    assert sorted(fact.case_id for fact in facts if fact.repairs) == ["case-10862", "case-8267"]
