"""A report as it stands on a page: blocks of plain values, the same for HTML, PDF and the archive."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

Plain = int | float | None


@dataclass(frozen=True)
class Span:
    """A period and its name."""

    start: date
    end: date
    name: str


@dataclass(frozen=True)
class Figure:
    """One value where it stands: enough to write it and to open it down to its records."""

    code: str
    start: date
    end: date
    value: Plain
    shown: str


@dataclass(frozen=True)
class Piece:
    """Words, or a figure within a sentence."""

    text: str
    figure: Figure | None = None


@dataclass(frozen=True)
class Paragraph:
    """Sentences with figures."""

    pieces: tuple[Piece, ...]
    heading: str = ""
    kind: str = "text"


@dataclass(frozen=True)
class Concern:
    """The records a broken identity is about, and what such records are called."""

    code: str
    start: date
    end: date
    count: int
    things: str = ""


@dataclass(frozen=True)
class FigureRow:
    """One indicator: computed, published, the difference and what it comes from.

    `symbol` stands after its numbers; `things` are what it counts, and open where `opens`.
    """

    name: str
    unit: str
    decimals: int
    figure: Figure
    published: Plain = None
    published_shown: str = ""
    difference: Plain = None
    difference_shown: str = ""
    reason: str = ""
    concern: Concern | None = None
    symbol: str = ""
    things: str = ""
    opens: bool = False


@dataclass(frozen=True)
class FigureTable:
    """Indicators of one period, computed beside published."""

    period: Span
    rows: tuple[FigureRow, ...]
    source: str = ""
    heading: str = ""
    kind: str = "figures"


@dataclass(frozen=True)
class MatrixColumn:
    """One column heading."""

    number: str
    heading: str
    group: str
    formula: str
    code: str


@dataclass(frozen=True)
class MatrixRow:
    """One row: what it is about (`value` of the dimension) and its cells."""

    label: str
    value: str
    cells: tuple[Figure, ...]


@dataclass(frozen=True)
class Matrix:
    """A table with a row per unit or per value of another dimension."""

    heading: str
    dimension: str
    row_heading: str
    period: Span
    columns: tuple[MatrixColumn, ...]
    rows: tuple[MatrixRow, ...]
    total: MatrixRow
    kind: str = "matrix"


@dataclass(frozen=True)
class TrendLine:
    """One indicator by month."""

    code: str
    name: str
    counts: tuple[int | float, ...]


@dataclass(frozen=True)
class TrendChart:
    """Counts by reporting month."""

    heading: str
    months: tuple[Span, ...]
    lines: tuple[TrendLine, ...]
    kind: str = "trend"


@dataclass(frozen=True)
class CheckLine:
    """One identity with its verdict in words."""

    code: str
    name: str
    basis: str
    period: Span
    passed: bool | None
    equation: str
    verdict: str
    reason: str = ""
    concern: Concern | None = None


@dataclass(frozen=True)
class Checks:
    """The identities of the report."""

    heading: str
    lines: tuple[CheckLine, ...]
    kind: str = "checks"

    @property
    def failed(self) -> int:
        """How many do not hold."""
        return sum(line.passed is False for line in self.lines)


@dataclass(frozen=True)
class Narrative:
    """A paragraph an official wrote."""

    key: str
    heading: str
    hint: str
    text: str
    kind: str = "narrative"


Block = Paragraph | FigureTable | Matrix | TrendChart | Checks | Narrative


@dataclass(frozen=True)
class Document:
    """A whole report."""

    code: str
    version: int
    title: str
    number: str
    layout: str
    unit_code: str
    unit_name: str
    unit_above: str
    periods: tuple[Span, ...]
    span: Span
    blocks: tuple[Block, ...] = field(default=())


def content_of(document: Document) -> dict[str, Any]:
    """The document as JSON values: what is frozen, hashed and handed to the PDF template."""
    content: dict[str, Any] = json.loads(json.dumps(asdict(document), default=str))
    return content


def digest(content: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a document."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
