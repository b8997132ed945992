"""Facts of the catalogue: what a procedure is, and which procedures the national portal lists."""

from __future__ import annotations

from thichinh.procedures.models.definition import (
    FIELD,
    PROCEDURE,
    Choice,
    Condition,
    Fee,
    FieldDefinition,
    FormField,
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
    "Choice",
    "Condition",
    "Fee",
    "FieldDefinition",
    "FormField",
    "ListImport",
    "ListedProcedure",
    "Paper",
    "Procedure",
    "ProcedureDefinition",
    "Result",
    "Step",
    "Term",
]
