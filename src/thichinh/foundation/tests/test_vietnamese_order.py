"""Lists come out in the order a Vietnamese dictionary or class register has."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thichinh.foundation.text import person_sort_key, sort_key

LETTERS = [
    "a",
    "ă",
    "â",
    "b",
    "c",
    "d",
    "đ",
    "e",
    "ê",
    "f",
    "g",
    "h",
    "i",
    "j",
    "k",
    "l",
    "m",
    "n",
    "o",
    "ô",
    "ơ",
    "p",
    "q",
    "r",
    "s",
    "t",
    "u",
    "ư",
    "v",
    "w",
    "x",
    "y",
    "z",
]
TONES = ["ma", "mà", "mả", "mã", "má", "mạ"]
DICTIONARY = [
    "an", "an bài", "an ninh", "an toàn", "án", "án mạng", "anh", "anh em", "ánh", "ảo",
    "ăn", "ăn năn", "ắt", "âm", "ấm", "ân", "ấn",
    "da", "dạ", "dân", "dân tộc", "dấu", "đa", "đá", "đại", "đan", "đất",
    "giấy", "hòa", "hoà giải", "học", "hồ", "hồ sơ", "hổ", "hộ", "hộ khẩu", "hộ tịch", "hợp đồng",
    "lý", "ly hôn", "ngã", "nghề", "nghĩa", "ô", "ốm", "ơn", "phổ", "phường", "quán", "thửa đất",
    "tiếp nhận", "tiệt", "trả", "ủy", "uỷ quyền", "ư", "xã", "xác nhận", "ý",
]  # fmt: skip
COMMUNES = [
    "Nguyễn Nghiêm", "Phổ An", "Phổ Châu", "Phổ Cường", "Phổ Hòa", "Phổ Khánh", "Phổ Minh",
    "Phổ Nhơn", "Phổ Ninh", "Phổ Phong", "Phổ Quang", "Phổ Thạnh", "Phổ Thuận", "Phổ Văn",
    "Phổ Vinh",
]  # fmt: skip


def _shuffled(items: list[str]) -> list[str]:
    return random.Random(7).sample(items, len(items))


def test_letters_stand_in_the_order_of_the_alphabet() -> None:
    assert sorted(_shuffled(LETTERS), key=sort_key) == LETTERS


def test_tones_stand_in_their_school_order() -> None:
    assert sorted(_shuffled(TONES), key=sort_key) == TONES


def test_the_fifteen_communes_stand_as_on_the_town_list() -> None:
    assert sorted(_shuffled(COMMUNES), key=sort_key) == COMMUNES


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("an", "án"),  # the tone decides between equal letters
        ("án", "anh"),  # but letters come first
        ("An Bình", "Án Anh"),  # syllable by syllable: the first one decides, tone included
        ("đá", "đại"),
        ("dấu", "đa"),  # đ is a letter after d
        ("hồ sơ", "hộ"),
        ("hộ", "hộ khẩu"),
        ("Phổ Nhơn", "Phổ Ninh"),
        ("ân", "ba"),
        ("Tổ 2", "Tổ 10"),  # numbers by value
        ("Tổ 9", "Tổ dân phố"),
        ("Thửa 123456789", "Thửa 1234567890"),
        ("Zalo", "一"),  # other scripts last
    ],
)
def test_one_stands_before_the_other(earlier: str, later: str) -> None:
    assert sort_key(earlier) < sort_key(later)


def test_a_dictionary_page_comes_out_syllable_by_syllable() -> None:
    words = sorted(_shuffled(DICTIONARY), key=sort_key)
    assert words[:9] == [
        "an", "an bài", "an ninh", "an toàn", "án", "án mạng", "anh", "anh em", "ánh",
    ]  # fmt: skip
    assert words.index("hộ tịch") < words.index("hợp đồng")
    assert words.index("ly hôn") < words.index("lý") < words.index("ngã")
    assert words[-1] == "ý"


@pytest.mark.parametrize(
    ("one", "same"),
    [("Hoà", "hòa"), ("uỷ quyền", "ủy quyền"), ("Ðức Phổ", "Đức Phổ"), ("Y'Bớ", "y bớ")],
)
def test_spelling_habits_do_not_move_a_word(one: str, same: str) -> None:
    assert sort_key(one) == sort_key(same)


def test_people_stand_by_given_name_then_family_name() -> None:
    people = [
        "Bùi Thị Anh", "Nguyễn Anh", "Lê Văn Ánh", "Đỗ Bình", "Phạm Thị Bình", "Phạm Văn Bình",
        "Trần Đạt", "Trần Văn Ơn",
    ]  # fmt: skip
    assert sorted(_shuffled(people), key=person_sort_key) == people
    assert person_sort_key(" An ") < person_sort_key("Bùi An") < person_sort_key("Bùi Án")


VIETNAMESE = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụ 0123",
    max_size=30,
)


@given(VIETNAMESE)
def test_the_key_sees_neither_case_nor_composition(text: str) -> None:
    assert sort_key(text.upper()) == sort_key(text)
    assert sort_key(unicodedata.normalize("NFD", text)) == sort_key(text)


@given(VIETNAMESE)
def test_the_key_is_plain_ascii_so_that_every_database_agrees(text: str) -> None:
    key = sort_key(text)
    assert key.isascii()
    assert key.isprintable()


@given(VIETNAMESE, VIETNAMESE)
def test_a_text_stands_before_its_own_continuation(text: str, more: str) -> None:
    assert sort_key(text) <= sort_key(f"{text} {more}")


@given(st.integers(0, 10**25), st.integers(0, 10**25))
def test_numbers_stand_by_value_however_long(one: int, other: int) -> None:
    assert (sort_key(f"Số {one}") < sort_key(f"Số {other}")) == (one < other)
