"""The answers of a form as JSON Schema (2020-12), for programs that send them."""

from __future__ import annotations

from typing import Any

from thichinh.foundation.forms.definition import FormDefinition, FormField
from thichinh.foundation.forms.kinds import LENGTHS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TYPES = {"number": "number", "money": "integer", "boolean": "boolean"}


def json_schema(definition: FormDefinition) -> dict[str, Any]:
    """What `check_answers` accepts. Questions that are not always asked are never required here."""
    always = [f.code for f in definition.fields if f.required and f.show_if is None]
    return {
        "$schema": DIALECT,
        "title": definition.title,
        "type": "object",
        "properties": {field.code: _property(field) for field in definition.fields},
        "required": always,
        "additionalProperties": False,
    }


def _property(field: FormField) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": field.label, "type": TYPES.get(field.kind, "string")}
    if field.hint:
        schema["description"] = field.hint
    if field.kind in LENGTHS:
        schema["maxLength"] = field.max_length or LENGTHS[field.kind]
    if field.kind == "boolean" and field.required:
        schema["const"] = True
    if field.choices:
        schema["oneOf"] = [{"const": c.code, "title": c.label} for c in field.choices]
    schema |= _bounds(field) | _form_of(field)
    return schema


def _bounds(field: FormField) -> dict[str, Any]:
    limits = {"minimum": field.min, "maximum": field.max}
    return {name: limit for name, limit in limits.items() if limit is not None}


def _form_of(field: FormField) -> dict[str, Any]:
    if field.kind == "date":
        return {"format": "date"}
    if field.kind == "email":
        return {"format": "email"}
    if field.kind == "identity_number":
        return {"pattern": "^[0-9]{12}$"}
    return {"pattern": "^0[0-9]{9,10}$"} if field.kind == "phone" else {}
