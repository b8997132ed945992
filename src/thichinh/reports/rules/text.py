"""Text with figures in it: '{{ resolved }}/{{ received_total }} hồ sơ'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from thichinh.foundation.errors import Refused

WORDS = frozenset({"period", "from", "to", "unit", "count"})
_SLOT = re.compile(r"\{\{\s*([a-z][a-z0-9_.]*)\s*\}\}")


@dataclass(frozen=True)
class Slot:
    """A place in the text for a figure or a word; `scope` "total" means all periods as one."""

    name: str
    scope: str = ""

    @property
    def is_figure(self) -> bool:
        """Whether an indicator stands here."""
        return self.name not in WORDS


def parse_text(text: str) -> list[str | Slot]:
    """Words and slots in reading order. Raises Refused for a scope other than `total`."""
    parts: list[str | Slot] = []
    at = 0
    for match in _SLOT.finditer(text):
        parts.append(text[at : match.start()])
        parts.append(_slot(match.group(1)))
        at = match.end()
    parts.append(text[at:])
    return [part for part in parts if part != ""]


def figures_in(text: str) -> list[Slot]:
    """The figures a text asks for."""
    return [p for p in parse_text(text) if isinstance(p, Slot) and p.is_figure]


def _slot(written: str) -> Slot:
    scope, dot, name = written.partition(".")
    if not dot:
        return Slot(written)
    if scope != "total" or not name:
        raise Refused(f"Chỗ trống “{written}” không hiểu được: chỉ dùng total.<chỉ tiêu>.")
    return Slot(name, scope)
