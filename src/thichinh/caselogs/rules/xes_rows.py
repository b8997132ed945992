"""Events of an XES file (IEEE 1849), streamed by expat, with their line numbers.

Attributes of a trace are columns `case:<key>`, those of an event `<key>`; a nested attribute is
`<parent>/<child>`. A document type, and with it any entity, is refused before it is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from thichinh.caselogs.rules.csv_rows import Refuse, Row
from thichinh.caselogs.rules.refusals import Fault
from thichinh.caselogs.rules.sources import Needs
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import fold_marks, nfc

_ATTRIBUTES = {"string", "date", "int", "float", "boolean", "id", "list", "container"}
_CHUNK = 1 << 16
_MAX_KEYS = 5000
_FAULTS = {
    expat.errors.XML_ERROR_NO_ELEMENTS: "tệp hết mà chưa đóng thẻ ngoài cùng",
    expat.errors.XML_ERROR_UNCLOSED_TOKEN: "tệp hết giữa một thẻ",
    expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION: "tệp hết giữa một đoạn CDATA",
    expat.errors.XML_ERROR_PARTIAL_CHAR: "tệp hết giữa một ký tự",
    expat.errors.XML_ERROR_TAG_MISMATCH: "thẻ đóng không khớp thẻ mở",
    expat.errors.XML_ERROR_INVALID_TOKEN: "ký tự hoặc thẻ không hợp lệ",
    expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE: "một thuộc tính viết hai lần",
    expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: "có chữ thừa sau thẻ ngoài cùng",
    expat.errors.XML_ERROR_UNKNOWN_ENCODING: "không biết bảng mã ghi ở đầu tệp",
    expat.errors.XML_ERROR_INCORRECT_ENCODING: "tệp không viết bằng bảng mã ghi ở đầu tệp",
    expat.errors.XML_ERROR_UNDEFINED_ENTITY: "dùng một thực thể XML không có",
}


class Malformed(Exception):
    """The XML ends early or is not well-formed; `line` says where."""

    def __init__(self, error: expat.ExpatError) -> None:
        why = _FAULTS.get(expat.errors.messages[error.code], "XML viết chưa đúng")
        super().__init__(f"dòng {error.lineno}, cột {error.offset + 1}: {why}")
        self.line = error.lineno


class _Handler:
    """Collects one trace at a time."""

    def __init__(self, parser: expat.XMLParserType, refuse: Refuse) -> None:
        self.parser = parser
        self.refuse = refuse
        self.rows: list[tuple[int, dict[str, str]]] = []
        self.trace: dict[str, str] | None = None
        self.event: dict[str, str] | None = None
        self.events: list[tuple[int, dict[str, str]]] = []
        self.path: list[str | None] = []
        self.keys: dict[str, None] = {}
        self.line = 0
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.StartDoctypeDeclHandler = self.refuse_doctype

    def refuse_doctype(self, *_: object) -> None:
        raise Refused(
            "Tệp XES khai báo DOCTYPE; hệ thống không đọc tệp có thực thể XML. "
            "Hãy xuất lại tệp không có DOCTYPE."
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rsplit("|", 1)[-1]
        if tag == "trace":
            self.trace, self.events = {}, []
        elif tag == "event":
            self.event, self.line = {}, self.parser.CurrentLineNumber
        elif tag in _ATTRIBUTES:
            self.path.append(self.attribute(attributes))
            return
        self.path.append(None if tag != "values" else (self.path[-1] if self.path else None))

    def attribute(self, attributes: dict[str, str]) -> str:
        parent = self.path[-1] if self.path else None
        key = nfc(attributes.get("key", ""))
        path = f"{parent}/{key}" if parent else key
        target = self.event if self.event is not None else self.trace
        if target is not None:
            target.setdefault(path, nfc(attributes.get("value", "")))
        return path

    def end(self, name: str) -> None:
        tag = name.rsplit("|", 1)[-1]
        self.path.pop()
        if tag == "event" and self.event is not None:
            if self.trace is None:
                self.refuse(Fault("outside-trace").at(self.line))
            else:
                self.events.append((self.line, self.event))
            self.event = None
        elif tag == "trace" and self.trace is not None:
            case = {f"case:{key}": value for key, value in self.trace.items()}
            self.rows += [(line, case | event) for line, event in self.events]
            self.trace, self.events = None, []


def read_xes(stream: BinaryIO, needs: Needs, refuse: Refuse) -> Iterator[Row]:
    """Events of the log. Raises Malformed, and Refused for a doctype or a column never seen."""
    parser = expat.ParserCreate(namespace_separator="|")
    parser.buffer_text = True
    handler = _Handler(parser, refuse)
    project = _Projection(needs)
    while True:
        chunk = stream.read(_CHUNK)
        try:
            parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            raise Malformed(error) from error
        for line, event in handler.rows:
            yield line, project(event), [f"{key}={event[key]}" for key in sorted(event)]
        handler.rows = []
        if not chunk:
            break
    project.refuse_unseen()


class _Projection:
    """From the attributes of an event to the values the mapping needs."""

    def __init__(self, needs: Needs) -> None:
        self._needs = needs
        self._known: dict[str, int | None] = {}
        self._exact = {name: i for i, name in enumerate(needs.names)}
        self._folded = {fold_marks(name).strip(): i for i, name in enumerate(needs.names)}
        self.rows = 0

    def __call__(self, event: dict[str, str]) -> list[str]:
        self.rows += 1
        values = [""] * len(self._exact)
        for key, value in event.items():
            if key not in self._known and len(self._known) < _MAX_KEYS:
                self._known[key] = self._place(key)
            place = self._known.get(key)
            if place is not None and (not values[place] or key in self._exact):
                values[place] = value
        return values

    def _place(self, key: str) -> int | None:
        exact = self._exact.get(key)
        return exact if exact is not None else self._folded.get(fold_marks(key).strip())

    def refuse_unseen(self) -> None:
        seen = set(self._known.values())
        unseen = [i for i in range(len(self._exact)) if i not in seen]
        if self.rows:
            self._needs.refuse_unknown(unseen, list(self._known))
