"""Answers to read: for a detail page, a print or a PDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from thichinh.foundation.errors import Refused
from thichinh.foundation.forms.answers import AnswerScope, in_language, is_english
from thichinh.foundation.forms.definition import ROWS, FormDefinition, FormField
from thichinh.foundation.forms.kinds import Answer, number_text
from thichinh.foundation.forms.sources import REFERENCES, FormContext
from thichinh.foundation.text import parse_vn_date, vn_date, vn_money


@dataclass(frozen=True)
class ShownAnswer:
    """One answer as a person reads it; `text` is '' where nothing was answered."""

    code: str
    label: str
    text: str


@dataclass(frozen=True)
class ShownRows:
    """The rows of a group or table, and what its columns add up to."""

    code: str
    label: str
    is_table: bool
    columns: Sequence[str]
    rows: Sequence[Sequence[ShownAnswer]]
    sums: Sequence[str]


@dataclass(frozen=True)
class ShownSection:
    """One step of the form with its answers."""

    title: str
    items: Sequence[ShownAnswer | ShownRows]

    @property
    def blocks(self) -> list[list[ShownAnswer] | ShownRows]:
        """The items with single answers that stand beside each other in one list."""
        blocks: list[list[ShownAnswer] | ShownRows] = []
        for item in self.items:
            if isinstance(item, ShownRows):
                blocks.append(item)
            elif blocks and isinstance(blocks[-1], list):
                blocks[-1].append(item)
            else:
                blocks.append([item])
        return blocks


def shown(definition: FormDefinition, answers: Mapping[str, Any]) -> list[ShownSection]:
    """What was asked and answered, as kept by `check_answers`; what was not asked is left out."""
    scope = AnswerScope(definition.by_code, answers, FormContext.now().day)
    return [
        ShownSection(
            in_language(step, "title"),
            [_item(field, scope) for field in step.fields if scope.meets(field.shown)],
        )
        for step in definition.steps
        if scope.meets(step.shown)
    ]


def files_of(definition: FormDefinition, answers: Mapping[str, Any]) -> dict[str, str]:
    """The files of the answers, also of those in rows: their names by SHA-256."""
    return dict(_files(definition.all_fields, answers))


def _files(fields: Sequence[FormField], answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field in fields:
        for one in answers.get(field.code) or () if field.kind in ("files", *ROWS) else ():
            if field.kind == "files":
                yield one["sha256"], one["name"]
            else:
                yield from _files(field.fields, one)


def _item(field: FormField, scope: AnswerScope) -> ShownAnswer | ShownRows:
    answer = scope.answers.get(field.code)
    if field.kind not in ROWS:
        return ShownAnswer(field.code, in_language(field, "label"), answer_text(field, answer))
    return ShownRows(
        code=field.code,
        label=in_language(field, "label"),
        is_table=field.kind == "table",
        columns=[in_language(column, "label") for column in field.fields],
        rows=[_row(field, row, scope) for row in answer or ()],
        sums=_sums(field, scope) if field.kind == "table" else (),
    )


def _row(field: FormField, row: Mapping[str, Any], scope: AnswerScope) -> list[ShownAnswer]:
    inner = AnswerScope(field.by_code, row, scope.day, scope)
    return [
        ShownAnswer(
            column.code, in_language(column, "label"), answer_text(column, row.get(column.code))
        )
        for column in field.fields
        if field.kind == "table" or inner.meets(column.shown)
    ]


def _sums(field: FormField, scope: AnswerScope) -> list[str]:
    if not any(column.sum for column in field.fields):
        return []
    return [
        sum_text(column, column_sum(scope, field.code, column.code)) if column.sum else ""
        for column in field.fields
    ]


def column_sum(scope: AnswerScope, rows: str, code: str) -> Fraction:
    """What a column adds up to; a cell not answered counts nothing."""
    numbers = (value for value in scope.column(rows, code) if isinstance(value, Fraction))
    return sum(numbers, Fraction(0))


def sum_text(column: FormField, total: Fraction) -> str:
    """What a column adds up to, as written here."""
    if column.kind == "money":
        return vn_money(int(total))
    whole = total.denominator == 1
    text = number_text(column, int(total) if whole else float(total))
    return f"{text} {column.measure}".strip()


def answer_text(field: FormField, answer: Answer | None, english: bool | None = None) -> str:
    """An answer as a person reads it: the label of a choice, a date and money as written here.

    One that is not right yet (in a draft) is shown as it was typed.
    """
    if answer is None:
        return ""
    in_english = is_english() if english is None else english
    if isinstance(answer, bool):
        return ("Yes" if answer else "No") if in_english else ("Có" if answer else "Không")
    if isinstance(answer, list):
        return _list_text(field, answer, in_english)
    if isinstance(answer, dict):
        return f"{answer.get('lat')}; {answer.get('lon')}"
    if field.choices:
        return _label(field, answer, in_english)
    if field.kind in ("unit", "reference"):
        source = REFERENCES.get(field.source or field.kind)
        return (source.label(str(answer)) if source else None) or str(answer)
    if field.kind in ("date", "partial_date"):
        return _date_text(str(answer))
    if isinstance(answer, int | float):
        return vn_money(answer) if field.kind == "money" else _number_text(field, answer)
    return str(answer)


def _list_text(field: FormField, answer: list[Any], english: bool) -> str:
    if field.kind in ROWS:
        return "\n".join(_row_text(field, n, row) for n, row in enumerate(answer, start=1))
    if field.kind == "files":
        return ", ".join(str(file.get("name", "")) for file in answer)
    return ", ".join(_label(field, one, english) for one in answer)


def _row_text(field: FormField, number: int, row: Mapping[str, Any]) -> str:
    cells = [
        f"{in_language(inner, 'label')}: {answer_text(inner, row[inner.code])}"
        for inner in field.fields
        if inner.code in row
    ]
    return f"{number}. {'; '.join(cells)}"


def _label(field: FormField, answer: object, english: bool) -> str:
    labels = {c.code: (c.label_en if english else "") or c.label for c in field.choices}
    return labels.get(str(answer), str(answer))


def _number_text(field: FormField, number: int | float) -> str:
    return f"{number_text(field, number)} {field.measure}".strip()


def _date_text(text: str) -> str:
    """2022-06-25 -> 25/6/2022; of a partial date 6/2022 or 2022."""
    if len(text) == 7 and text[4] == "-":
        return f"{int(text[5:])}/{text[:4]}"
    if len(text) == 4:
        return text
    try:
        return vn_date(parse_vn_date(text))
    except Refused:
        return text
