"""Rows of a delimited text file, one physical line at a time, each bad row named and passed over.

A quote that never closes costs its own line only: the lines it swallowed are read again.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from operator import itemgetter
from typing import TextIO
from unicodedata import is_normalized

from thichinh.caselogs.rules.mapping import CsvOptions
from thichinh.caselogs.rules.refusals import Bad, Fault
from thichinh.caselogs.rules.sources import Needs, shown
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import nfc

BLANK, REPEATED = "blank_lines", "repeated_headers"
MAX_LINE = 1 << 20
MAX_RECORD_LINES = 1000
_ESCAPED = re.compile("[\udc80-\udcff\ufffd]")
Refuse = Callable[[Bad], None]
Skip = Callable[[str], None]
"""Told why a row that is no fault is passed over."""
Row = tuple[int, Sequence[str], Sequence[str]]
"""Line, the values a mapping needs (in its order), everything the row says."""


class _Unclosed(Exception):
    """A record went on for too many lines, or to the end of the file."""


class _TooLong(Exception):
    """A physical line is longer than any row may be."""


class _Lines:
    """Hands physical lines to csv.reader and remembers which ones the present record took."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._back: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MAX_RECORD_LINES:
            raise _Unclosed
        again = bool(self._back)
        line = self._back.popleft() if again else self._stream.readline(MAX_LINE)
        if not line:
            raise _Unclosed if self.taken else StopIteration
        self.number += 1
        self.taken.append(line)
        if len(line) == MAX_LINE and line[-1] not in "\r\n":
            if not again:
                self._swallow_rest()
            raise _TooLong
        return line

    def skip(self) -> None:
        """Pass one line over, whatever it holds."""
        self.begin_record()
        with suppress(_TooLong):
            next(self, None)

    def _swallow_rest(self) -> None:
        while (more := self._stream.readline(MAX_LINE)) and more[-1] not in "\r\n":
            pass

    def begin_record(self) -> int:
        self.taken.clear()
        return self.number + 1

    def give_back_all_but_first(self) -> None:
        again = self.taken[1:]
        self._back.extendleft(reversed(again))
        self.number -= len(again)


def read_csv(
    stream: TextIO, options: CsvOptions, needs: Needs, refuse: Refuse, skip: Skip
) -> Iterator[Row]:
    """Good rows of the file. Raises Refused when the header lacks a column the mapping names."""
    csv.field_size_limit(MAX_LINE)
    lines = _Lines(stream)
    for _ in range(options.skip_lines):
        lines.skip()
    lines.begin_record()
    titles, delimiter = _header(lines, options, skip)
    header = [nfc(title).strip() for title in titles]
    places = needs.positions(header)
    pick = _picker(places)
    for line, row in _records(lines, delimiter, options.quote, len(header), refuse):
        if not any(map(str.strip, row)):
            skip(BLANK)
            continue
        if row in (titles, header):
            skip(REPEATED)
            continue
        try:
            composed = _check(lines.taken, row, header)
        except Fault as fault:
            refuse(fault.at(line))
            continue
        if not composed:
            row = [nfc(value) for value in row]
        yield line, pick(row), row


def _picker(places: Sequence[int]) -> Callable[[Sequence[str]], Sequence[str]]:
    if len(places) < 2:
        return lambda row: [row[place] for place in places]
    return itemgetter(*places)


def _header(lines: _Lines, options: CsvOptions, skip: Skip) -> tuple[list[str], str]:
    if not options.header:
        first = options.columns
        if options.delimiter == "auto":
            raise Refused("Khoá csv.delimiter: tệp không có dòng tiêu đề thì phải nêu dấu ngăn.")
        return list(first), _delimiter(options.delimiter, "")
    line = _next_filled(lines, skip)
    delimiter = options.delimiter
    if line.lower().startswith("sep=") and delimiter == "auto":  # as spreadsheets write it
        delimiter, line = line[4:5], _next_filled(lines, skip)
    if not line:
        raise Refused("Tệp nhật ký trống: không có dòng tiêu đề.")
    delimiter = _delimiter(delimiter, line)
    if _ESCAPED.search(line):
        raise Refused(
            f"Khoá csv.encoding: dòng tiêu đề không đọc được theo bảng mã {options.encoding}. "
            "Hãy nêu bảng mã của tệp, ví dụ latin-1, cp1252, cp1258, utf-16."
        )
    reader = csv.reader([line], delimiter=delimiter, quotechar=options.quote, strict=True)
    try:
        return next(reader), delimiter
    except csv.Error as error:
        raise Refused(
            f"Dòng {lines.number} (tiêu đề): dấu nháy mở mà không đóng. Hãy sửa dòng tiêu đề, hoặc "
            "nêu dấu nháy của tệp ở khoá csv.quote."
        ) from error


def _next_filled(lines: _Lines, skip: Skip) -> str:
    while True:
        lines.begin_record()
        try:
            line = next(lines, "")
        except _TooLong as error:
            raise Refused(
                f"Dòng {lines.number} phải là tiêu đề nhưng dài quá {MAX_LINE} ký tự."
            ) from error
        if not line or line.strip():
            return line
        skip(BLANK)


def _delimiter(wanted: str, line: str) -> str:
    if wanted == "tab":
        return "\t"
    if wanted != "auto":
        return wanted
    return max(",;\t|", key=line.count)


def _records(
    lines: _Lines, delimiter: str, quote: str, width: int, refuse: Refuse
) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter, quotechar=quote, strict=True)
    while True:
        first = lines.begin_record()
        try:
            row = next(reader, None)
        except _Unclosed:
            row = []
            fault = Fault("unclosed-quote")
        except _TooLong:
            row = []
            fault = Fault("too-long", limit=MAX_LINE)
        except csv.Error as error:
            row = []
            long = "field limit" in str(error)
            fault = Fault("too-long", limit=MAX_LINE) if long else Fault("unclosed-quote")
        else:
            if row is None:
                return
            if not row or not any(map(str.strip, row)):
                yield first, []
                continue
            if len(row) == width or (len(row) > width and not any(row[width:])):
                yield first, row[:width]
                continue
            fault = _wrong_width(len(row), width, len(lines.taken))
        refuse(fault.at(first))
        lines.give_back_all_but_first()


def _wrong_width(found: int, expected: int, lines: int) -> Fault:
    if lines > 1:
        return Fault("unclosed-quote")
    code = "too-many-columns" if found > expected else "too-few-columns"
    return Fault(code, found=found, expected=expected)


def _check(taken: list[str], row: list[str], header: list[str]) -> bool:
    """Whether every letter is composed (NFC). Raises Fault for NUL and for bytes that are no text.

    Looks at the physical lines: most of them are asked one question each.
    """
    composed = True
    for line in taken:
        if "\0" in line:
            raise Fault("nul-byte")
        if not line.isascii():
            if _ESCAPED.search(line):
                _refuse_escaped(row, header)
            composed = composed and is_normalized("NFC", line)
    return composed


def _refuse_escaped(row: list[str], header: list[str]) -> None:
    for title, value in zip(header, row, strict=True):
        if _ESCAPED.search(value):
            raise Fault("bad-encoding", column=shown(title))
