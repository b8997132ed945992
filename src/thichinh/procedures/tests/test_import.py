"""Importing the national list: first what would change, then exactly that."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
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
    answer = client.post("/danh-muc-quoc-gia/nhap/", {"file": upload})
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
    page = client.post("/danh-muc-quoc-gia/nhap/", {"file": upload})
    assert page.status_code == 422
    assert "bị hỏng" in page.content.decode()


def test_the_list_of_imports_pages_sorts_and_leaves_as_a_file(
    client: Client, it_officer: Any, django_assert_num_queries: Any
) -> None:
    client.force_login(it_officer)
    assert "Chưa nhập danh mục nào" in client.get("/danh-muc-quoc-gia/").content.decode()
    first = datetime(2022, 3, 1, tzinfo=UTC)
    ListImport.objects.bulk_create(
        ListImport(source=f"tệp-{n:02}", sha256="0" * 64, at=first + timedelta(days=n), added=1234)
        for n in range(51)
    )
    page = client.get("/danh-muc-quoc-gia/").content.decode()
    assert "1.234" in page
    assert "tệp-50" in page
    assert "tệp-00" not in page
    assert "tệp-50" not in client.get("/danh-muc-quoc-gia/?sort=at").content.decode()
    lines = b"".join(client.get("/danh-muc-quoc-gia/?format=csv")).decode().splitlines()
    assert len(lines) == 52
    assert ",1234," in lines[1]
    with django_assert_num_queries(5):  # session, count, rows, kept views, bell
        client.get("/danh-muc-quoc-gia/")


def test_others_cannot_open_the_import(client: Client, citizen: Any) -> None:
    assert client.get("/danh-muc-quoc-gia/nhap/").status_code == 302
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


def packed(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with ZipFile(stream, "w") as box:
        for name, content in parts.items():
            box.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


OLD = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (OLD + b"\0" * 600, "Excel kiểu cũ (.xls)"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "bỏ mật khẩu"),
        (packed(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument (.ods)"),
        (packed(xl__workbook_dot_bin=b""), ".xlsb"),
        (packed(a_dot_xlsx=b"x"), "giải nén"),
        (packed(word__document_dot_xml=b"x"), "giải nén"),
        (workbook([BIRTH]).getvalue()[:3000], "bị cắt mất một phần"),
        (workbook([BIRTH]).getvalue()[:-30], "bị cắt mất một phần"),
        ("Mã số;Tên\n1.001193;Khai sinh\n".encode(), "Tệp CSV"),
        ("Mã số\tTên\n".encode(), "Tệp CSV"),
        ("Mã số,Tên\n".encode("utf-16"), "UTF-16"),
        (b"<html><table></table>", "HTML"),
        (b"%PDF-1.7", "PDF"),
        (b"", "Tệp trống"),
        (b" \n", "Tệp trống"),
        (b"\x89PNG\r\n", "không phải Excel (.xlsx)"),
        (b'[\n {"title": "A"},\n {"tit', "nguyên vẹn"),
        (b'{\n  "ma_thu_tuc": "1.00', "nguyên vẹn"),
    ],
)
def test_a_file_of_another_kind_says_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(Refused) as refused:
        preview_list(io.BytesIO(content), "danh-sach")
    assert said in refused.value.message
    assert "Hãy" in refused.value.message


def test_a_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Hãy nêu từng tệp"):
        call_command("import_procedures", str(tmp_path))


@pytest.mark.parametrize("as_array", [True, False])
def test_records_laid_out_over_lines_are_read_as_those_of_one_line_each(as_array: bool) -> None:
    records = [
        {"ma_thu_tuc": code, "ten_thu_tuc": name, "co_quan_thuc_hien": "Xã"}
        for code, name, *_ in (BIRTH, DEATH)
    ]
    text = "\n".join(json.dumps(one, indent=2) for one in records)
    laid_out = json.dumps(records, indent=2) if as_array else text
    report = apply_list(SYSTEM, io.BytesIO(laid_out.encode()), "a.json")
    assert (report.counts["new"], report.counts["refused"]) == (2, 0)
    assert {row.code for row in ListedProcedure.objects.all()} == {BIRTH[0], DEATH[0]}
    again = preview_list(lines(*records), "a.jsonl")
    assert again.unchanged == 2


def reworked(change: Callable[[Any], None], *rows: Any) -> io.BytesIO:
    book = openpyxl.load_workbook(workbook(rows))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def test_a_hidden_sheet_is_not_imported_and_said() -> None:
    def hide(book: Any) -> None:
        book.active.title = "Nháp"
        book.active.sheet_state = "hidden"
        book.create_sheet("Bìa")

    with pytest.raises(Refused, match="trang tính đang ẩn “Nháp”"):
        preview_list(reworked(hide, BIRTH), "a.xlsx")


def test_a_list_beside_a_hidden_one_is_the_one_imported() -> None:
    def add(book: Any) -> None:
        shown = book.copy_worksheet(book.active)
        shown["A3"], shown["B3"] = DEATH[:2]
        book.worksheets[0].sheet_state = "veryHidden"

    report = preview_list(reworked(add, BIRTH), "a.xlsx")
    assert [planned.row.code for planned in report.new] == [DEATH[0]]


def test_merged_cells_are_filled_or_said_and_never_passed_over() -> None:
    third = ("1.000689", "Thủ tục đăng ký lại", "Bộ Tư pháp", "Xã", "Khác")

    def merge(book: Any) -> None:
        for area in ("A1:E1", "C3:C5", "E3:E4", "B5:B6", "A7:B7", "D8:E8"):
            book.active.merge_cells(area)

    rows = (BIRTH, DEATH, third, third, third, third)
    report = preview_list(reworked(merge, *rows), "a.xlsx")
    got = {planned.row.code: planned.row for planned in report.new}
    assert [got[code].issuer for code in (BIRTH[0], DEATH[0], third[0])] == ["Bộ Tư pháp"] * 3
    assert got[DEATH[0]].field_name == BIRTH[4]
    assert [row.line for row in report.refused] == [6, 7, 8]
    assert "gộp với dòng 5" in report.refused[0].reason
    assert "gộp ngang" in report.refused[1].reason
