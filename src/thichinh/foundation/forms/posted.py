"""What a page sends: names of controls turned into answers as typed, and rows added or taken off.

A control is named by the path of its field with dashes: `name`, `children-0-name`. A group or
table carries `children-rows`, how many rows were drawn. The buttons that add and drop a row are
named `rows` and work without JavaScript: `add:children`, `drop:children:1`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from thichinh.foundation.forms.definition import ROWS, FormDefinition, FormField
from thichinh.foundation.text import whole_number


def name_of(path: str, prefix: str = "") -> str:
    """The name of the control of a path."""
    return prefix + path.replace(".", "-")


@dataclass(frozen=True, slots=True)
class RowChange:
    """A press on a button of rows: add one at the end (`place` None), or drop one."""

    code: str
    place: int | None = None

    @classmethod
    def read(cls, text: str) -> RowChange | None:
        """What a button sent; None for anything else."""
        verb, _colon, rest = text.partition(":")
        code, _colon, place = rest.partition(":")
        if verb == "add" and code and not place:
            return cls(code)
        number = whole_number(place)
        return cls(code, number) if verb == "drop" and number is not None else None


def read_posted(
    definition: FormDefinition, data: Mapping[str, Any], prefix: str = ""
) -> dict[str, Any]:
    """The answers as typed, nested; what is not there is left out, an unticked box is False."""
    return _fields(definition.all_fields, data, prefix)


def _fields(fields: Sequence[FormField], data: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    read = {field.code: _answer(field, data, prefix + field.code) for field in fields}
    return {code: value for code, value in read.items() if value is not None}


def _answer(field: FormField, data: Mapping[str, Any], name: str) -> Any:
    if field.kind in ROWS:
        drawn = whole_number(str(data.get(f"{name}-rows", ""))) or 0
        rows = range(min(drawn, field.most))
        return [_fields(field.fields, data, f"{name}-{row}-") for row in rows]
    if field.kind == "boolean":
        return str(data.get(name, "")).lower() in ("on", "true", "1")
    if field.kind == "choices":
        return _every(data, name)
    if field.kind == "files":
        return [_named(text) for text in _every(data, name) if text]
    return data.get(name)


def _every(data: Mapping[str, Any], name: str) -> list[str]:
    every = getattr(data, "getlist", None)
    found = every(name) if every else data.get(name, [])
    return [str(one) for one in found] if isinstance(found, list) else [str(found)]


def _named(text: str) -> dict[str, str]:
    """A file that an earlier answer kept, as its hidden control names it: `<sha256> <name>`."""
    sha256, _space, name = text.partition(" ")
    return {"sha256": sha256, "name": name}


def with_change(definition: FormDefinition, typed: dict[str, Any], change: RowChange) -> None:
    """Add or drop a row of what was typed, within the limits of the definition."""
    field = definition.by_code.get(change.code)
    if field is None or field.kind not in ROWS:
        return
    rows = typed.setdefault(field.code, [])
    if change.place is None and len(rows) < field.most:
        rows.append(new_row(field))
    elif change.place is not None and change.place < len(rows):
        del rows[change.place]


def new_row(field: FormField) -> dict[str, Any]:
    """A row that nobody typed in yet."""
    return {inner.code: inner.default for inner in field.fields if inner.default is not None}
