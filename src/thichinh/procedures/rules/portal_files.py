"""The files in which the national portal's list of procedures reaches an authority.

Three kinds are read, told apart by their first bytes and streamed row by row: the portal's own
Excel export (title above, header on row 2), records parsed from its pages (JSON lines, gz or
not), and a JSON array of 2021 without codes. A file that cannot be read is Refused as a whole.
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
from typing import IO, Any, cast
from zipfile import BadZipFile, ZipFile

import openpyxl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.utils.exceptions import InvalidFileException

from thichinh.foundation.errors import Refused
from thichinh.foundation.text import fold, nfc

RawRow = tuple[int, Mapping[str, Any]]
"""Line (or record) number in the file, and the cells by our names."""

LARGEST_UNPACKED = 60_000_000
"""Bytes that a file may grow to; the portal's largest lists are a tenth of that."""
LARGEST_ARRAY = LARGEST_STRINGS = 20_000_000
"""Bytes of what has to be in memory at once: a JSON array, the shared strings of a workbook."""
LONGEST_LINE = 4_000_000
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


@dataclass(frozen=True)
class PortalFile:
    """One list: its name (the file's, without dates and endings), nature and rows."""

    source: str
    is_official: bool
    has_codes: bool
    rows: Iterator[RawRow]


def open_portal_file(stream: IO[bytes], name: str) -> PortalFile:
    """Recognise a list and read it lazily. Raises Refused, also later while rows are read."""
    start = stream.read(4)
    stream.seek(0)
    source = source_name(name)
    if start.startswith(b"PK"):
        return PortalFile(source, True, True, _guarded(_excel_rows(stream)))
    packed = start.startswith(b"\x1f\x8b")
    text = _Bounded(cast(IO[bytes], gzip.GzipFile(fileobj=stream)) if packed else stream)
    if _first_byte(text) == b"[":
        return PortalFile(source, False, False, _guarded(_array_rows(text)))
    return PortalFile(source, False, True, _guarded(_line_rows(text)))


def source_name(name: str) -> str:
    """`danh-sach-tthc-BoTuPhap (2).xlsx` and next month's file are the same list."""
    stem = nfc(PurePath(name.replace("\\", "/")).name).split(".")[0]
    return re.sub(r"[\s_-]*(\(\d+\)|\d{6,8})$", "", stem)[:255] or "danh-sach"


def _guarded(rows: Iterator[RawRow]) -> Iterator[RawRow]:
    """What readers of broken files raise, as one sentence for the person who sent the file."""
    try:
        yield from rows
    except (BadZipFile, InvalidFileException, KeyError, OSError, EOFError, zlib.error) as error:
        raise Refused(
            _("Tệp hỏng hoặc không phải tệp của Cổng dịch vụ công. Hãy tải lại tệp.")
        ) from error
    except (ValueError, RecursionError) as error:  # no JSON, too deep, a number without end
        raise Refused(_("Không đọc được tệp: cần JSON viết bằng UTF-8.")) from error


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


def _first_byte(stream: _Bounded) -> bytes:
    try:
        byte, block = b"", b" "
        while block and not byte:
            block = stream.read(65536)
            byte = block.lstrip(b"\xef\xbb\xbf \t\r\n\v\f")[:1]
    except (OSError, EOFError, zlib.error) as error:
        raise Refused(_("Tệp nén bị hỏng. Hãy tải lại tệp.")) from error
    stream.rewind()
    if byte not in (b"[", b"{"):
        raise Refused(
            _("Tệp này không phải Excel (.xlsx), JSON hay JSON lines của Cổng dịch vụ công.")
        )
    return byte


def _excel_rows(stream: IO[bytes]) -> Iterator[RawRow]:
    _refuse_bomb(stream)
    book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # some exports declare a wrong extent
        rows = enumerate(sheet.iter_rows(values_only=True), 1)
        header = next(filter(None, map(_header, islice(rows, HEADER_WITHIN))), None)
        if header is not None:
            yield from _sheet_rows(rows, header)
            return
    raise Refused(
        _(
            "Không thấy hàng tiêu đề (Mã số, Tên, Cơ quan ban hành, Cơ quan thực hiện, Lĩnh vực). "
            "Hãy tải lại tệp Excel từ Cổng dịch vụ công."
        )
    )


def _refuse_bomb(stream: IO[bytes]) -> None:
    with ZipFile(stream) as parts:
        sizes = {part.filename: part.file_size for part in parts.infolist()}
    stream.seek(0)
    strings = max((n for name, n in sizes.items() if "sharedstrings" in name.lower()), default=0)
    if sum(sizes.values()) > LARGEST_UNPACKED or strings > LARGEST_STRINGS:
        raise Refused(_TOO_LARGE)


def _header(row: tuple[int, tuple[Any, ...]]) -> dict[int, str] | None:
    """Which column holds what; None for a row that is not the header."""
    found = {
        position: COLUMNS[title]
        for position, cell in enumerate(row[1])
        if isinstance(cell, str) and (title := fold(cell)) in COLUMNS
    }
    return found if {"code", "name"} <= set(found.values()) else None


def _sheet_rows(
    rows: Iterator[tuple[int, tuple[Any, ...]]], header: dict[int, str]
) -> Iterator[RawRow]:
    for line, cells in rows:
        row = {name: cells[place] for place, name in header.items() if place < len(cells)}
        if any(value not in (None, "") for value in row.values()):
            yield line, row


def _line_rows(stream: _Bounded) -> Iterator[RawRow]:
    for line, text in enumerate(stream.lines(), 1):
        if text.strip():
            yield line, _renamed(_loaded(text, line), PARSED_KEYS)


def _loaded(text: bytes, line: int) -> Any:
    try:
        return json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # no UTF-8, no JSON, too deep, a number without end
        return {"unreadable": _("dòng %(line)s không phải JSON") % {"line": line}}


def _array_rows(stream: _Bounded) -> Iterator[RawRow]:
    content = stream.read(LARGEST_ARRAY + 1)
    if len(content) > LARGEST_ARRAY:
        raise Refused(_TOO_LARGE)
    records = json.loads(content.decode("utf-8-sig"))
    for number, record in enumerate(records, 1):
        yield number, _renamed(record, RECORD_KEYS)


def _renamed(record: Any, keys: Mapping[str, str]) -> Mapping[str, Any]:
    if not isinstance(record, dict):
        return {"unreadable": _("bản ghi không phải là một đối tượng JSON")}
    if "unreadable" in record:
        return record
    return {ours: _said(record.get(theirs)) for theirs, ours in keys.items()}


def _said(value: Any) -> Any:
    return None if isinstance(value, str) and fold(value) == NOTHING_SAID else value
