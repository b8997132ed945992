"""The answers of a form as JSON Schema (2020-12), for programs that send them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from thichinh.foundation.forms.definition import ROWS, FormDefinition, FormField
from thichinh.foundation.forms.kinds import LENGTHS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TYPES = {"number": "number", "money": "integer", "boolean": "boolean"}
_SHAPES: dict[str, dict[str, Any]] = {
    "date": {"format": "date"},
    "partial_date": {"pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"},
    "email": {"format": "email"},
    "identity_number": {"pattern": "^[0-9]{12}$"},
    "phone": {"pattern": "^0[0-9]{9,10}$"},
}
_POSITION = {
    "type": "object",
    "properties": {
        "lat": {"type": "number", "minimum": -90, "maximum": 90},
        "lon": {"type": "number", "minimum": -180, "maximum": 180},
    },
    "required": ["lat", "lon"],
    "additionalProperties": False,
}
_FILE = {
    "type": "object",
    "properties": {
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "name": {"type": "string"},
        "size": {"type": "integer", "readOnly": True},
        "media_type": {"type": "string", "readOnly": True},
    },
    "required": ["sha256"],
}


def json_schema(definition: FormDefinition) -> dict[str, Any]:
    """The shape of what `check_answers` keeps, and of what a program sends in that shape.

    Questions that are not always asked are never required here; checks across fields and
    references to records are not in it.
    """
    always = [
        field
        for step in definition.steps
        for field in step.fields
        if step.show_if is None and _is_always_answered(field)
    ]
    return {
        "$schema": DIALECT,
        "title": definition.title,
        **_object(definition.all_fields, always),
    }


def _object(fields: Sequence[FormField], required: Sequence[FormField]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {field.code: _property(field) for field in fields},
        "required": [field.code for field in required],
        "additionalProperties": False,
    }


def _is_always_answered(field: FormField) -> bool:
    needed = field.at_least > 0 if field.kind in ROWS else field.required
    return needed and field.show_if is None


def _property(field: FormField) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": field.label}
    if field.hint:
        schema["description"] = field.hint
    if field.kind == "position":
        return schema | _POSITION
    if field.kind in (*ROWS, "choices", "files"):
        return schema | _list(field)
    schema["type"] = "integer" if field.decimals == 0 else _TYPES.get(field.kind, "string")
    if field.kind in LENGTHS:
        schema["maxLength"] = field.max_length or LENGTHS[field.kind]
    if field.kind == "boolean" and field.required:
        schema["const"] = True
    if field.choices:
        schema["oneOf"] = [{"const": c.code, "title": c.label} for c in field.choices]
    return schema | _bounds(field) | _SHAPES.get(field.kind, {})


def _list(field: FormField) -> dict[str, Any]:
    items: dict[str, Any] = _FILE
    if field.kind == "choices":
        items = {"enum": [choice.code for choice in field.choices]}
    elif field.kind in ROWS:
        always = [inner for inner in field.fields if _is_always_answered(inner)]
        items = _object(field.fields, always)
    schema: dict[str, Any] = {"type": "array", "items": items, "maxItems": field.most}
    least = max(field.at_least, 1) if field.kind not in ROWS else field.at_least
    return schema | ({"minItems": least} if least else {})


def _bounds(field: FormField) -> dict[str, Any]:
    limits = {"minimum": field.min, "maximum": field.max}
    return {name: limit for name, limit in limits.items() if limit is not None}
