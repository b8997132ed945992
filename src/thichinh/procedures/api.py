"""The catalogue for programs: public, like the page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from thichinh.foundation.forms import json_schema
from thichinh.procedures import queries
from thichinh.procedures.queries import CatalogueFilter
from thichinh.procedures.schemas import CataloguePage, CatalogueQuery, ProcedureDetail

router = Router(tags=["procedures"])


@router.get("/procedures", response=CataloguePage, auth=None)
def list_procedures(request: HttpRequest, asked: Query[CatalogueQuery]) -> dict[str, Any]:
    """Search and filter the procedures in force."""
    wanted = CatalogueFilter(asked.q, asked.field, asked.level, asked.online)
    rows = queries.catalogue(wanted)
    start = (asked.page - 1) * asked.size
    return {
        "count": rows.count(),
        "page": asked.page,
        "size": asked.size,
        "items": list(rows[start : start + asked.size]),
    }


@router.get("/procedures/{code}", response=ProcedureDetail, auth=None)
def get_procedure(request: HttpRequest, code: str, on: date | None = None) -> Any:
    """The version in force today, or on another day, with its form and the form's JSON Schema."""
    found = queries.definition_for(code, on)
    schema = json_schema(found.definition.questions)
    return ProcedureDetail.of(found.definition, found.version_id, schema)
