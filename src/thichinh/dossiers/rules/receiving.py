"""Which units take in the dossiers of which level: said here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping

RECEIVES: Mapping[str, frozenset[str]] = {
    "town": frozenset({"desk"}),
    "commune": frozenset({"commune", "ward"}),
}
"""Level of a procedure -> the kinds of unit that take in its dossiers."""


def receives(level: str, kind: str) -> bool:
    """Whether a unit of this kind takes in dossiers of this level."""
    return kind in RECEIVES[level]


def level_received(kind: str) -> str | None:
    """The level whose dossiers a unit of this kind takes in; None where it takes in nothing."""
    return next((level for level, kinds in RECEIVES.items() if kind in kinds), None)
