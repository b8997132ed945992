"""An event log, plain or gzip, CSV or XES, as cases with their events in order of time.

A log may scatter the events of a case over the whole file, so good events go to a scratch
database on disk first and come back sorted: memory does not grow with the log, and nothing is
handed on before the file has been read to its end.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import sqlite3
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self, TextIO, cast

from thichinh.caselogs.rules.csv_rows import Row, read_csv
from thichinh.caselogs.rules.mapping import TIME_ROLES, CaseMapping, TimeSource
from thichinh.caselogs.rules.moments import Moment
from thichinh.caselogs.rules.refusals import Bad, Fault
from thichinh.caselogs.rules.sources import Compiler, matcher, shown
from thichinh.caselogs.rules.xes_rows import Malformed, read_xes
from thichinh.foundation.errors import Refused

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MAX_CASE_ID = 100
_CHUNK = 2000
_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;
CREATE TABLE event (case_id TEXT, at INT, line INT, kind INT, started INT, activity TEXT,
                    identity BLOB, vals TEXT);
CREATE TABLE bad (line INT, code TEXT, reason TEXT, case_id TEXT);
"""


class Event(NamedTuple):
    """One good row. `is_start` rows say only when something began; they are no acts."""

    line: int
    at: datetime
    started: datetime | None
    activity: str
    is_start: bool
    values: Sequence[str]


class RawCase(NamedTuple):
    """A case as the log tells it: `line` is that of its first event in the file."""

    case_id: str
    line: int
    events: list[Event]


class Truncated(Refused):
    """The file ends before its end: part of the log is missing."""


class CaseLog:
    """A log read to its end. Use as a context manager: leaving it removes the scratch file."""

    def __init__(self, compiler: Compiler, *, now: datetime, scratch: Path | None = None) -> None:
        self._file = tempfile.NamedTemporaryFile(prefix="log-", suffix=".sqlite", dir=scratch)  # noqa: SIM115
        self._db = sqlite3.connect(self._file.name, isolation_level=None)
        self._db.executescript(_SCHEMA)
        self._rows = _RowReader(compiler, now)
        self._mapping = compiler.mapping
        self.compiler = compiler
        self._bads: list[Bad] = []
        self.skipped: Counter[str] = Counter()
        self.truncated: Bad | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._db.close()
        self._file.close()

    def read(self, log: Path, *, partial: bool = False) -> None:
        """Stage every good event. Raises Truncated for a broken file unless `partial`."""
        try:
            with log.open("rb") as raw:
                rows = _rows_of(_unpacked(raw), log, self)
                self._db.execute("BEGIN")
                self._stage(rows, partial)
                self._db.execute("COMMIT")
            self._settle()
        except sqlite3.OperationalError as error:
            raise Refused(
                f"Không đủ chỗ ở {self._file.name} để sắp xếp nhật ký ({error}). Hãy dọn đĩa, hoặc "
                "đặt biến TMPDIR tới một thư mục còn chỗ."
            ) from error

    def refuse(self, bad: Bad) -> None:
        """Note one refused row or case."""
        self._bads.append(bad)
        if len(self._bads) >= _CHUNK:
            self._flush_bads()

    def skip(self, why: str) -> None:
        """Count one row that is passed over without being a fault."""
        self.skipped[why] += 1

    def refused(self) -> Iterator[Bad]:
        """Everything refused so far, in order of line."""
        self._flush_bads()
        query = "SELECT line, code, reason, case_id FROM bad ORDER BY line, rowid"
        return (Bad(*row) for row in self._db.execute(query))

    def unseen_activities(self) -> list[tuple[str, str]]:
        """Key and name of every activity that a date of the mapping waits for in vain."""
        seen = [name for (name,) in self._db.execute("SELECT DISTINCT activity FROM event")]
        return [
            (role, wanted)
            for role in TIME_ROLES
            for wanted in _activities(getattr(self._mapping, role))
            if seen and not any(map(matcher((wanted,)), seen))
        ]

    def cases(self) -> Iterator[RawCase]:
        """Cases in the order in which the file first mentions them, events in order of time."""
        query = """SELECT f.line, e.case_id, e.at, e.line, e.kind, e.started, e.activity, e.vals
            FROM first f JOIN event e ON e.case_id = f.case_id ORDER BY f.line, e.at, e.line"""
        rows = self._db.execute(query)
        for (line, case_id), group in groupby(rows, key=lambda row: (row[0], row[1])):
            yield RawCase(case_id, line, [_event(row) for row in group])

    def _stage(self, rows: Iterator[Row], partial: bool) -> None:
        staged = self._staged(_until_broken(rows, self))
        while chunk := list(islice(staged, _CHUNK)):
            self._db.executemany("INSERT INTO event VALUES (?,?,?,?,?,?,?,?)", chunk)
        if self.truncated is not None:
            self.refuse(self.truncated)
            if not partial:
                raise Truncated(
                    f"{self.truncated.reason} Chưa nhập gì. Hãy lấy lại tệp đầy đủ, hoặc chạy với "
                    "--partial để nhập phần đọc được."
                )

    def _staged(self, rows: Iterator[Row]) -> Iterator[tuple[object, ...]]:
        for row in rows:
            staged = self._rows.staged(row)
            if isinstance(staged, Bad):
                self.refuse(staged)
            elif isinstance(staged, str):
                self.skipped[staged] += 1
            else:
                yield staged

    def _settle(self) -> None:
        """Drop duplicates, then what `faults.bad_event: case` condemns; find first lines."""
        self._flush_bads()
        if self._mapping.faults.bad_event == "case":
            self._condemn()
        if self._mapping.faults.duplicate_event == "refuse":
            self._drop_duplicates()
        self._db.execute("CREATE INDEX event_case ON event (case_id, at, line)")
        self._db.execute(
            "CREATE TABLE first AS SELECT case_id, min(line) AS line FROM event GROUP BY case_id"
        )
        self._flush_bads()

    def _drop_duplicates(self) -> None:
        twice = """SELECT e.rowid, e.line, e.case_id, o.line FROM event e JOIN
            (SELECT identity, min(line) AS line FROM event GROUP BY identity HAVING count(*) > 1) o
            ON o.identity = e.identity WHERE e.line > o.line ORDER BY e.line"""
        doomed = self._db.execute(twice).fetchall()
        for _, line, case_id, other in doomed:
            self.refuse(Fault("duplicate-event", other=other).at(line, case_id))
        self._db.executemany("DELETE FROM event WHERE rowid = ?", [(row[0],) for row in doomed])

    def _condemn(self) -> None:
        condemned = """SELECT e.case_id, min(e.line), b.line FROM event e JOIN
            (SELECT case_id, min(line) AS line FROM bad WHERE case_id <> '' GROUP BY case_id) b
            ON b.case_id = e.case_id GROUP BY e.case_id"""
        for case_id, line, other in self._db.execute(condemned).fetchall():
            self.refuse(Fault("event-refused", other=other).at(line, case_id))
            self._db.execute("DELETE FROM event WHERE case_id = ?", (case_id,))

    def _flush_bads(self) -> None:
        rows = [(bad.line, bad.code, bad.reason, bad.case) for bad in self._bads]
        self._db.executemany("INSERT INTO bad VALUES (?,?,?,?)", rows)
        self._bads.clear()


class _RowReader:
    """From the values of a row to a staged event, a refusal, or the reason it is skipped."""

    def __init__(self, compiler: Compiler, now: datetime) -> None:
        mapping = compiler.mapping
        self._now = now
        self._case = compiler.text(mapping.case_id, "case_id")
        self._activity = compiler.text(mapping.activity, "activity")
        self._at = compiler.moment(mapping.timestamp, "timestamp")
        started, event_id = mapping.started_at, mapping.event_id
        self._started = compiler.moment(started, "started_at") if started else None
        self._event_id = compiler.text(event_id, "event_id") if event_id else None
        lifecycle = mapping.lifecycle
        self._transition = compiler.text(lifecycle, "lifecycle") if lifecycle else None
        self._keeps = matcher(lifecycle.keep if lifecycle else ())
        self._starts = matcher(lifecycle.start if lifecycle else ())
        self._ignores = matcher(mapping.ignore_activities)

    def staged(self, row: Row) -> tuple[object, ...] | Bad | str:
        line, values, whole = row
        case_id = ""
        try:
            case_id = self._case_id(values)
            return self._parts(line, values, whole, case_id)
        except Fault as fault:
            return fault.at(line, case_id)

    def _parts(
        self, line: int, values: Sequence[str], whole: Sequence[str], case_id: str
    ) -> tuple[object, ...] | str:
        activity = self._activity(values)
        if not activity:
            raise Fault("no-activity")
        kind = self._kind(values)
        if kind is None:
            return "lifecycle"
        if self._ignores(activity):
            return "ignored_activities"
        at, started = self._times(values)
        event_id = self._event_id(values) if self._event_id else ""
        identity = (
            event_id
            or hashlib.blake2b(
                f"{case_id}\0{whole}".encode(errors="surrogatepass"), digest_size=16
            ).digest()
        )
        return case_id, at, line, kind, started, activity, identity, "\0".join(values)

    def _case_id(self, values: Sequence[str]) -> str:
        case_id = self._case(values)
        if not case_id:
            raise Fault("no-case-id")
        if len(case_id) > MAX_CASE_ID:
            raise Fault("long-case-id", limit=MAX_CASE_ID)
        return case_id

    def _kind(self, values: Sequence[str]) -> int | None:
        """0 for an event, 1 for the start of one, None for a transition to pass over."""
        transition = self._transition(values) if self._transition else ""
        if not transition or self._keeps(transition):
            return 0
        return 1 if self._starts(transition) else None

    def _times(self, values: Sequence[str]) -> tuple[int, int | None]:
        at = self._at(values)
        if at is None:
            raise Fault("no-timestamp")
        if at.at > self._now:
            raise Fault("future-timestamp", role="timestamp", text=shown(at.at.isoformat(" ")))
        started = self._started(values) if self._started else None
        if started is not None:
            _check_order(started, at)
        return _micros(at.at), None if started is None else _micros(started.at)


def _activities(source: TimeSource | None) -> list[str]:
    """The names of activities in a source and in those it chooses from."""
    if source is None:
        return []
    return [*source.activity, *(name for part in source.parts for name in _activities(part))]


def _check_order(started: Moment, at: Moment) -> None:
    same_day = at.date_only and at.at.date() == started.at.date()
    if at.at < started.at and not same_day:
        raise Fault(
            "end-before-start", role="timestamp", other="started_at",
            end=at.at.isoformat(" "), start=started.at.astimezone(at.at.tzinfo).isoformat(" "),
        )  # fmt: skip


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def instant(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


def _event(row: tuple[int, str, int, int, int, int | None, str, str]) -> Event:
    _, _, at, line, kind, started, activity, values = row
    began = None if started is None else instant(started)
    return Event(line, instant(at), began, activity, kind == 1, values.split("\0"))


def log_digest(log: Path) -> str:
    """SHA-256 of the file as it lies there: the name of this very log."""
    with log.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()


def _unpacked(source: io.BufferedReader) -> io.BufferedReader:
    start = source.peek(4)[:4]
    if start[:2] == b"\x1f\x8b":
        unpacked = gzip.GzipFile(fileobj=source)
        return io.BufferedReader(cast(io.RawIOBase, unpacked))
    if start == b"PK\x03\x04":
        raise Refused("Tệp này là tệp nén .zip hoặc Excel. Hãy giải nén, hoặc lưu thành CSV.")
    return source


def _rows_of(source: io.BufferedReader, path: Path, log: CaseLog) -> Iterator[Row]:
    needs = log.compiler.needs
    if _format_of(source, path, log.compiler.mapping) == "xes":
        return read_xes(cast(BinaryIO, source), needs, log.refuse)
    options = log.compiler.mapping.csv
    encoding = _encoding(options.encoding, source)
    errors = "replace" if "16" in encoding else "surrogateescape"
    text = io.TextIOWrapper(source, encoding=encoding, errors=errors, newline="")
    return read_csv(cast(TextIO, text), options, needs, log.refuse, log.skip)


def _format_of(source: io.BufferedReader, log: Path, mapping: CaseMapping) -> str:
    if mapping.format != "auto":
        return mapping.format
    if ".xes" in [suffix.lower() for suffix in log.suffixes[-2:]]:
        return "xes"
    try:
        head = source.peek(64)[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    except (EOFError, OSError, zlib.error):
        head = b""
    return "xes" if head.startswith((b"<?xml", b"<log")) else "csv"


def _encoding(wanted: str, source: io.BufferedReader) -> str:
    """A byte-order mark, where there is one, is part of the encoding and not of the first title."""
    if wanted.lower().replace("_", "-") not in ("utf-8", "utf8", "utf-8-sig"):
        return wanted
    try:
        marked = source.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    except (EOFError, OSError, zlib.error):
        marked = False
    return "utf-16" if marked else "utf-8-sig"


def _until_broken(rows: Iterator[Row], log: CaseLog) -> Iterator[Row]:
    """Pass rows on; where the file breaks off, note it at the last line that was read."""
    line = 0
    try:
        for row in rows:
            line = row[0]
            yield row
    except Malformed as error:
        reason = f"Tệp XES hỏng hoặc bị cắt ở {error}."
        log.truncated = Bad(error.line, "broken-file", reason)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        reason = f"Tệp nén hỏng hoặc bị cắt sau dòng {line}: {_packing_fault(error)}."
        log.truncated = Bad(line + 1, "broken-file", reason)


def _packing_fault(error: Exception) -> str:
    if isinstance(error, EOFError):
        return "tệp hết giữa chừng"
    if "CRC" in str(error) or "length" in str(error):
        return "nội dung không khớp số kiểm tra của tệp nén"
    return "có đoạn không phải dữ liệu nén gzip"
