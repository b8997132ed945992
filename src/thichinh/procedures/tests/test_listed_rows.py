"""Rows of the portal's lists: cleaned, or refused with a reason somebody can check."""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass
from typing import Any

import pytest

from thichinh.foundation.errors import Refused
from thichinh.procedures.rules import (
    differences,
    merged,
    open_portal_file,
    read_listed_row,
)
from thichinh.procedures.rules.portal_files import source_name
from thichinh.procedures.tests.conftest import lines, workbook

GOOD = {"code": "1.001193", "name": "Thủ tục đăng ký khai sinh"}


@dataclass
class Known:
    name: str = "Thủ tục đăng ký khai sinh"
    issuer: str = "Bộ Tư pháp"
    agency: str = ""
    field_name: str = "Hộ tịch"
    is_official: bool = True


def test_a_row_is_cleaned() -> None:
    row = read_listed_row(
        3,
        {
            "code": " 1.010736 ",
            "name": "\tTham vấn  trong đánh giá\n(cấp xã) (1.010736)",
            "agency": "Ủy ban nhân dân cấp xã\n\nỦy ban nhân dân cấp xã\nSở Tư pháp",
        },
        True,
    )
    assert (row.key, row.name) == ("c:1.010736", "Tham vấn trong đánh giá (cấp xã)")
    assert row.agency == "Ủy ban nhân dân cấp xã; Sở Tư pháp"


def test_the_code_behind_a_name_may_have_blanks_in_its_brackets() -> None:
    cells = GOOD | {"name": "Thủ tục đăng ký khai sinh ( 1.001193 )"}
    assert read_listed_row(3, cells, has_codes=True).name == GOOD["name"]


def test_a_code_that_excel_made_a_number_gets_its_zeros_back() -> None:
    assert read_listed_row(3, GOOD | {"code": 1.00119}, True).code == "1.001190"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"code": None}, "thiếu mã số"),
        ({"code": "1.1193"}, "sai dạng"),
        ({"code": "1.001193 1.000656"}, "dính nhiều mã"),
        ({"name": None}, "thiếu tên"),
        ({"name": " \u200b "}, "thiếu tên"),
        ({"name": "12345"}, "không có chữ nào"),
        ({"name": "Đăng ký khai sinh 1.000656 Đăng ký khai tử"}, "dính mã"),
        ({"name": "Đăng ký khai sinhĐăng ký khai tử"}, "dính chữ"),
        ({"name": "a" * 2001}, "dài 2001"),
        ({"field_name": "Hộ tịchChứng thực"}, "lĩnh vực bị dính chữ"),
        ({"name": ["a"]}, "không phải là chữ"),
        ({"unreadable": "dòng 3 không phải JSON"}, "không phải JSON"),
    ],
)
def test_a_bad_row_says_why(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read_listed_row(3, GOOD | changes, True)


def test_a_list_without_codes_is_keyed_by_name_and_agency() -> None:
    first = read_listed_row(1, {"name": "Khai sinh", "agency": "Xã"}, False)
    same = read_listed_row(2, {"name": "KHAI  SINH", "agency": "xã"}, False)
    other = read_listed_row(3, {"name": "Khai sinh", "agency": "Huyện"}, False)
    assert first.key == same.key != other.key


def test_what_a_list_leaves_empty_says_nothing() -> None:
    row = read_listed_row(3, GOOD | {"agency": "Xã"}, True)
    assert [d.fact for d in differences(row, Known(), True)] == ["agency"]
    assert merged(row, Known(), True)["issuer"] == "Bộ Tư pháp"


def test_a_parsed_list_never_overrules_the_official_one() -> None:
    row = read_listed_row(3, GOOD | {"name": "Tên sai", "agency": "Xã"}, True)
    kept = {d.fact: d.kept for d in differences(row, Known(), False)}
    assert kept == {"name": True, "agency": False}
    assert merged(row, Known(), False)["name"] == "Thủ tục đăng ký khai sinh"


def test_the_header_is_found_wherever_it_is_and_in_any_order() -> None:
    stream = workbook([["Tên A", "1.000001", "x"]], ["TÊN", "Mã  số", "Ghi chú"])
    rows = list(open_portal_file(stream, "a.xlsx").rows)
    assert rows == [(3, {"name": "Tên A", "code": "1.000001"})]


def test_lines_and_arrays_are_told_apart_by_content() -> None:
    packed = io.BytesIO(gzip.compress(lines({"ma_thu_tuc": "1.000001"}).getvalue()))
    parsed = open_portal_file(packed, "a.bin")
    assert (parsed.is_official, parsed.has_codes) == (False, True)
    assert next(parsed.rows)[1]["code"] == "1.000001"
    array = open_portal_file(io.BytesIO('\ufeff [{"title": "Á"}]'.encode()), "b")
    assert (array.has_codes, next(array.rows)[1]["name"]) == (False, "Á")


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"PK\x03\x04broken", b"\x1f\x8bbroken", b'[{"title": ', b"[1]\xff"],
)
def test_a_broken_file_is_refused_as_a_whole(content: bytes) -> None:
    with pytest.raises(Refused):
        list(open_portal_file(io.BytesIO(content), "a").rows)


def test_a_workbook_without_the_header_is_refused() -> None:
    with pytest.raises(Refused, match="tiêu đề"):
        list(open_portal_file(workbook([["a"]], ["Một", "Hai"]), "a.xlsx").rows)


@pytest.mark.parametrize(
    "name", ["danh-sach-tthc-BoTuPhap.xlsx", "danh-sach-tthc-BoTuPhap (2).xlsx",
             "danh-sach-tthc-BoTuPhap_20261124.xlsx", "C:\\x\\danh-sach-tthc-BoTuPhap.xlsx"],
)  # fmt: skip
def test_next_months_file_is_the_same_list(name: str) -> None:
    assert source_name(name) == "danh-sach-tthc-BoTuPhap"
