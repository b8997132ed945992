"""What crosses the wire: the catalogue for programs, and the report of an import."""

from __future__ import annotations

from thichinh.procedures.schemas.catalogue import (
    CataloguePage,
    CatalogueQuery,
    ProcedureDetail,
    ProcedureOut,
)
from thichinh.procedures.schemas.imports import as_json, as_text

__all__ = [
    "CataloguePage",
    "CatalogueQuery",
    "ProcedureDetail",
    "ProcedureOut",
    "as_json",
    "as_text",
]
