"""The bars and points of a chart, written as SVG.

A chart has many marks and a page may have several charts, so this is plain string work instead of
a template; every word that comes from outside is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Mark:
    """A bar or a point: per cent across, pixels down, written with a decimal point."""

    x: str
    y: str
    width: str = ""
    height: str = ""
    middle: str = ""
    label: Words = ""
    lines: tuple[str, ...] = ()
    words: str = ""
    value: str = ""
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Pen:
    """How one series is drawn: `hatch` is the id of its pattern, if any."""

    hatch: str
    values: bool

    def bars(self, marks: Iterable[Mark]) -> SafeString:
        """Upright bars, with their values above when there is room."""
        return _join(_linked(mark, self._bar(mark)) for mark in marks)

    def rows(self, marks: Iterable[Mark]) -> SafeString:
        """Lying bars, each under the lines of its label and followed by its value."""
        return _join(_linked(mark, self._row(mark)) for mark in marks)

    def points(self, marks: Iterable[Mark]) -> SafeString:
        """The points of a line."""
        return _join(
            _linked(mark, f'<circle class="chart-dot" cx="{mark.x}" cy="{mark.y}" r="4"/>')
            for mark in marks
        )

    def _bar(self, mark: Mark) -> str:
        place = f'x="{mark.x}" y="{mark.y}" width="{mark.width}" height="{mark.height}"'
        words = f'<text class="chart-value" x="{mark.middle}" y="{mark.y}" dy="-5"'
        value = f'{words} text-anchor="middle">{mark.value}</text>' if self.values else ""
        return self._filled(place) + value

    def _row(self, mark: Mark) -> str:
        place = f'y="{mark.y}" width="{mark.width}" height="14" rx="2"'
        label = "".join(
            f'<text class="chart-text" y="{mark.y}" dy="{-6 - 15 * above}">{escape(line)}</text>'
            for above, line in zip(range(len(mark.lines) - 1, -1, -1), mark.lines, strict=True)
        )
        value = f'<text class="chart-value" x="{mark.width}" y="{mark.y}" dx="6" dy="12">'
        return f"{label}{self._filled(place)}{value}{mark.value}</text>"

    def _filled(self, place: str) -> str:
        hatch = f'<rect {place} fill="url(#{self.hatch})"/>' if self.hatch else ""
        return f'<rect class="chart-fill" {place}/>{hatch}'


def text(value: float) -> str:
    """A coordinate: at most two decimals, with a point whatever the language."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _linked(mark: Mark, drawing: str) -> str:
    """With a tooltip, and a link for the mouse: the table has the same link for everybody."""
    inner = f"<title>{escape(mark.words)}</title>{drawing}"
    if not mark.link:
        return f"<g>{inner}</g>"
    return f'<a href="{escape(mark.link)}" tabindex="-1">{inner}</a>'


def _join(parts: Iterable[str]) -> SafeString:
    return SafeString("".join(parts))
