"""Facts of the catalogue: what a procedure is, and which procedures the national portal lists."""

from __future__ import annotations

from thichinh.procedures.models.listed import ListedProcedure, ListImport
from thichinh.procedures.models.procedure import Procedure

__all__ = ["ListImport", "ListedProcedure", "Procedure"]
