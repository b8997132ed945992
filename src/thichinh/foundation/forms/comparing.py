"""Answers beside earlier ones, and answers as one row of a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from thichinh.foundation.forms.answers import in_language
from thichinh.foundation.forms.definition import ROWS, FormDefinition, FormField
from thichinh.foundation.forms.shown import answer_text


@dataclass(frozen=True)
class Change:
    """One answer that became another: its path, its words, and both as a person reads them."""

    path: str
    label: str
    before: str
    after: str


def changes(
    definition: FormDefinition, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Change]:
    """What differs between two answers, in the order of the form. Rows are told by their place."""
    return [
        change for field in definition.all_fields for change in _changes_of(field, before, after)
    ]


def _changes_of(
    field: FormField, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    old, new = before.get(field.code), after.get(field.code)
    if old == new:
        return
    label = in_language(field, "label")
    if field.kind not in ROWS:
        yield Change(field.code, label, answer_text(field, old), answer_text(field, new))
        return
    old_rows, new_rows = old or [], new or []
    for number in range(max(len(old_rows), len(new_rows))):
        row = _("%(label)s, dòng %(number)s") % {"label": label, "number": number + 1}
        earlier = old_rows[number] if number < len(old_rows) else {}
        later = new_rows[number] if number < len(new_rows) else {}
        for inner in field.fields:
            for change in _changes_of(inner, earlier, later):
                path = f"{field.code}.{number}.{change.path}"
                yield Change(path, f"{row}, {change.label}", change.before, change.after)


def flat_columns(definition: FormDefinition) -> dict[str, str]:
    """The headings of `flat_row` by key, in order: one for each answer, rows as their number and
    the sums of their columns, a position as two."""
    return dict(_columns(definition))


def _columns(definition: FormDefinition) -> Iterator[tuple[str, str]]:
    for field in definition.all_fields:
        label = in_language(field, "label")
        if field.kind == "position":
            yield f"{field.code}.lat", f"{label}: {_('vĩ độ')}"
            yield f"{field.code}.lon", f"{label}: {_('kinh độ')}"
            continue
        yield field.code, label
        for inner in field.fields:
            if inner.sum:
                yield f"{field.code}.{inner.code}", f"{label}: {in_language(inner, 'label')}"


def flat_row(definition: FormDefinition, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as one row of a CSV or spreadsheet: numbers and ISO dates as they are, choices by
    their labels, everything else as text. Keys are those of `flat_columns`; what was not answered
    is None."""
    row: dict[str, Any] = dict.fromkeys(flat_columns(definition))
    for field in definition.all_fields:
        row.update(_cells(field, answers.get(field.code)))
    return row


def _cells(field: FormField, answer: Any) -> Iterator[tuple[str, Any]]:
    if answer is None:
        return
    if field.kind == "position":
        yield f"{field.code}.lat", answer["lat"]
        yield f"{field.code}.lon", answer["lon"]
    elif field.kind in ROWS:
        yield field.code, len(answer)
        for inner in field.fields:
            if inner.sum:
                yield f"{field.code}.{inner.code}", sum(row.get(inner.code, 0) for row in answer)
    elif field.kind in ("number", "money", "date", "partial_date"):
        yield field.code, answer
    else:
        yield field.code, answer_text(field, answer)
