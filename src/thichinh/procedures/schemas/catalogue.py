"""What the API says of procedures."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Field, Schema

from thichinh.foundation.forms import FormField
from thichinh.procedures.models import (
    Fee,
    Paper,
    ProcedureDefinition,
    Result,
    Step,
    Term,
)


class CatalogueQuery(Schema):
    """Filters of the catalogue; all may be left out."""

    q: str = Field("", max_length=200, description="words of the name, marks not needed")
    field: str = Field("", max_length=60, description="code of a field of administration")
    level: str = Field(
        "", max_length=10, description="province, district or commune: who receives the dossier"
    )
    online: bool = Field(False, description="only what can be filed online")
    page: int = Field(1, ge=1, le=10_000)
    size: int = Field(50, ge=1, le=200)


class ProcedureOut(Schema):
    """One line of the catalogue."""

    code: str
    national_code: str
    name: str
    name_en: str
    field: str
    field_name: str
    level: str
    service_level: int
    is_online: bool


class CataloguePage(Schema):
    """One page of the catalogue and the size of the whole."""

    count: int
    page: int
    size: int
    items: list[ProcedureOut]


class ProcedureDetail(Schema):
    """One version in full: what to bring, how long, what it costs, and the form."""

    code: str
    national_code: str | None
    name: str
    name_en: str
    field: str
    level: str
    authority: str
    service_level: int
    mode: str
    online: bool
    audience: list[str]
    channels: list[str]
    requires_presence: bool
    postal_allowed: bool
    conditions: str
    term: Term
    term_note: str
    fee: Fee
    papers: list[Paper]
    copies_of_dossier: int
    steps: list[Step]
    result: Result
    legal_basis: list[str]
    version: int
    version_id: int
    effective_from: date
    effective_to: date | None
    form: list[FormField]
    answers_schema: dict[str, Any]

    @staticmethod
    def of(definition: ProcedureDefinition, version_id: int, schema: dict[str, Any]) -> Any:
        """Everything the definition says, as it says it."""
        facts = definition.model_dump()
        return facts | {
            "version_id": version_id,
            "postal_allowed": definition.postal_allowed,
            "answers_schema": schema,
        }
