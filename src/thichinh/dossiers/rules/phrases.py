"""Moments and acts as the town hall says them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from thichinh.foundation.calendar import local_time
from thichinh.foundation.text import vn_date

_COMMUNES = frozenset({"commune", "ward"})


class NamedUnit(Protocol):
    """A unit, as a row or as a node of the tree."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...


def due_phrase(due_at: datetime) -> str:
    """'17:00 thứ Sáu, 17/6/2022'."""
    local = local_time(due_at)
    day = (
        _("thứ Hai"), _("thứ Ba"), _("thứ Tư"), _("thứ Năm"), _("thứ Sáu"), _("thứ Bảy"),
        _("Chủ nhật"),
    )[local.weekday()]  # fmt: skip
    return f"{local:%H:%M} {day}, {vn_date(local)}"


def desk_name(unit: NamedUnit) -> str:
    """The counter that takes in for a unit: a commune's own, or the town's desk under its name."""
    if unit.kind in _COMMUNES:
        return _("Bộ phận Một cửa %(unit)s") % {"unit": lower_first(unit.name)}
    return unit.name


def organ_name(unit: NamedUnit) -> str:
    """Who decides, as one says it: a commune decides through its People's Committee."""
    if unit.kind in _COMMUNES:
        return _("Ủy ban nhân dân %(unit)s") % {"unit": lower_first(unit.name)}
    return unit.name


def lower_first(name: str) -> str:
    """'Xã Phổ An' inside a sentence: 'xã Phổ An'."""
    return name[:1].lower() + name[1:]


def spaced(secret: str) -> str:
    """A look-up code in two halves, as one reads it aloud: 'K7MB 2QXP'."""
    return f"{secret[:4]} {secret[4:]}".strip()
