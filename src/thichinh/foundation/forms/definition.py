"""What a form asks: the model of a form as a definition file or a verb writes it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from thichinh.foundation.definitions import DefinitionPart

FieldCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
FieldKind = Literal[
    "text", "long_text", "number", "money", "date", "choice", "boolean",
    "identity_number", "phone", "email", "address", "unit",
]  # fmt: skip


class Choice(DefinitionPart):
    """One answer a choice field accepts."""

    code: FieldCode
    label: str = Field(min_length=1)
    label_en: str = ""


class Condition(DefinitionPart):
    """Show a field only when an earlier one holds one of these values."""

    field: FieldCode
    values: tuple[str | bool, ...] = Field(min_length=1)


class FormField(DefinitionPart):
    """One question of the form. `min` and `max` bound numbers and money (đồng)."""

    code: FieldCode
    label: str = Field(min_length=1)
    label_en: str = ""
    kind: FieldKind
    required: bool = True
    hint: str = ""
    max_length: int | None = Field(default=None, gt=0)
    choices: tuple[Choice, ...] = ()
    min: int | None = None
    max: int | None = None
    earliest: date | None = None
    past: bool = False
    show_if: Condition | None = None

    @model_validator(mode="after")
    def _choices_belong_to_choice_fields(self) -> Self:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError(
                f"{self.code}: choices belong to a field of kind choice, and only there"
            )
        return self


class FormDefinition(DefinitionPart):
    """A form: its questions in the order in which they are asked."""

    title: str = ""
    title_en: str = ""
    fields: tuple[FormField, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _questions_agree(self) -> Self:
        if problems := form_problems(self.fields):
            raise ValueError("; ".join(problems))
        return self


def form_problems(fields: tuple[FormField, ...]) -> list[str]:
    """What contradicts itself: a code twice, a condition on what is not asked before."""
    problems = repeated_codes("form", [field.code for field in fields])
    seen: dict[str, FormField] = {}
    for field in fields:
        if field.show_if is not None:
            problems += _condition_problems(field.code, field.show_if, seen)
        seen[field.code] = field
    return problems


def repeated_codes(where: str, codes: list[str]) -> list[str]:
    """One sentence for each code that stands in a list more than once."""
    return [f"{where}: {code} twice" for code in sorted({c for c in codes if codes.count(c) > 1})]


def _condition_problems(code: str, condition: Condition, seen: dict[str, FormField]) -> list[str]:
    asked = seen.get(condition.field)
    if asked is None:
        return [f"form.{code}: show_if names {condition.field}, which is not asked before it"]
    allowed: set[str | bool] = {choice.code for choice in asked.choices}
    if asked.kind == "boolean":
        allowed = {True, False}
    if strange := [str(value) for value in condition.values if value not in allowed]:
        return [f"form.{code}: {condition.field} is never {', '.join(strange)}"]
    return []
