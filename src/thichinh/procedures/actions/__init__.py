"""Writes: mirror published definitions, and record what the national portal lists."""

from __future__ import annotations

from thichinh.procedures.actions.listing import ImportReport, apply_list, preview_list
from thichinh.procedures.actions.project import project_procedure, refresh_procedures

__all__ = [
    "ImportReport",
    "apply_list",
    "preview_list",
    "project_procedure",
    "refresh_procedures",
]
