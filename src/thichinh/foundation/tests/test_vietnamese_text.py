"""Search, numbers and dates as Vietnamese write and type them."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thichinh.foundation.errors import Refused
from thichinh.foundation.text import (
    fold,
    fold_marks,
    legal_date,
    legal_date_words,
    nfc,
    one_line,
    parse_vn_date,
    parse_vn_number,
    vn_date,
    vn_datetime,
    vn_money,
    vn_number,
    vn_percent,
    whole_number,
)

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Sổ hộ khẩu  ĐỨC PHỔ", "so ho khau duc pho"),
        ("Nguyễn Thị Hoà", "nguyen thi hoa"),
        ("Nguyễn Thị Hòa", "nguyen thi hoa"),
        ("Ðăng ký", "dang ky"),  # the Icelandic eth of old keyboards
        ("  Quảng\u00a0Ngãi\n", "quang ngai"),
        (unicodedata.normalize("NFD", "Phường Nguyễn Nghiêm"), "phuong nguyen nghiem"),
        ("", ""),
    ],
)
def test_search_forgives_missing_marks(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_search_with_marks_keeps_them() -> None:
    assert fold_marks(unicodedata.normalize("NFD", "Hồ SƠ")) == "hồ sơ"
    assert fold_marks("hồ") != fold_marks("hổ")


def test_text_is_stored_composed_and_on_one_line() -> None:
    assert nfc(unicodedata.normalize("NFD", "Đức Phổ")) == "Đức Phổ"
    assert one_line(" Nguyễn\u00a0 Văn\u200b\tAn\x00 ") == "Nguyễn Văn An"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (vn_number(21003), "21.003"),
        (vn_number(Decimal("98.325"), 2), "98,33"),
        (vn_number(0.125, 2), "0,13"),
        (vn_number(-1234567.5, 1), "-1.234.567,5"),
        (vn_number(-0.2), "0"),
        (vn_number(5, 2), "5,00"),
        (vn_percent(98.33), f"98,33{NBSP}%"),
        (vn_percent(Decimal("71.56"), 1), f"71,6{NBSP}%"),
        (vn_money(1_500_000), f"1.500.000{NBSP}đồng"),
        (vn_date(date(2022, 6, 25)), "25/6/2022"),
        (vn_datetime(datetime(2022, 6, 25, 0, 5, tzinfo=UTC)), "07:05 25/6/2022"),
        (vn_date(datetime(2022, 6, 24, 18, 0, tzinfo=UTC)), "25/6/2022"),
        (legal_date(date(2022, 2, 5)), "05/02/2022"),
        (legal_date(date(2022, 6, 25)), "25/6/2022"),
        (legal_date(date(2022, 12, 1)), "01/12/2022"),
        (legal_date_words(date(2022, 3, 5)), "ngày 05 tháng 3 năm 2022"),
    ],
)
def test_numbers_money_and_dates_read_as_written_by_hand(written: str, expected: str) -> None:
    assert written == expected


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1.500.000", "1500000"),
        ("1 500 000 đồng", "1500000"),
        (f"98,33{NBSP}%", "98.33"),
        ("1500", "1500"),
        ("1.234.567,8", "1234567.8"),
        ("1,500,000", "1500000"),
        ("1,500.25", "1500.25"),
        ("1,500", "1.5"),
        ("1.500", "1500"),
        ("12.5", "12.5"),
        ("0.125", "0.125"),
        ("-3", "-3"),
    ],
)
def test_numbers_are_understood_as_people_type_them(typed: str, number: str) -> None:
    assert parse_vn_number(typed) == Decimal(number)


@pytest.mark.parametrize("typed", ["", "abc", "1.50.000", "1,2,3", "12..5", "mười", "1e9", "--1"])
def test_what_is_no_number_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Refused, match=r"không phải là số.*1\.500\.000"):
        parse_vn_number(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "1/6/2022",
        "01-06-2022",
        "1.6.22",
        "1 6 2022",
        "01062022",
        "2022-06-01",
        "2022-06-01 00:00:00",
        " ngày 1 tháng 6 năm 2022 ",
        "01 / 06 / 2022",
    ],
)
def test_dates_are_understood_as_people_type_them(typed: str) -> None:
    assert parse_vn_date(typed) == date(2022, 6, 1)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "không phải là ngày"),
        ("hôm nay", "không phải là ngày"),
        ("6/25/2022", "Tháng 25 không có"),
        ("31/4/2022", "Tháng 4 năm 2022 không có ngày 31"),
        ("29/2/2021", "Tháng 2 năm 2021 không có ngày 29"),
        ("1/1/0022", "Năm 22 không hợp lý"),
        ("1/6/202", "không phải là ngày"),
    ],
)
def test_a_wrong_date_is_refused_saying_what_is_wrong(typed: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        parse_vn_date(typed)


def test_a_two_digit_year_below_fifty_is_of_this_century() -> None:
    assert parse_vn_date("2/9/45") == date(2045, 9, 2)
    assert parse_vn_date("2/9/75") == date(1975, 9, 2)


@given(st.dates(date(1800, 1, 1), date(2200, 12, 31)))
def test_every_written_date_reads_back(day: date) -> None:
    assert parse_vn_date(vn_date(day)) == day
    assert parse_vn_date(legal_date(day)) == day
    assert parse_vn_date(legal_date_words(day)) == day


@given(st.decimals(-(10**12), 10**12, places=2), st.integers(0, 2))
def test_every_written_number_reads_back(number: Decimal, places: int) -> None:
    written = parse_vn_number(vn_number(number, places))
    assert abs(written - number) <= Decimal("0.5").scaleb(-places)
    assert parse_vn_number(vn_number(number, 2)) == number


@given(st.text(max_size=20))
def test_reading_never_fails_in_any_other_way(typed: str) -> None:
    for read in (parse_vn_date, parse_vn_number):
        with suppress(Refused):
            read(typed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("12", 12), ("0", 0), ("9" * 18, 10**18 - 1), ("9" * 19, None)]
    + [(text, None) for text in ("", "²", "٣", "-1", "1.5", " 1", "x")],
)
def test_only_plain_digits_that_a_table_holds_are_a_whole_number(typed, number):
    assert whole_number(typed) == number
