"""Charts as SVG from the server: nothing to download, nothing to run, the same on paper.

Positions across are in per cent and letters in pixels, so one drawing fits 360 and 1280 pixels.
Series differ by pattern as well as by colour, and the numbers follow as a table.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import accumulate
from textwrap import wrap

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from thichinh.foundation.ui.chart_marks import Mark, Pen, text
from thichinh.foundation.ui.values import number

Value = int | float | Decimal | None
Words = str | Promise
HEIGHT, TOP, FOOT = 240, 18, 24
ROW, LINE = 42, 15
ROW_LETTERS = 42
"""A longer label takes a second line: so many letters fit a card on a screen of 360 pixels."""
KINDS = frozenset({"bar", "stack", "line", "hbar"})
TONES = {"1", "2", "3", "4", "5", "6", "good", "warn", "bad", "neutral"}


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values, as many as the chart has labels; None is a gap."""

    name: Words
    values: Sequence[Value]
    tone: str = ""

    def __post_init__(self) -> None:
        if self.tone and self.tone not in TONES:
            raise ValueError(f"unknown tone {self.tone!r}")


@dataclass(frozen=True, slots=True)
class Chart:
    """What to draw. `links` open each label's records; `places` are the decimals shown.

    `lang` is "vi" when the words are names and titles that no language changes.
    """

    title: Words
    labels: Sequence[Words]
    series: Sequence[Series]
    kind: str = "bar"
    unit: Words = ""
    places: int = 0
    links: Sequence[str | None] = ()
    lang: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of chart {self.kind!r}")
        if any(len(series.values) != len(self.labels) for series in self.series):
            raise ValueError("every series needs one value per label")


@dataclass(frozen=True, slots=True)
class Layer:
    """One series as drawn: its colour class, whether hatched, its line and its marks as SVG."""

    name: Words
    css: str
    pattern: int
    line: str
    marks: SafeString


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything the template needs, ready as text."""

    chart: Chart
    uid: str
    height: int
    ticks: tuple[tuple[str, str], ...]
    axis: tuple[tuple[str, Words, bool], ...]
    layers: tuple[Layer, ...]
    rows: tuple[tuple[Words, str | None, tuple[str, ...]], ...] = field(default=())

    @property
    def plot_height(self) -> int:
        return HEIGHT - TOP - FOOT

    @property
    def base(self) -> int:
        return HEIGHT - FOOT


def draw(chart: Chart) -> Drawing:
    """Compute where everything goes."""
    scale = _Scale(_bottom_value(chart), _top_value(chart))
    flat = chart.kind == "hbar"
    return Drawing(
        chart=chart,
        uid=_uid(chart),
        height=_row_tops(chart)[-1] if flat else HEIGHT,
        ticks=() if flat else scale.ticks(chart.places),
        axis=() if flat else _axis(chart.labels),
        layers=tuple(_layer(chart, scale, index) for index in range(len(chart.series))),
        rows=_rows(chart),
    )


class _Scale:
    """Values to pixels, with a round top; bars stand on nought, lines may start higher."""

    def __init__(self, lowest: float, highest: float) -> None:
        self.step = _round_step((highest - lowest) / 4)
        self.low = self.step * math.floor(lowest / self.step + 1e-9)
        steps = math.ceil((highest - self.low) / self.step - 1e-9)
        self.count = max(1, steps)
        self.top = self.low + self.step * self.count

    def share(self, value: float) -> float:
        """0 at the bottom of the drawing, 1 at its top."""
        return (value - self.low) / (self.top - self.low)

    def y(self, value: float) -> float:
        return TOP + (1 - self.share(value)) * (HEIGHT - TOP - FOOT)

    def ticks(self, places: int) -> tuple[tuple[str, str], ...]:
        decimals = places if self.step < 1 else 0
        values = (self.low + self.step * i for i in range(self.count + 1))
        return tuple((text(self.y(value)), number(value, decimals)) for value in values)


def _round_step(rough: float) -> float:
    if rough <= 0:
        return 1
    size = 10.0 ** math.floor(math.log10(rough))
    return next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough - 1e-9)


def _top_value(chart: Chart) -> float:
    columns = zip(*(series.values for series in chart.series), strict=True)
    combine = sum if chart.kind == "stack" else max
    return max((float(combine([v or 0 for v in column])) for column in columns), default=0)


def _bottom_value(chart: Chart) -> float:
    """Nought, but for a line far above it: half its height would be empty."""
    known = [float(v) for series in chart.series for v in series.values if v is not None]
    if chart.kind != "line" or not known or min(known) < max(known) / 2:
        return 0.0
    return min(known) - (max(known) - min(known)) / 4


def _layer(chart: Chart, scale: _Scale, index: int) -> Layer:
    series = chart.series[index]
    css = f"s-{series.tone}" if series.tone.isalpha() else f"s{series.tone or index % 6 + 1}"
    pattern = index % 3
    pen = Pen(f"{_uid(chart)}h{pattern}" if pattern else "", _shows_values(chart))
    if chart.kind == "line":
        marks = pen.points(_points(chart, scale, index))
        return Layer(series.name, css, pattern, _line(chart, scale, index), marks)
    if chart.kind == "hbar":
        return Layer(series.name, css, pattern, "", pen.rows(_rows_of_bars(chart, index)))
    return Layer(series.name, css, pattern, "", pen.bars(_bars(chart, scale, index)))


def _shows_values(chart: Chart) -> bool:
    return chart.kind == "bar" and len(chart.labels) * len(chart.series) <= 16


def _bars(chart: Chart, scale: _Scale, index: int) -> list[Mark]:
    band = 100 / max(1, len(chart.labels))
    side_by_side = len(chart.series) if chart.kind == "bar" else 1
    width = min(band * 0.76 / side_by_side, 9)
    group = width * side_by_side
    marks = []
    for i, value in enumerate(chart.series[index].values):
        if value is None:
            continue
        below = _below(chart, index, i)
        x = band * (i + 0.5) - group / 2 + (width * index if chart.kind == "bar" else 0)
        top, bottom = scale.y(below + float(value)), scale.y(below)
        marks.append(_mark(chart, index, i, x, top, width * 0.94, bottom - top))
    return marks


def _below(chart: Chart, index: int, i: int) -> float:
    if chart.kind != "stack":
        return 0.0
    return float(sum(float(series.values[i] or 0) for series in chart.series[:index]))


def _rows_of_bars(chart: Chart, index: int) -> list[Mark]:
    many, tops = len(chart.series), _row_tops(chart)
    highest = max(_top_value(chart), 1e-9)
    marks = []
    for i, value in enumerate(chart.series[index].values):
        if value is None:
            continue
        lines = _row_lines(chart, i, index)
        y = tops[i * many + index] + 20 + LINE * (len(lines) - 1)
        mark = _mark(chart, index, i, 0, y, 82 * float(value) / highest, 14)
        marks.append(replace(mark, lines=lines))
    return marks


def _row_lines(chart: Chart, i: int, index: int) -> tuple[str, ...]:
    title = f" – {chart.series[index].name}" if len(chart.series) > 1 else ""
    words = f"{chart.labels[i]}{title}"
    return tuple(wrap(words, ROW_LETTERS, break_on_hyphens=False)) or ("",)


def _row_tops(chart: Chart) -> list[int]:
    """Where each lying bar's place begins, and at last where the drawing ends."""
    heights = [
        ROW + LINE * (len(_row_lines(chart, i, index)) - 1)
        for i in range(len(chart.labels))
        for index in range(len(chart.series))
    ]
    return list(accumulate(heights, initial=0))


def _points(chart: Chart, scale: _Scale, index: int) -> list[Mark]:
    band = 100 / max(1, len(chart.labels))
    return [
        _mark(chart, index, i, band * (i + 0.5), scale.y(float(value)), 0, 0)
        for i, value in enumerate(chart.series[index].values)
        if value is not None
    ]


def _line(chart: Chart, scale: _Scale, index: int) -> str:
    """The path of a line in a 100 x 100 box, broken where a value is missing."""
    band = 100 / max(1, len(chart.labels))
    path, pen = [], "M"
    for i, value in enumerate(chart.series[index].values):
        if value is None:
            pen = "M"
            continue
        path.append(f"{pen}{text(band * (i + 0.5))} {text(100 * (1 - scale.share(float(value))))}")
        pen = "L"
    return "".join(path)


def _mark(
    chart: Chart, index: int, i: int, x: float, y: float, width: float, height: float
) -> Mark:
    value = number(chart.series[index].values[i], chart.places)
    name = chart.series[index].name
    return Mark(
        x=f"{text(x)}%",
        y=text(y),
        width=f"{text(width)}%",
        height=text(max(height, 0)),
        middle=f"{text(x + width / 2)}%",
        label=chart.labels[i],
        words=f"{chart.labels[i]} – {name}: {value} {chart.unit}".strip(),
        value=value,
        link=chart.links[i] if chart.links else None,
    )


def _axis(labels: Sequence[Words]) -> tuple[tuple[str, Words, bool], ...]:
    """Label places; the third says whether a narrow screen may leave the label out."""
    band = 100 / max(1, len(labels))
    every = max(1, math.ceil(len(labels) / 5))
    return tuple(
        (f"{text(band * (i + 0.5))}%", label, len(labels) > 6 and i % every != 0)
        for i, label in enumerate(labels)
    )


def _rows(chart: Chart) -> tuple[tuple[Words, str | None, tuple[str, ...]], ...]:
    return tuple(
        (
            label,
            chart.links[i] if chart.links else None,
            tuple(number(series.values[i], chart.places) for series in chart.series),
        )
        for i, label in enumerate(chart.labels)
    )


def _uid(chart: Chart) -> str:
    content = repr((str(chart.title), [str(label) for label in chart.labels], chart.kind))
    return "c" + hashlib.sha256(content.encode()).hexdigest()[:8]
