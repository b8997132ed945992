"""Writes: mirror published definitions, and record what the national portal lists."""

from __future__ import annotations

from thichinh.procedures.actions.project import project_procedure, refresh_procedures

__all__ = ["project_procedure", "refresh_procedures"]
