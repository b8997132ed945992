"""The catalogue we ship covers the example's eighteen months and says what the report says."""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from thichinh.foundation.yaml_files import read_yaml
from thichinh.procedures.models import CompetenceDefinition, FieldDefinition, ProcedureDefinition
from thichinh.procedures.tests.conftest import REAL

FOLDER = Path(settings.SHIPPED_DEFINITIONS) / "national"
FIRST, LAST = date(2020, 12, 15), date(2022, 6, 14)
PORTAL = REAL / "commune_level_procedures_parsed.jsonl.gz"
BY_LAW = {"khieu-nai-lan-dau-xa", "to-cao-xa"}
HOUSES = {
    "gpxd-cap-lai", "gpxd-dieu-chinh", "gpxd-gia-han", "gpxd-nha-o-rieng-le", "gpxd-sua-chua",
}  # fmt: skip
ONLINE_FORM, COUNTER_FORM = range(5, 13), range(3, 9)
Versions = dict[str, list[ProcedureDefinition]]


@pytest.fixture(scope="module")
def versions() -> Versions:
    found: Versions = {}
    for path in sorted((FOLDER / "procedures").rglob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            version = ProcedureDefinition.model_validate(document)
            assert (path.stem, path.parent.name) == (version.code, version.field)
            found.setdefault(version.code, []).append(version)
    return found


def days(versions: Versions) -> Iterator[date]:
    """The days on which anything changes inside the example's period."""
    starts = {v.effective_from for rows in versions.values() for v in rows}
    yield from sorted({FIRST, LAST} | {day for day in starts if FIRST < day <= LAST})


def in_force(versions: Versions, day: date) -> list[ProcedureDefinition]:
    return [
        version
        for rows in versions.values()
        for version in rows
        if version.effective_from <= day <= (version.effective_to or date.max)
    ]


def test_there_are_enough_real_procedures(versions: Versions) -> None:
    assert len(versions) >= 45


def _competences() -> tuple[CompetenceDefinition, CompetenceDefinition]:
    path = FOLDER / "competences" / "tham-quyen.yaml"
    three, two = (CompetenceDefinition.model_validate(document) for document in read_yaml(path))
    return three, two


def test_somebody_performs_every_procedure_before_and_after_1_july_2025(versions: Versions) -> None:
    three, two = _competences()
    assert three.procedures.keys() == versions.keys()
    assert {who.level for who in three.procedures.values()} == {"district", "commune"}
    assert versions.keys() - two.procedures.keys() == {
        "cai-chinh-ho-tich-cap-huyen", "chung-thuc-ban-sao-tu-phap", "giay-khen-thi-xa",
        "khieu-nai-lan-dau-thi-xa", "thanh-lap-hoi",
    }  # fmt: skip
    province = {code for code, who in two.procedures.items() if who.level == "province"}
    assert province == {"phi-nuoc-thai", "dang-ky-the-chap-dat"}
    assert {who.level for who in two.procedures.values()} == {"province", "commune"}


@pytest.mark.realdata
def test_what_is_offered_by_itself_is_a_commune_s_on_the_national_portal(
    versions: Versions,
) -> None:
    """The portal's crawl of 2026: every audited line is there by its code, or by its name.

    Permits for houses go by the name of the portal's class of works; complaints and denunciations stand
    in their laws, not on the portal.
    """
    if not PORTAL.exists():
        pytest.skip("no real data beside the project")
    with gzip.open(PORTAL, "rt", encoding="utf-8") as file:
        listed = {row["ma_thu_tuc"]: row for row in map(json.loads, file)}
    houses = [
        row for row in listed.values() if row["ten_thu_tuc"].endswith(("riêng lẻ", "riêng lẻ:"))
    ]
    assert len(houses) >= 5
    _three, two = _competences()
    for code, who in two.procedures.items():
        if who.audited and who.level == "commune" and code not in BY_LAW | HOUSES:
            row = listed[versions[code][-1].national_code or ""]
            assert "Cấp xã" in row["cap_thuc_hien"], code
            assert "do Ủy ban nhân dân cấp tỉnh chỉ định" not in row["co_quan_thuc_hien"], code


def test_no_procedure_of_the_two_levels_speaks_of_a_unit_that_ended(versions: Versions) -> None:
    _three, two = _competences()
    for code in two.procedures:
        spoken = versions[code][-1].model_dump_json()
        assert not re.search(r"thị xã|thị trấn|huyện|Phòng Tư pháp", spoken), code


def test_every_procedure_is_in_force_once_on_every_day(versions: Versions) -> None:
    for day in days(versions):
        codes = sorted(v.code for v in in_force(versions, day))
        assert codes == sorted(versions)


def test_exactly_nine_are_offered_online_and_all_at_level_three(versions: Versions) -> None:
    for day in days(versions):
        online = [v for v in in_force(versions, day) if v.online]
        assert len(online) == 9
        assert {v.service_level for v in online} == {3}


def test_the_law_of_2021_and_2022_changed_some_of_them(versions: Versions) -> None:
    changed = {code for code, rows in versions.items() if len(rows) > 1}
    assert {"ho-kinh-doanh-thanh-lap", "tro-cap-xa-hoi-hang-thang"} <= changed
    before, after, *_later = versions["ho-kinh-doanh-thanh-lap"]
    assert after.effective_from == date(2021, 1, 4)
    assert any("01/2021/NĐ-CP" in law for law in after.legal_basis)
    assert not any("01/2021/NĐ-CP" in law for law in before.legal_basis)


def test_forms_ask_enough_and_not_too_much(versions: Versions) -> None:
    for rows in versions.values():
        for version in rows:
            assert len(version.form) in (ONLINE_FORM if version.online else COUNTER_FORM), version


def test_national_codes_are_not_shared(versions: Versions) -> None:
    codes = [rows[-1].national_code for rows in versions.values() if rows[-1].national_code]
    assert len(codes) == len(set(codes))


def test_every_field_is_used_and_known(versions: Versions) -> None:
    text = (FOLDER / "fields" / "fields.yaml").read_text(encoding="utf-8")
    known = {FieldDefinition.model_validate(d).code for d in yaml.safe_load_all(text) if d}
    assert known == {v.field for rows in versions.values() for v in rows}


def test_the_files_are_in_composed_form() -> None:
    for path in (FOLDER / "procedures").rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text), path
