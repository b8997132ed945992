"""A list as a file: CSV and XLSX, written row by row, so that its length costs no memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.html import strip_tags
from django.utils.safestring import SafeData
from django.utils.translation import gettext as _

from thichinh.foundation.clock import ZONE, today
from thichinh.foundation.errors import Refused
from thichinh.foundation.listing.declaring import Column, Listing
from thichinh.foundation.text import vn_date, vn_datetime

CHUNK = 2000
MOST_ROWS = 1_000_000
"""What one sheet holds, with its heading and a note."""
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def exported(listing: Listing[Any], rows: Any, kind: str) -> HttpResponseBase:
    """The file of everything the list holds now. Raises Refused for a kind that we do not write."""
    writers: dict[str, Callable[[Listing[Any], Iterable[Any]], HttpResponseBase]] = {
        "csv": _csv,
        "xlsx": _xlsx,
    }
    if kind not in writers:
        raise Refused(_("Chỉ xuất được tệp CSV hoặc XLSX."))
    answer = writers[kind](listing, rows.iterator(chunk_size=CHUNK))
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{listing.code}-{today():%Y%m%d}.{kind}"'
    )
    return answer


def _columns(listing: Listing[Any]) -> list[Column[Any]]:
    return [column for column in listing.columns if column.only != "page"]


def plain(value: Any) -> Any:
    """A value as a cell of a file: numbers stay numbers, instants lose their zone, markup its tags."""
    match value:
        case None:
            return ""
        case float() | Decimal() if not isfinite(value):
            return str(value)
        case bool() | int() | float() | Decimal() | date():
            return value
        case SafeData():
            return strip_tags(
                str(value)
            ).strip()  # markup of ours; what people wrote stays as it is
        case _:
            return str(value).strip()


def _csv(listing: Listing[Any], rows: Iterable[Any]) -> HttpResponseBase:
    """UTF-8 with a mark, so that spreadsheets read the Vietnamese; no cell begins a formula."""
    return StreamingHttpResponse(_csv_lines(listing, rows), content_type="text/csv; charset=utf-8")


def _csv_lines(listing: Listing[Any], rows: Iterable[Any]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([str(column.label) for column in _columns(listing)])
    for row in rows:
        writer.writerow([_harmless(plain(c.exported(row))) for c in _columns(listing)])
        if buffer.tell() > 1 << 16:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _harmless(value: Any) -> Any:
    """As text; a text that a spreadsheet would run as a formula gets an apostrophe."""
    match value:
        case datetime():
            return vn_datetime(value)
        case date():
            return vn_date(value)
        case str() if value.startswith(_STARTS_A_FORMULA):
            return f"'{value}"
        case _:
            return value


def _xlsx(listing: Listing[Any], rows: Iterable[Any]) -> HttpResponseBase:
    file = TemporaryFile()  # noqa: SIM115  # the response closes it when it was sent
    _write_sheet(file, listing, rows)
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, content_type=kind)


def _write_sheet(file: IO[bytes], listing: Listing[Any], rows: Iterable[Any]) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(sheet_name(str(listing.title)))
        bold = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        moment = book.add_format({"num_format": "hh:mm dd/mm/yyyy"})
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(_columns(listing)):
            sheet.set_column(place, place, 14 if column.is_number else 28)
            sheet.write_string(0, place, str(column.label), bold)
        for line, row in enumerate(rows, start=1):
            if line > MOST_ROWS:
                note = _("Danh sách còn dài hơn: trang tính chỉ chứa được đến đây. Hãy xuất CSV.")
                sheet.write_string(line, 0, note, bold)
                break
            for place, column in enumerate(_columns(listing)):
                _write_cell(sheet, line, place, plain(column.exported(row)), day, moment)


def sheet_name(title: str) -> str:
    """A title as the name of a sheet: at most 31 characters, none that spreadsheets forbid."""
    allowed = "".join("-" if letter in "[]:*?/\\" else letter for letter in title)
    return allowed[:31].strip("' ") or "1"


def _write_cell(sheet: Any, line: int, place: int, value: Any, day: Any, moment: Any) -> None:
    match value:
        case datetime():
            sheet.write_datetime(line, place, value.astimezone(ZONE).replace(tzinfo=None), moment)
        case date():
            sheet.write_datetime(line, place, value, day)
        case bool() | int() | float() | Decimal():
            sheet.write(line, place, value)
        case _:
            sheet.write_string(line, place, str(value)[:32_767])
