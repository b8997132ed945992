"""Facts of the report engine."""

from __future__ import annotations

from thichinh.reports.models.tables import FrozenReport, ReportDraft

__all__ = ["FrozenReport", "ReportDraft"]
