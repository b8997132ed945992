"""Importing the national list: first what would change, then exactly that."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from thichinh.accounts.rules import ANONYMOUS, SYSTEM
from thichinh.foundation.errors import NotAllowed, Refused
from thichinh.foundation.models import AuditEntry, DefinitionVersion
from thichinh.procedures.actions import ImportReport, apply_list, preview_list
from thichinh.procedures.models import ListedProcedure, ListImport
from thichinh.procedures.tests.conftest import lines, workbook

pytestmark = pytest.mark.usefixtures("town")
BIRTH = ("1.001193", "Thủ tục đăng ký khai sinh", "Bộ Tư pháp", "Ủy ban nhân dân cấp xã", "Hộ tịch")
DEATH = ("1.000656", "Thủ tục đăng ký khai tử", "Bộ Tư pháp", "Ủy ban nhân dân cấp xã", "Hộ tịch")
BOX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def imported(*rows: Any, name: str = "danh-sach.xlsx") -> ImportReport:
    return apply_list(SYSTEM, workbook(rows), name)


def test_a_dry_run_tells_and_writes_nothing() -> None:
    imported(BIRTH)
    changed = (BIRTH[0], "Đăng ký khai sinh", *BIRTH[2:])
    report = preview_list(workbook([changed, DEATH, ("x", "Tên")]), "danh-sach.xlsx")
    assert (report.counts["new"], report.counts["changed"], report.counts["refused"]) == (1, 1, 1)
    (difference,) = report.changed[0].changes
    assert (difference.old, difference.new) == (BIRTH[1], "Đăng ký khai sinh")
    assert ListedProcedure.objects.get().name == BIRTH[1]


def test_the_same_file_again_changes_nothing() -> None:
    imported(BIRTH, DEATH)
    again = imported(BIRTH, DEATH)
    assert (again.unchanged, again.new, again.changed, again.missing) == (2, [], [], [])


def test_a_listed_procedure_is_linked_to_ours_by_its_national_code() -> None:
    assert imported(BIRTH).linked == 1
    linked = ListedProcedure.objects.get().procedure
    assert linked is not None
    assert linked.code == "khai-sinh"


def test_published_definitions_are_never_touched() -> None:
    before = list(DefinitionVersion.objects.values_list("pk", "checksum"))
    imported((BIRTH[0], "Tên khác", *BIRTH[2:]))
    assert list(DefinitionVersion.objects.values_list("pk", "checksum")) == before


def test_what_a_list_no_longer_names_is_said_once_and_kept() -> None:
    imported(BIRTH, DEATH)
    report = imported(BIRTH, name="danh-sach (1).xlsx")
    assert [row.code for row in report.missing] == [DEATH[0]]
    assert ListedProcedure.objects.get(code=DEATH[0]).sources == []
    assert imported(BIRTH).missing == []


def test_another_list_does_not_make_this_one_vanish() -> None:
    imported(BIRTH, name="tu-phap.xlsx")
    assert imported(DEATH, name="xay-dung.xlsx").missing == []


def test_a_parsed_list_adds_but_does_not_overrule() -> None:
    imported((*BIRTH[:3], "", BIRTH[4]))
    record = {"ma_thu_tuc": BIRTH[0], "ten_thu_tuc": "Sai", "co_quan_thuc_hien": "Xã"}
    report = apply_list(SYSTEM, lines(record), "parsed.jsonl")
    row = ListedProcedure.objects.get()
    assert (row.name, row.agency, len(report.kept)) == (BIRTH[1], "Xã", 1)


def test_each_bad_row_is_named_and_the_good_ones_go_in() -> None:
    report = imported(BIRTH, ("1.1", "Tên"), ("1.000656", ""), BIRTH)
    assert [(row.line, row.reason.split(":")[0]) for row in report.refused] == [
        (4, "mã số sai dạng"),
        (5, "thiếu tên thủ tục"),
        (6, "trùng với dòng 3 trong cùng tệp"),
    ]
    assert ListedProcedure.objects.count() == 1


def test_a_name_under_two_codes_is_worth_a_look() -> None:
    report = imported(BIRTH, (DEATH[0], *BIRTH[1:]))
    assert [row.line for row in report.warnings] == [4]


def test_a_file_of_only_bad_rows_is_not_a_list() -> None:
    imported(BIRTH)
    with pytest.raises(Refused, match="không có dòng thủ tục nào"):
        imported(("x", "y"))
    assert ListedProcedure.objects.get().sources == ["danh-sach"]


def test_a_file_that_breaks_half_way_leaves_nothing() -> None:
    broken = io.BytesIO(b'[{"title": "A"}, {"title": ')
    with pytest.raises(Refused):
        apply_list(SYSTEM, broken, "a.json")
    assert not ListImport.objects.exists()


def test_an_import_needs_the_right_and_leaves_its_trace() -> None:
    with pytest.raises(NotAllowed):
        apply_list(ANONYMOUS, workbook([BIRTH]), "a.xlsx")
    imported(BIRTH)
    entry = AuditEntry.objects.get(action="procedure.list_imported")
    assert entry.data["new"] == 1


def test_the_command_speaks_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "danh-sach.xlsx"
    path.write_bytes(workbook([BIRTH, ("1.1", "Tên")]).getvalue())
    call_command("import_procedures", str(path), "--dry-run", "--format", "json")
    (body,) = json.loads(capsys.readouterr().out)["files"]
    assert body["counts"]["new"] == 1
    assert body["refused"][0]["line"] == 4
    assert not ListedProcedure.objects.exists()


def test_the_command_speaks_to_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "danh-sach.xlsx"
    path.write_bytes(workbook([BIRTH]).getvalue())
    call_command("import_procedures", str(path))
    assert "1 mới, 0 thay đổi" in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, b"hello"])
def test_the_command_fails_on_what_it_cannot_read(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "a.xlsx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=r"a\.xlsx"):
        call_command("import_procedures", str(path))


def test_an_officer_sees_the_dry_run_before_applying(client: Client, it_officer: Any) -> None:
    client.force_login(it_officer)
    upload = SimpleUploadedFile("danh-sach.xlsx", workbook([BIRTH]).getvalue(), BOX)
    answer = client.post("/danh-muc-quoc-gia/", {"file": upload})
    assert answer.status_code == 302, answer.content.decode()
    preview = answer.headers["Location"]
    assert BIRTH[1] in client.get(preview).content.decode()
    assert not ListedProcedure.objects.exists()
    assert client.post(preview).status_code == 302
    assert ListedProcedure.objects.count() == 1
    assert "danh-sach" in client.get("/danh-muc-quoc-gia/").content.decode()


def test_an_unreadable_upload_is_explained_at_the_field(client: Client, it_officer: Any) -> None:
    client.force_login(it_officer)
    upload = SimpleUploadedFile("a.xlsx", b"PK\x03\x04broken", BOX)
    page = client.post("/danh-muc-quoc-gia/", {"file": upload})
    assert page.status_code == 200
    assert "Tệp hỏng" in page.content.decode()


def test_others_cannot_open_the_import(client: Client, citizen: Any) -> None:
    assert client.get("/danh-muc-quoc-gia/").status_code == 302
    client.force_login(citizen)
    assert client.get("/danh-muc-quoc-gia/").status_code == 403


@pytest.mark.realdata
def test_the_portals_own_exports_are_read(real_file: Callable[[str], Path]) -> None:
    total = 0
    for ministry, rows in (("BoCongAn", 339), ("BoTuPhap", 271), ("BoXayDung", 525)):
        name = f"official_lists_xlsx/danh-sach-tthc-{ministry}.xlsx"
        with real_file(name).open("rb") as stream:
            report = apply_list(SYSTEM, stream, name)
        assert (len(report.new), report.refused) == (rows, [])
        total += rows
    assert ListedProcedure.objects.count() == total
    assert ListedProcedure.objects.get(code="1.001193").procedure is not None


@pytest.mark.realdata
def test_parsed_records_are_held_against_the_exports(real_file: Callable[[str], Path]) -> None:
    for name in (
        "official_lists_xlsx/danh-sach-tthc-BoTuPhap.xlsx",
        "commune_level_procedures_parsed.jsonl.gz",
        "dvcqg_2021_structured_7sins.json",
    ):
        with real_file(name).open("rb") as stream:
            report = apply_list(SYSTEM, stream, name)
    assert [row.line for row in report.refused] == [6, 41]
    row = ListedProcedure.objects.get(code="1.002544")
    assert row.name == "Hợp nhất công ty luật nước ngoài"


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'[{"title": ' + b"9" * 5000 + b"}]",
        b'{"ma_thu_tuc": ' + b"[" * 100_000,
        b'{"ma_thu_tuc": ' + b"9" * 5000 + b"}",
        gzip.compress(b" " * 70_000_000, 9),
        gzip.compress(b"[" + b"0," * 15_000_000, 1),
        gzip.compress(b'{"ma_thu_tuc": "' + b"x" * 5_000_000, 9),
    ],
    ids=["deep", "number", "deep line", "number in line", "blanks", "array", "line"],
)
def test_a_file_made_to_hurt_is_refused_in_words_and_soon(content: bytes) -> None:
    with pytest.raises(Refused):
        preview_list(io.BytesIO(content), "danh-sach.json")


def test_a_workbook_that_grows_past_all_lists_is_refused() -> None:
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as parts:
        parts.writestr("xl/sharedStrings.xml", b"<si><t>a</t></si>" * 1_500_000)
    packed.seek(0)
    with pytest.raises(Refused, match="quá lớn"):
        preview_list(packed, "danh-sach.xlsx")
