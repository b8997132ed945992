"""What a new authority says of itself: its name as papers write it, a kind that exists on its first day."""

from __future__ import annotations

from typing import Any

import pytest

from thichinh.accounts.actions.founding import known_areas, shipped_kinds
from thichinh.accounts.rules.founding import Founding, read_founding


def wish(**changes: Any) -> tuple[Founding | None, dict[str, str]]:
    given = {
        "name": "Phường Đức A", "kind": "ward", "code": "99999", "from": "2025-07-01",
        "admin": {"name": "Nguyễn Thị An", "email": "an@example.vn"},
    }  # fmt: skip
    return read_founding(given | changes, shipped_kinds, {})


@pytest.mark.parametrize(
    ("given", "kind", "name"),
    [
        ("Phường Đức Phổ", "ward", "Phường Đức Phổ"),
        ("Ủy ban nhân dân phường Đức Phổ", "ward", "Phường Đức Phổ"),
        ("Uỷ ban nhân dân Phường Đức Phổ", "ward", "Phường Đức Phổ"),
        ("UBND phường Đức Phổ", "ward", "Phường Đức Phổ"),
        ("PHƯỜNG ĐỨC PHỔ", "ward", "Phường Đức Phổ"),
        ("UBND XÃ B'LAO", "commune", "Xã B'Lao"),
        ("Đức Phổ", "ward", "Phường Đức Phổ"),
        ("Xà Bang", "commune", "Xã Xà Bang"),
        ("Phường 1", "ward", "Phường 1"),
        ("Sở Tư pháp", "department", "Sở Tư pháp"),
    ],
)
def test_a_name_is_the_units_own_however_it_is_typed(given: str, kind: str, name: str) -> None:
    founding, errors = wish(name=given, kind=kind)
    assert errors == {}
    assert founding is not None
    assert founding.name == name


def test_a_name_of_another_kind_and_an_office_in_capitals_are_refused() -> None:
    assert "Xã" in wish(name="Xã Đức Phổ")[1]["name"]
    assert "Thị xã" in wish(name="Thị xã Đức Phổ")[1]["name"]
    assert "chữ hoa" in wish(name="SỞ TƯ PHÁP", kind="department")[1]["name"]


@pytest.mark.parametrize("kind", ["thị xã", "thị trấn", "huyện", "quận", "city"])
def test_what_ended_with_the_district_cannot_be_founded_afterwards(kind: str) -> None:
    _founding, errors = wish(kind=kind, name="Đức Phổ")
    assert "01/07/2025" in errors["kind"]
    assert "ward (Phường)" in errors["kind"]
    assert "town" not in errors["kind"]
    assert "kind" not in wish(kind=kind, name="Đức Phổ", **{"from": "2025-06-30"})[1]


def test_a_special_zone_begins_with_the_two_level_government() -> None:
    zone: dict[str, Any] = {"kind": "đặc khu", "name": "Đặc khu Lý Sơn"}
    assert wish(**zone)[1] == {}
    assert "30/06/2025" in wish(**zone, **{"from": "2025-06-30"})[1]["kind"]


ADMIN = {"name": "Nguyễn Thị An", "email": "an@example.vn"}


def test_every_commune_of_the_country_is_known_by_its_code() -> None:
    areas = known_areas()
    provinces = {code for code, area in areas.items() if "units" in area}
    assert (len(provinces), len(areas) - len(provinces)) == (34, 3321)
    faults = {
        code: errors
        for code in areas
        if (errors := read_founding({"code": code, "admin": ADMIN}, shipped_kinds, areas)[1])
    }
    assert faults == {}
    founding, _errors = read_founding({"code": "00004", "admin": ADMIN}, shipped_kinds, areas)
    assert founding is not None
    assert (founding.name, founding.kind) == ("Phường Ba Đình", "ward")


def test_a_code_of_before_the_two_level_government_says_nothing_of_todays_place() -> None:
    given: dict[str, Any] = {"code": "21439", "from": "2022-01-01", "admin": ADMIN}
    _founding, errors = read_founding(given, shipped_kinds, known_areas())
    assert errors.keys() == {"name", "kind"}
    founding, errors = read_founding(
        given | {"name": "Phường Nguyễn Nghiêm", "kind": "phường"}, shipped_kinds, known_areas()
    )
    assert errors == {}
    assert founding is not None
    assert founding.name == "Phường Nguyễn Nghiêm"
