"""Writes: mirror published definitions, and record what the national portal lists."""

from __future__ import annotations

from thichinh.procedures.actions.choosing import choose_procedures
from thichinh.procedures.actions.listing import (
    ImportReport,
    apply_list,
    apply_staged,
    preview_list,
    preview_staged,
    stage_list,
)
from thichinh.procedures.actions.project import (
    project_performers,
    project_procedure,
    refresh_procedures,
)

__all__ = [
    "ImportReport",
    "apply_list",
    "apply_staged",
    "choose_procedures",
    "preview_list",
    "preview_staged",
    "project_performers",
    "project_procedure",
    "refresh_procedures",
    "stage_list",
]
