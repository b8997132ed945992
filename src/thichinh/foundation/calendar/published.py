"""The calendar in use: from published definitions, or from a folder before they are published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _
from pydantic import ValidationError

from thichinh.foundation.calendar.assembly import calendar_from
from thichinh.foundation.calendar.definition import CALENDAR, CalendarDefinition
from thichinh.foundation.calendar.legal import LegalCalendar
from thichinh.foundation.definitions import load_stamp
from thichinh.foundation.errors import Missing, Refused
from thichinh.foundation.models import DefinitionVersion
from thichinh.foundation.yaml_files import read_yaml


@dataclass
class _Cache:
    stamp: int = -1
    calendar: LegalCalendar | None = None


_cache = _Cache()


def current(on: date | None = None) -> LegalCalendar:
    """Return the calendar of the published definitions; each day follows the rules of that day.

    `on` names a day the caller needs covered. Raises Missing when nothing is published or the
    day lies outside.
    """
    stamp = load_stamp()
    if _cache.calendar is None or _cache.stamp != stamp:
        _cache.calendar, _cache.stamp = _published(), stamp
    calendar = _cache.calendar
    if on is not None and not calendar.first <= on <= calendar.last:
        raise Missing(
            _("Lịch làm việc chưa có ngày %(day)s/%(month)s/%(year)s.")
            % {"day": on.day, "month": on.month, "year": on.year}
        )
    return calendar


def from_folder(folder: Path) -> LegalCalendar:
    """Return the calendar of the files in a folder. Raises Refused naming the file at fault."""
    return calendar_from(d for path in sorted(folder.rglob("*.yaml")) for d in _read(path))


def _published() -> LegalCalendar:
    rows = DefinitionVersion.objects.filter(kind=CALENDAR.name)
    contents = [CalendarDefinition.model_validate(row.content) for row in rows]
    if not contents:
        raise Missing(_("Chưa công bố lịch làm việc. Hãy chạy: ./thichinh definitions load"))
    return calendar_from(contents)


def _read(path: Path) -> list[CalendarDefinition]:
    try:
        documents = read_yaml(path)
        return [CalendarDefinition.model_validate(d) for d in documents if d is not None]
    except (Refused, ValidationError) as error:
        raise Refused(f"{path.name}: {error}") from error
