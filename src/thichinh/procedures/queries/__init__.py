"""Reads of the catalogue. It is public, so nothing here asks who reads; lists of imports do."""

from __future__ import annotations

from thichinh.procedures.queries.catalogue import (
    CatalogueFilter,
    FieldCount,
    catalogue,
    field_counts,
    online_here,
    procedure,
)
from thichinh.procedures.queries.levels import level_names, only_desk
from thichinh.procedures.queries.listed import (
    ListPlan,
    PlannedRow,
    imports,
    listed_count,
    plan_import,
    vanished,
)
from thichinh.procedures.queries.performing import (
    as_performed,
    choices,
    is_offered,
    performers,
)
from thichinh.procedures.queries.sheet import ProcedureSheet, sheet
from thichinh.procedures.queries.versions import (
    ProcedureVersion,
    competent_unit_id,
    definition_for,
    definitions_in_force,
    fields,
    online,
    versions_of,
)

__all__ = [
    "CatalogueFilter",
    "FieldCount",
    "ListPlan",
    "PlannedRow",
    "ProcedureSheet",
    "ProcedureVersion",
    "as_performed",
    "catalogue",
    "choices",
    "competent_unit_id",
    "definition_for",
    "definitions_in_force",
    "field_counts",
    "fields",
    "imports",
    "is_offered",
    "level_names",
    "listed_count",
    "online",
    "online_here",
    "only_desk",
    "performers",
    "plan_import",
    "procedure",
    "sheet",
    "vanished",
    "versions_of",
]
