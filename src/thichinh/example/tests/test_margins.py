"""Published margins that cannot be true are refused by the name of the identity they break."""

from __future__ import annotations

import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from thichinh.example.actions.town import margins_in
from thichinh.example.rules.margins import CARRY_OVER, OnlineMargins, truths
from thichinh.example.rules.margins_file import ONLINE, read_margins
from thichinh.example.rules.published import statement_of
from thichinh.example.tests.small_town import documents
from thichinh.foundation.errors import Refused

SEED = Path(__file__).parents[5] / "shared/seed/figures.yaml"


@pytest.fixture
def town() -> dict[str, Any]:
    return copy.deepcopy(documents()[0])


def test_the_books_of_duc_pho_open_with_350_and_close_with_1334(town: dict[str, Any]) -> None:
    first, second = truths(read_margins([town]))
    assert (first.opening, first.new, first.closing, first.lost) == (1315, 19688, 350, 55)
    assert (second.opening, second.new, second.closing) == (350, 18137, 1334)
    assert (second.not_due, second.overdue) == (1204, 130)


@pytest.mark.parametrize("shape", ["list", "periods", "documents"])
def test_blocks_may_be_a_list_a_mapping_or_documents(town: dict[str, Any], shape: str) -> None:
    blocks = town["one_stop"]
    files = {"list": [blocks], "periods": [{"periods": blocks}], "documents": blocks}
    assert len(read_margins(files[shape]).periods) == 2


def test_the_online_block_is_read(town: dict[str, Any]) -> None:
    assert read_margins([town]).online == OnlineMargins(offered=9, used=6, resolved=1528)


def test_a_figure_that_the_others_determine_may_be_left_out(town: dict[str, Any]) -> None:
    block = town["one_stop"][0]
    for key in ("received_total", "resolved_late", "in_progress"):
        del block[key]
    assert read_margins([town]).periods[0].received_total == 21003


@pytest.mark.parametrize(
    ("period", "key", "value", "identity"),
    [
        (0, "received_total", 21004, "received_total == resolved + in_progress"),
        (0, "resolved_late", 915, "resolved == resolved_on_time + resolved_late"),
        (1, "in_progress_overdue", 74, "in_progress == in_progress_not_due + in_progress_overdue"),
        (1, "carried_over", 300, CARRY_OVER),
        (0, "carried_over", 21004, "carried_over <= received_total"),
        (0, "in_progress_overdue", -55, "in_progress_overdue >= 0"),
        (0, "resolved_rate_pct", 98.31, "resolved_rate_pct == resolved / received_total"),
        (0, "from", date(2022, 1, 1), "from <= to"),
        (1, "from", date(2021, 12, 14), "periods do not overlap"),
        (1, "from", date(2021, 12, 16), "periods are contiguous"),
        (1, "resolved", "17.153", "resolved"),
        (1, "resolved", 17.153, "resolved"),
        (1, "from", "15/12/2021", "from"),
        (1, "to", "2022-02-30", "to"),
        (2, "total_received_stated", "nhiều", "total_received_stated"),
        (1, "in_progres", 3, "keys"),
        (1, "resolved", 10**30, "resolved"),
        (1, "resolved", -(10**30), "resolved >= 0"),
        (2, "total_received_stated", -(10**30), "total_received_stated"),
        (0, "received_new", 19687, "received_total == carried_over + received_new"),
        (0, "resolved_rate_pct", 98.34, "resolved_rate_pct == resolved / received_total"),
        (0, "resolved_rate_pct", 98.32, "resolved_rate_pct == resolved / received_total"),
        (2, "authority", " ", "authority"),
        (2, "authority", 7, "authority"),
        (1, "resolved_rate_pct", float("nan"), "resolved_rate_pct"),
        (2, "total_received_stated", 39436, "total_received_stated"),
    ],
)
def test_a_broken_identity_is_named(
    town: dict[str, Any], period: int, key: str, value: Any, identity: str
) -> None:
    town["one_stop"][period][key] = value
    with pytest.raises(Refused) as refused:
        read_margins([town])
    assert identity in refused.value.fields
    assert refused.value.fields[identity] in refused.value.message


@pytest.mark.parametrize("value", [98, 98.3, 98.33, 98.334, 98.3336, None])
def test_a_percentage_rounded_as_written_is_accepted(town: dict[str, Any], value: Any) -> None:
    town["one_stop"][0]["resolved_rate_pct"] = value
    read_margins([town])


@pytest.mark.parametrize("value", [10**9, 2_000_001, 1e9, "1e9"])
def test_a_figure_past_the_limit_names_the_limit_and_no_other_reason(
    town: dict[str, Any], value: Any
) -> None:
    town["one_stop"][1]["received_total"] = value
    with pytest.raises(Refused) as refused:
        read_margins([town])
    said = refused.value.fields["received_total"]
    assert ("nhiều nhất 2.000.000 hồ sơ" in said) is isinstance(value, int)
    assert ("không viết 1e9" in said) is not isinstance(value, int)


def test_what_was_newly_received_is_understood_and_stands_for_what_it_determines(
    town: dict[str, Any],
) -> None:
    town["one_stop"][0]["received_new"] = 19688
    whole = read_margins([town])
    assert whole.periods[0].received_new == 19688
    assert statement_of(whole, "x").periods[0].values["received_new"] == 19688
    assert "received_new" not in statement_of(whole, "x").periods[1].values
    del town["one_stop"][0]["carried_over"]
    assert read_margins([town]).periods[0].carried_over == 1315


def test_an_unknown_figure_is_answered_with_those_there_are(town: dict[str, Any]) -> None:
    town["one_stop"][0]["recieved_new"] = 3
    with pytest.raises(Refused, match=r"Có phải “received_new”.*in_progress_overdue"):
        read_margins([town])


def test_a_missing_figure_is_named(town: dict[str, Any]) -> None:
    del town["one_stop"][0]["carried_over"]
    with pytest.raises(Refused) as refused:
        read_margins([town])
    assert "carried_over" in refused.value.fields


@pytest.mark.parametrize(
    ("offered", "used", "resolved"), [(5, 6, 100), (9, 0, 1), (9, 6, 5), (9, 6, 37_807), (9, 6, -1)]
)
def test_online_figures_that_contradict_each_other_are_refused(
    town: dict[str, Any], offered: int, used: int, resolved: int
) -> None:
    town["online"] = {
        "level3_procedures_offered": offered,
        "level3_procedures_with_online_dossiers": used,
        "level3_online_dossiers_resolved": resolved,
    }
    with pytest.raises(Refused):
        read_margins([town])


def test_a_file_without_periods_is_refused() -> None:
    with pytest.raises(Refused):
        read_margins([None])


@pytest.mark.parametrize("missing", [("from", "received_total"), ("period", "from", "to")])
def test_a_block_that_lacks_its_days_is_named_and_not_dropped(
    town: dict[str, Any], missing: tuple[str, ...]
) -> None:
    for key in missing:
        del town["one_stop"][1][key]
    with pytest.raises(Refused) as refused:
        read_margins([town])
    assert "from" in refused.value.fields


@pytest.mark.parametrize(
    "more",
    [
        {"onlin": {"level3_procedures_offered": 9}},
        {"online": {**dict.fromkeys(ONLINE.values(), 0), "level4_x": 5}},
        {"periods": [{"chú thích": "nháp"}]},
        {"periods": ["năm 2023"]},
    ],
)
def test_what_nobody_would_read_is_refused(town: dict[str, Any], more: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        read_margins([{**town, **more}])


@pytest.mark.realdata
@pytest.mark.skipif(not SEED.is_file(), reason="the seed lies beside the project")
def test_the_figures_of_the_report_may_be_pasted_whole(town: dict[str, Any]) -> None:
    assert truths(margins_in(SEED)) == truths(read_margins([town]))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("periods: [{to: 2021-02-30, from: 2021-01-01}]", "to phải là ngày có thật"),
        ("one_stop: &a [*a]", "nằm trong chính nó"),
        ("[" * 5000, "lồng quá 100 lớp"),
        ("periods: []\nperiods: []", "khoá “periods” viết hai lần"),
        ("periods: [{resolved: " + "9" * 5000 + "}]", "số quá dài"),
        ("a: [b", "dòng 2, cột 1: thiếu dấu phẩy"),
        (b"one_stop:\n  - period: n\xe3m", "dòng 2, cột 14: tệp phải được lưu bằng bảng mã UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_sentence_with_its_place(
    tmp_path: Path, text: str | bytes, said: str
) -> None:
    path = tmp_path / "biên.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Refused, match=said):
        margins_in(path)


def test_a_file_that_is_not_there_is_said_in_vietnamese(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"không có tệp này\.$"):
        margins_in(tmp_path / "đâu.yaml")
