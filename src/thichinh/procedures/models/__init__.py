"""Facts of the catalogue: what a procedure is, and which procedures the national portal lists."""

from __future__ import annotations

from thichinh.procedures.models.definition import (
    FIELD,
    PROCEDURE,
    Fee,
    FieldDefinition,
    Paper,
    ProcedureDefinition,
    Result,
    Step,
    Term,
)
from thichinh.procedures.models.listed import ListedProcedure, ListImport
from thichinh.procedures.models.procedure import Procedure

__all__ = [
    "FIELD",
    "PROCEDURE",
    "Fee",
    "FieldDefinition",
    "ListImport",
    "ListedProcedure",
    "Paper",
    "Procedure",
    "ProcedureDefinition",
    "Result",
    "Step",
    "Term",
]
