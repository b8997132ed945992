"""Facts of the catalogue: what a procedure is, and which procedures the national portal lists."""

from __future__ import annotations

from thichinh.procedures.models.definition import (
    CHOICE,
    COMMITTEE,
    COMPETENCE,
    FIELD,
    PROCEDURE,
    Choice,
    ChoiceDefinition,
    CompetenceDefinition,
    Fee,
    FieldDefinition,
    Paper,
    Performer,
    ProcedureDefinition,
    Result,
    Step,
    Term,
)
from thichinh.procedures.models.listed import ListedProcedure, ListImport
from thichinh.procedures.models.procedure import Procedure

__all__ = [
    "CHOICE",
    "COMMITTEE",
    "COMPETENCE",
    "FIELD",
    "PROCEDURE",
    "Choice",
    "ChoiceDefinition",
    "CompetenceDefinition",
    "Fee",
    "FieldDefinition",
    "ListImport",
    "ListedProcedure",
    "Paper",
    "Performer",
    "Procedure",
    "ProcedureDefinition",
    "Result",
    "Step",
    "Term",
]
