"""What happened to reports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReportFrozen:
    """A version was issued and will not change."""

    frozen_id: int
