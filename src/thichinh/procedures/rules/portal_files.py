"""The files in which the national portal's list of procedures reaches an authority.

Three kinds are read, told apart by their first bytes: the portal's own Excel export (title above,
header on row 2) and records parsed from its pages (JSON lines, gz or not) are streamed row by row;
a JSON array of 2021 without codes, and records laid out over several lines, are read at once. A file
that cannot be read is Refused as a whole, with what to do about it.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import IO, Any, NamedTuple, TypeVar, cast
from zipfile import BadZipFile, ZipFile

import openpyxl
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException

from thichinh.foundation.errors import Refused
from thichinh.foundation.text import fold, nfc

T = TypeVar("T")
RawRow = tuple[int, Mapping[str, Any]]
"""Line (or record) number in the file, and the cells by our names."""

LARGEST_UNPACKED = 60_000_000
"""Bytes that a file may grow to; the portal's largest lists are a tenth of that."""
LARGEST_ARRAY = LARGEST_STRINGS = 20_000_000
"""Bytes of what has to be in memory at once: a JSON array, the shared strings of a workbook."""
LONGEST_LINE = 4_000_000
CHUNK = 1024 * 1024
_MERGE = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^>]{0,40}?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"'
)
HEADER_WITHIN = 20
COLUMNS = {
    "ma so": "code",
    "ma": "code",
    "ma thu tuc": "code",
    "ten": "name",
    "ten thu tuc": "name",
    "co quan ban hanh": "issuer",
    "co quan thuc hien": "agency",
    "linh vuc": "field_name",
}
PARSED_KEYS = {
    "ma_thu_tuc": "code",
    "ten_thu_tuc": "name",
    "linh_vuc": "field_name",
    "co_quan_thuc_hien": "agency",
}
RECORD_KEYS = {"title": "name", "Cơ quan thực hiện": "agency"}
_TOO_LARGE = gettext_lazy("Tệp quá lớn sau khi giải nén. Hãy chia thành nhiều tệp.")
NOTHING_SAID = "khong co thong tin"
CODE_KEY = "ma_thu_tuc"
ODS, XLSB = "OpenDocument (.ods)", "Excel (.xlsb)"
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
"""The first bytes of Office files of before 2007, and of new ones that ask for a password."""
_BROKEN = gettext_lazy("Tệp hỏng hoặc không phải tệp của Cổng dịch vụ công. Hãy tải lại tệp.")
_BROKEN_BOOK = gettext_lazy(
    "Tệp Excel bị cắt mất một phần hoặc bị hỏng. Hãy tải lại tệp, hoặc mở tệp bằng Excel rồi lưu lại "
    "thành .xlsx."
)
_WITH_PASSWORD = gettext_lazy(
    "Tệp Excel có mật khẩu. Hãy mở tệp, bỏ mật khẩu (Tệp → Thông tin → Bảo vệ sổ làm việc → Mã hoá bằng "
    "mật khẩu, xoá trống), lưu lại rồi nhập."
)
_OLD_EXCEL = gettext_lazy(
    "Tệp Excel kiểu cũ (.xls). Hãy mở bằng Excel hoặc LibreOffice, chọn Lưu thành (Save as) .xlsx rồi "
    "nhập tệp mới."
)
_SAVE_AS_XLSX = gettext_lazy(
    "Tệp %(kind)s không phải danh mục đọc được ở đây. Hãy mở bằng Excel hoặc LibreOffice, chọn Lưu thành "
    "(Save as) .xlsx rồi nhập tệp mới."
)
_A_PACKAGE = gettext_lazy(
    "Tệp nén này không chứa sổ Excel. Hãy giải nén rồi nhập từng tệp .xlsx hoặc .jsonl ở trong."
)
_NO_LIST = gettext_lazy(
    "Tệp này không phải Excel (.xlsx), JSON hay JSON lines của Cổng dịch vụ công. Hãy tải tệp Excel từ "
    "trang danh mục thủ tục của Cổng."
)


class Merged(NamedTuple):
    """An area of merged cells: its columns from 0 on, its last row from 1 on."""

    left: int
    right: int
    bottom: int


Above = dict[int, tuple[int, int, Any]]
"""For a column: first and last row of the merged cells last met there, and what they say."""


@dataclass(frozen=True)
class PortalFile:
    """One list: its name (the file's, without dates and endings), nature and rows."""

    source: str
    is_official: bool
    has_codes: bool
    rows: Iterator[RawRow]


def open_portal_file(stream: IO[bytes], name: str) -> PortalFile:
    """Recognise a list and read it lazily. Raises Refused, also later while rows are read."""
    start = stream.read(8)
    stream.seek(0)
    source = source_name(name)
    if start.startswith(b"PK"):
        return PortalFile(source, True, True, _guarded(_excel_rows(stream), _BROKEN_BOOK))
    if start == OLD_OFFICE:
        raise Refused(_WITH_PASSWORD if _has_password(stream) else _OLD_EXCEL)
    packed = start.startswith(b"\x1f\x8b")
    text = _Bounded(cast(IO[bytes], gzip.GzipFile(fileobj=stream)) if packed else stream)
    if _is_laid_out(text):
        records = list(_guarded(_records(text)))
        has_codes = any(isinstance(one, dict) and CODE_KEY in one for one in records)
        keys = PARSED_KEYS if has_codes else RECORD_KEYS
        rows = ((number, _renamed(one, keys)) for number, one in enumerate(records, 1))
        return PortalFile(source, False, has_codes, rows)
    return PortalFile(source, False, True, _guarded(_line_rows(text)))


def source_name(name: str) -> str:
    """`danh-sach-tthc-BoTuPhap (2).xlsx` and next month's file are the same list."""
    stem = nfc(PurePath(name.replace("\\", "/")).name).split(".")[0]
    return re.sub(r"[\s_-]*(\(\d+\)|\d{6,8})$", "", stem)[:255] or "danh-sach"


def _guarded(rows: Iterator[T], broken: Promise = _BROKEN) -> Iterator[T]:
    """What readers of broken files raise, as one sentence for the person who sent the file."""
    try:
        yield from rows
    except (BadZipFile, InvalidFileException, KeyError, OSError, EOFError, zlib.error) as error:
        raise Refused(broken) from error
    except (ValueError, RecursionError) as error:  # no JSON, too deep, a number without end
        raise Refused(
            _("Không đọc được tệp: cần JSON nguyên vẹn, viết bằng UTF-8. Hãy tải lại tệp.")
        ) from error


class _Bounded:
    """A stream, packed or not, of which nobody reads more than a list can be."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._left = LARGEST_UNPACKED

    def rewind(self) -> None:
        self._stream.seek(0)
        self._left = LARGEST_UNPACKED

    def read(self, size: int) -> bytes:
        return self._counted(self._stream.read(size))

    def lines(self) -> Iterator[bytes]:
        while line := self._counted(self._stream.readline(LONGEST_LINE)):
            if len(line) == LONGEST_LINE:
                raise Refused(_TOO_LARGE)
            yield line

    def _counted(self, block: bytes) -> bytes:
        self._left -= len(block)
        if self._left < 0:
            raise Refused(_TOO_LARGE)
        return block


def _is_laid_out(stream: _Bounded) -> bool:
    """JSON over several lines, an array or objects, and not one record a line. Raises Refused."""
    try:
        start, block = b"", b" "
        while block and not start:
            block = stream.read(65536)
            start = block.lstrip(b"\xef\xbb\xbf \t\r\n\v\f")
    except (OSError, EOFError, zlib.error) as error:
        raise Refused(_("Tệp nén bị hỏng. Hãy tải lại tệp.")) from error
    stream.rewind()
    if start[:1] not in (b"[", b"{"):
        raise Refused(_not_a_list(block))
    return start[:1] == b"[" or start.split(b"\n", 1)[0].strip() == b"{"


def _not_a_list(start: bytes) -> str:
    """What to do with a file that is neither JSON nor a workbook, told by how it begins."""
    if not start:
        return _("Tệp trống. Hãy tải lại tệp.")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _("Tệp viết bằng UTF-16. Hãy lưu lại bằng UTF-8, hoặc thành .xlsx, rồi nhập.")
    if start.startswith(b"%PDF"):
        return str(_SAVE_AS_XLSX) % {"kind": "PDF"}
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return str(_SAVE_AS_XLSX) % {"kind": "HTML/XML"}
    first = start.split(b"\n", 1)[0]
    if b"\x00" not in start and any(mark in first for mark in (b",", b";", b"\t")):
        return str(_SAVE_AS_XLSX) % {"kind": "CSV"}
    return str(_NO_LIST)


def _has_password(stream: IO[bytes]) -> bool:
    """A workbook under a password is a package of that name inside an old Office file."""
    return "EncryptedPackage".encode("utf-16-le") in stream.read(LARGEST_UNPACKED)


def _excel_rows(stream: IO[bytes]) -> Iterator[RawRow]:
    _refuse_other_packages(stream)
    book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    hidden = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # some exports declare a wrong extent
        rows = enumerate(sheet.iter_rows(values_only=True), 1)
        header = next(filter(None, map(_header, islice(rows, HEADER_WITHIN))), None)
        if header is not None and sheet.sheet_state != "visible":
            hidden.append(sheet.title)
        elif header is not None:
            yield from _sheet_rows(rows, header, _merged(stream, vars(sheet)["_worksheet_path"]))
            return
    if hidden:
        raise Refused(
            _(
                "Danh mục nằm trong trang tính đang ẩn “%(sheet)s”, nên chưa nhập gì. Hãy bỏ ẩn trang ấy "
                "(bấm chuột phải vào tên trang → Bỏ ẩn), xem lại, lưu rồi nhập."
            )
            % {"sheet": hidden[0]}
        )
    raise Refused(
        _(
            "Không thấy hàng tiêu đề (Mã số, Tên, Cơ quan ban hành, Cơ quan thực hiện, Lĩnh vực). "
            "Hãy tải lại tệp Excel từ Cổng dịch vụ công."
        )
    )


def _merged(stream: IO[bytes], sheet: str) -> dict[int, set[Merged]]:
    """Areas of merged cells by their first row. Reading row by row, openpyxl does not tell them."""
    found: dict[int, set[Merged]] = {}
    with ZipFile(stream) as parts, parts.open(sheet.lstrip("/")) as content:
        before = b""
        while block := content.read(CHUNK):
            for match in _MERGE.finditer(before + block):
                left, top, right, bottom = (part.decode() for part in match.groups())
                columns = column_index_from_string(left) - 1, column_index_from_string(right) - 1
                area = Merged(*columns, int(bottom))
                found.setdefault(int(top), set()).add(area)  # met twice at the seam of two blocks
            before = (before + block)[-100:]
    return found


def _refuse_other_packages(stream: IO[bytes]) -> None:
    """A zip that is no workbook, or grows past what a list can be."""
    with ZipFile(stream) as parts:
        sizes = {part.filename: part.file_size for part in parts.infolist()}
        told = parts.read("mimetype")[:100] if sizes.get("mimetype", 101) <= 100 else b""
    stream.seek(0)
    strings = max((n for name, n in sizes.items() if "sharedstrings" in name.lower()), default=0)
    if sum(sizes.values()) > LARGEST_UNPACKED or strings > LARGEST_STRINGS:
        raise Refused(_TOO_LARGE)
    if told.startswith(b"application/vnd.oasis.opendocument"):
        raise Refused(str(_SAVE_AS_XLSX) % {"kind": ODS})
    if "xl/workbook.bin" in sizes:
        raise Refused(str(_SAVE_AS_XLSX) % {"kind": XLSB})
    if "[Content_Types].xml" not in sizes or any(name.startswith("word/") for name in sizes):
        raise Refused(_A_PACKAGE)


def _header(row: tuple[int, tuple[Any, ...]]) -> dict[int, str] | None:
    """Which column holds what; None for a row that is not the header."""
    found = {
        position: COLUMNS[title]
        for position, cell in enumerate(row[1])
        if isinstance(cell, str) and (title := fold(cell)) in COLUMNS
    }
    return found if {"code", "name"} <= set(found.values()) else None


def _sheet_rows(
    rows: Iterator[tuple[int, tuple[Any, ...]]],
    header: dict[int, str],
    merged: Mapping[int, set[Merged]],
) -> Iterator[RawRow]:
    above: Above = {}
    for line, cells in rows:
        row = {name: cells[place] for place, name in header.items() if place < len(cells)}
        glued = False
        for area in merged.get(line, ()):
            columns = [place for place in header if area.left <= place <= area.right]
            glued = glued or len(columns) > 1
            for place in columns:
                value = cells[area.left] if area.left < len(cells) else None
                above[place] = (line, area.bottom, value)
        if not any(value not in (None, "") for value in row.values()):
            continue
        yield line, _filled(line, row, header, above, glued)


def _filled(
    line: int, row: dict[str, Any], header: dict[int, str], above: Above, glued: bool
) -> dict[str, Any]:
    """A row with what merged cells say of it. A code or name belongs to one row and one column."""
    if glued:
        reason = _("ô bị gộp ngang nhiều cột; hãy bỏ gộp (Unmerge) rồi ghi từng ô")
        return {"unreadable": reason}
    for place, name in header.items():
        first, last, value = above.get(place, (line, 0, None))
        if first < line <= last:
            if name in ("code", "name"):
                reason = _("ô mã số hoặc tên bị gộp với dòng %(line)s; hãy bỏ gộp (Unmerge)")
                return {"unreadable": reason % {"line": first}}
            row[name] = value
    return row


def _line_rows(stream: _Bounded) -> Iterator[RawRow]:
    for line, text in enumerate(stream.lines(), 1):
        if text.strip():
            yield line, _renamed(_loaded(text, line), PARSED_KEYS)


def _loaded(text: bytes, line: int) -> Any:
    try:
        return json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # no UTF-8, no JSON, too deep, a number without end
        return {"unreadable": _("dòng %(line)s không phải JSON") % {"line": line}}


def _records(stream: _Bounded) -> Iterator[Any]:
    content = stream.read(LARGEST_ARRAY + 1)
    if len(content) > LARGEST_ARRAY:
        raise Refused(_TOO_LARGE)
    text, at = content.decode("utf-8-sig").strip(), 0
    while at < len(text):
        value, at = json.JSONDecoder().raw_decode(text, at)
        yield from value if isinstance(value, list) else [value]
        at = len(text) - len(text[at:].lstrip()) if text[at : at + 1].isspace() else at


def _renamed(record: Any, keys: Mapping[str, str]) -> Mapping[str, Any]:
    if not isinstance(record, dict):
        return {"unreadable": _("bản ghi không phải là một đối tượng JSON")}
    if "unreadable" in record:
        return record
    return {ours: _said(record.get(theirs)) for theirs, ours in keys.items()}


def _said(value: Any) -> Any:
    return None if isinstance(value, str) and fold(value) == NOTHING_SAID else value
