"""Whose installation this is: one value, asked here and nowhere else."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from thichinh.accounts.models.definition import AuthorityDefinition, Letterhead
from thichinh.foundation.clock import ZONE, as_lived, today
from thichinh.foundation.definitions import in_force, precedence
from thichinh.foundation.models import DefinitionVersion

AUTHORITY = "authority"
FRESH_SECONDS = 5.0
"""How long a process may go on without asking whether the authority changed."""


@dataclass(frozen=True)
class Authority:
    """The authority this installation works for; an empty `unit` code where there is none yet."""

    code: str = ""
    name: str = ""
    unit: str = ""
    language: str = "vi"
    address: str = ""
    letterhead: Letterhead = field(default_factory=Letterhead)
    exercise: bool = False

    @property
    def exists(self) -> bool:
        """Whether the installation belongs to somebody."""
        return bool(self.unit)


@dataclass
class _Kept:
    authority: Authority = field(default_factory=Authority)
    read_at: float = float("-inf")


_kept = _Kept()


def own_authority() -> Authority:
    """The authority of this installation, read at most every FRESH_SECONDS."""
    moment = time.monotonic()
    if moment - _kept.read_at > FRESH_SECONDS:
        _kept.authority, _kept.read_at = _read(), moment
    return _kept.authority


def base_address() -> str:
    """What stands before a path in what leaves the house: the authority's address, else the server's."""
    return (own_authority().address or settings.BASE_ADDRESS).rstrip("/")


def own_language() -> str:
    """The language of who has chosen none."""
    return own_authority().language


def letterhead_at(instant: datetime, unit: str) -> Letterhead | None:
    """What the authority had written for the papers of a unit by an instant, if it is its own root.

    What was frozen then is printed with the same head for ever.
    """
    rows = [row for row in _rows() if as_lived(row.published_at) <= instant]
    told = [AuthorityDefinition.model_validate(row.content) for row in rows]
    found = in_force([one for one in told if one.unit == unit], instant.astimezone(ZONE).date())
    return found.letterhead if found else None


def forget_authority() -> None:
    """Ask the database at the next read."""
    _kept.read_at = float("-inf")


def _read() -> Authority:
    rows = _rows()
    if not rows:
        return Authority()
    row = in_force(rows, today()) or max(rows, key=precedence)
    told = AuthorityDefinition.model_validate(row.content)
    shared = ("code", "name", "unit", "language", "address", "letterhead", "exercise")
    return Authority(**{name: getattr(told, name) for name in shared})


def _rows() -> list[DefinitionVersion]:
    return list(DefinitionVersion.objects.filter(kind=AUTHORITY))
