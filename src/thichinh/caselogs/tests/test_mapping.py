"""A wrong mapping is told which key is wrong and what to write instead."""

from __future__ import annotations

import pytest

from thichinh.caselogs.rules.mapping_text import parse_mapping
from thichinh.caselogs.tests.reading import MAPPINGS
from thichinh.foundation.errors import Refused

BASE = "case_id: a\nactivity: b\ntimestamp: c\ndue_at: d\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("activity: b\ntimestamp: c\ndue_at: d", ["case_id", "thiếu"]),
        (BASE + "chanel: x", ["chanel", "“channel”"]),
        (BASE + "resolved_at: {colum: x}", ["resolved_at.colum", "“column”"]),
        (BASE + "resolved_at: {}", ["resolved_at", "cần đúng một", "column"]),
        (BASE + "resolved_at: {column: x, event: last}", ["column và event"]),
        (BASE + "resolved_at: {term: {unit: days, amount: 2}}", ["resolved_at", "due_at"]),
        (
            BASE.replace("due_at: d", "due_at: {term: {unit: weeks, amount: 2}}"),
            ["due_at.term.unit", "working_days"],
        ),
        (BASE + "time: {timezone: Hanoi}", ["time.timezone", "Asia/Ho_Chi_Minh"]),
        (BASE + "time: {formats: [DD/MM/YYYY]}", ["time.formats", "%d/%m/%Y"]),
        (BASE + "csv: {encoding: viscii9}", ["csv", "cp1258"]),
        (BASE + "csv: {delimiter: ';;'}", ["csv", "tab"]),
        (BASE + "channel: {column: x, map: {web: internet}}", ["channel", "online"]),
        (BASE + "channel: {constant: web}", ["channel", "online"]),
        (BASE + "authority: {code: Sở Xây dựng}", ["authority.code", "so-xay-dung"]),
        (BASE + "activity: {column: x, pattern: '('}\n", ["activity", "hai lần"]),
        (BASE + "outcome: {column: x, pattern: '('}", ["outcome.pattern", "chính quy"]),
        (BASE + "timestamp2: x", ["timestamp2", "“timestamp”"]),
        (BASE + "started_at: {event: first}", ["started_at", "column"]),
        (BASE + "procedure: {name: x}", ["procedure", "code, by"]),
        (BASE + "time: dmy", ["time", "formats"]),
        (BASE + "a: [", ["YAML"]),
        ("- a\n- b", ["một tài liệu"]),
        ("", ["một tài liệu"]),
    ],
)
def test_a_wrong_mapping_names_the_key_and_the_fix(text: str, words: list[str]) -> None:
    with pytest.raises(Refused) as caught:
        parse_mapping(text, file_name="m.yaml")
    for word in words:
        assert word in caught.value.message, caught.value.message


def test_scalars_stay_as_typed() -> None:
    mapping = parse_mapping(
        BASE + "channel: {column: x, map: {yes: online, 01: postal, 1: direct}, default: ~}",
        file_name="my-log.yaml",
    )
    assert mapping.code == "my-log"
    assert mapping.channel.map == {"yes": "online", "01": "postal", "1": "direct"}


def test_bare_words_mean_what_a_reader_expects() -> None:
    mapping = parse_mapping(
        BASE + "channel: online\nauthority: so-x\nsteps: [T*]\nprocedure: Loại\n",
        file_name="m.yaml",
    )
    assert mapping.channel.constant == "online"
    assert mapping.authority is not None
    assert mapping.authority.code == "so-x"
    assert mapping.steps.keep == ("T*",)
    assert mapping.procedure is not None
    assert mapping.procedure.by is not None
    assert mapping.procedure.by.column == "Loại"


def test_the_mappings_we_ship_are_sound() -> None:
    for path in MAPPINGS.glob("*.yaml"):
        assert parse_mapping(path.read_text(), file_name=path.name).code == path.stem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("case_id: [a\n", "dòng 2, cột 1: thiếu dấu phẩy hoặc dấu ngoặc đóng"),
        ("case_id: &a [*a]\n", "nằm trong chính nó"),
        ("[" * 5000, "lồng quá 100 lớp"),
        ("case_id: a\ncase_id: b\n", "khoá “case_id” viết hai lần"),
    ],
)
def test_text_that_is_no_yaml_is_a_sentence_with_its_place(text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        parse_mapping(text, file_name="m.yaml")
