"""What people call a unit when it takes in or decides something."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import get_language


class NamedUnit(Protocol):
    """A unit, as a row or as a node of the tree."""

    @property
    def organ_name(self) -> str: ...

    @property
    def organ_name_en(self) -> str: ...

    @property
    def desk_name(self) -> str: ...

    @property
    def desk_name_en(self) -> str: ...


def desk_name(unit: NamedUnit) -> str:
    """The counter that takes in for a unit: a commune's own, or a desk under its name."""
    return unit.desk_name_en if _in_english() else unit.desk_name


def organ_name(unit: NamedUnit) -> str:
    """Who decides, as one says it: a commune decides through its People's Committee."""
    return unit.organ_name_en if _in_english() else unit.organ_name


def _in_english() -> bool:
    return (get_language() or "vi").startswith("en")
