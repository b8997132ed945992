"""What a form asks: the model of a form, as a definition file or a verb writes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from thichinh.foundation.definitions import DefinitionPart
from thichinh.foundation.errors import Refused
from thichinh.foundation.forms import expressions
from thichinh.foundation.forms.expressions import Among, Node, parse
from thichinh.foundation.forms.types import Asked, check_types
from thichinh.foundation.uploads import SCANS, FileCode

FieldCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
FieldKind = Literal[
    "text", "long_text", "number", "money", "date", "choice", "boolean",
    "identity_number", "phone", "email", "address", "unit",
    "partial_date", "choices", "position", "reference", "files", "group", "table",
]  # fmt: skip
ROWS = ("group", "table")
MEBIBYTE = 1024 * 1024
# What an expression sees of each kind; the rest are texts.
_TYPES = {
    "number": "number", "money": "number", "date": "date", "boolean": "bool",
    "choices": "choices", "files": "files", "position": "files", "group": "rows", "table": "rows",
}  # fmt: skip
# An option that means nothing for a field's kind is a mistake in the definition.
OPTIONS: dict[str, tuple[str, ...]] = {
    "choices": ("choice", "choices"),
    "decimals": ("number",),
    "measure": ("number",),
    "source": ("reference", "unit"),
    "accept": ("files",),
    "max_bytes": ("files",),
    "at_least": ("files", "choices", *ROWS),
    "at_most": ("files", "choices", *ROWS),
    "fields": ROWS,
    "checks": ROWS,
    "sum": ("number", "money"),
}


def _readable(text: str) -> str:
    try:
        parse(text)
    except Refused as refused:
        raise ValueError(refused.message) from None
    return text


Expression = Annotated[str, AfterValidator(_readable)]


class Choice(DefinitionPart):
    """One answer a choice field accepts."""

    code: FieldCode
    label: str = Field(min_length=1)
    label_en: str = ""


class Condition(DefinitionPart):
    """Holds when a field asked before has one of these values: short for `field in (...)`."""

    field: FieldCode
    values: tuple[str | bool, ...] = Field(min_length=1)


class Check(DefinitionPart):
    """A rule over several fields, and the sentence for who breaks it.

    A rule over something not answered is not judged. `at` is the field that shows the sentence;
    without it the sentence stands above the form, or above the row.
    """

    rule: Expression
    message: str = Field(min_length=1)
    message_en: str = ""
    at: FieldCode | Literal[""] = ""


class FormField(DefinitionPart):
    """One question. What an option means for which kind: docs/reference/forms.md."""

    code: FieldCode
    label: str = Field(min_length=1, description="the question, in Vietnamese")
    label_en: str = Field(default="", description="the question in English")
    kind: FieldKind
    required: bool = Field(default=True, description="must be answered; a yes/no must be yes")
    required_if: Expression | None = Field(
        default=None, description="must be answered when this holds; `required: false` goes with it"
    )
    hint: str = Field(default="", description="a sentence below the question")
    hint_en: str = Field(default="", description="the same in English")
    max_length: int | None = Field(default=None, gt=0, description="characters of a text")
    choices: tuple[Choice, ...] = Field(default=(), description="the answers to choose from")
    min: int | None = Field(default=None, description="least number or amount of money (đồng)")
    max: int | None = Field(default=None, description="greatest number or amount of money (đồng)")
    decimals: int | None = Field(default=None, ge=0, le=6, description="most decimals of a number")
    measure: str = Field(default="", description="unit of a number, e.g. m²")
    earliest: date | None = Field(default=None, description="first day that a date may be")
    past: bool = Field(default=False, description="a date not after today")
    source: str = Field(default="", description="name of a reference source, e.g. unit")
    accept: tuple[FileCode, ...] = Field(
        default=SCANS, min_length=1, description="kinds of files taken"
    )
    max_bytes: int = Field(default=20 * MEBIBYTE, gt=0, description="most bytes of one file")
    at_least: int = Field(default=0, ge=0, description="fewest rows, files or choices")
    at_most: int | None = Field(
        default=None, gt=0, le=200, description="most rows, files or choices (20 without it)"
    )
    fields: tuple[FormField, ...] = Field(default=(), description="the questions of one row")
    checks: tuple[Check, ...] = Field(default=(), description="rules over the fields of one row")
    sum: bool = Field(default=False, description="show what the column of a table adds up to")
    default: str | int | bool | None = Field(
        default=None, description="answer that a new form begins with, as somebody would type it"
    )
    prefill: str = Field(
        default="", description="what is known already, source and value: person.full_name"
    )
    show_if: Condition | Expression | None = Field(
        default=None, description="ask only when this holds"
    )

    @property
    def shown(self) -> Node | None:
        """The condition of `show_if`, as a tree."""
        return rule_of(self.show_if)

    @property
    def demanded(self) -> Node | None:
        """The condition of `required_if`, as a tree."""
        return rule_of(self.required_if)

    @property
    def most(self) -> int:
        """How many rows, files or choices are taken at most."""
        return self.at_most or (len(self.choices) or 20)

    @cached_property
    def by_code(self) -> dict[str, FormField]:
        """The questions of one row."""
        return {field.code: field for field in self.fields}

    @model_validator(mode="after")
    def _options_fit_the_kind(self) -> Self:
        if problems := [*self._strange_options(), *self._row_problems()]:
            raise ValueError("; ".join(f"{self.code}: {problem}" for problem in problems))
        return self

    def _strange_options(self) -> Iterator[str]:
        for option, kinds in OPTIONS.items():
            default = type(self).model_fields[option].default
            if self.kind not in kinds and getattr(self, option) != default:
                yield f"{option} belong to a field of kind {' or '.join(kinds)}, and only there"
        if self.kind in OPTIONS["choices"] and not self.choices:
            yield "choices belong to every field of this kind"
        if self.kind == "reference" and not self.source:
            yield "a reference names its source"
        if self.required and self.required_if is not None:
            yield "required_if goes with required: false"

    def _row_problems(self) -> Iterator[str]:
        if self.kind not in ROWS:
            return
        if not self.fields:
            yield "a group or table has fields"
        if any(field.kind in ROWS for field in self.fields):
            yield "a row holds no rows of its own"
        if self.at_least > self.most:
            yield "at_least is more than at_most"


class Section(DefinitionPart):
    """A step of a form: some questions under a heading."""

    code: FieldCode | Literal[""] = ""
    title: str = ""
    title_en: str = ""
    hint: str = ""
    hint_en: str = ""
    show_if: Condition | Expression | None = None
    fields: tuple[FormField, ...] = Field(min_length=1)

    @property
    def shown(self) -> Node | None:
        """The condition of `show_if`, as a tree."""
        return rule_of(self.show_if)


class FormDefinition(DefinitionPart):
    """A form: its questions in the order in which they are asked, and rules over them.

    Short forms have `fields`, long ones `sections` of fields; codes are unique in the whole form
    and in each row.
    """

    title: str = ""
    title_en: str = ""
    fields: tuple[FormField, ...] = ()
    sections: tuple[Section, ...] = ()
    checks: tuple[Check, ...] = ()

    @cached_property
    def steps(self) -> tuple[Section, ...]:
        """The sections; a form without any is one section without a heading."""
        return self.sections or (Section(fields=self.fields),)

    @cached_property
    def all_fields(self) -> tuple[FormField, ...]:
        """Every field of the form, without those inside rows."""
        return tuple(field for step in self.steps for field in step.fields)

    @cached_property
    def by_code(self) -> dict[str, FormField]:
        """The fields by their codes."""
        return {field.code: field for field in self.all_fields}

    @model_validator(mode="after")
    def _questions_agree(self) -> Self:
        if bool(self.fields) == bool(self.sections):
            raise ValueError("form: either fields or sections")
        if problems := form_problems(self.steps, self.checks):
            raise ValueError("; ".join(problems))
        return self


def rule_of(condition: Condition | str | None) -> Node | None:
    """A condition, in either way of writing it, as a tree."""
    if isinstance(condition, Condition):
        literals = tuple(expressions.Literal(value) for value in condition.values)
        return Among(expressions.Name(condition.field), literals)
    return None if condition is None else parse(condition)


def walk(fields: tuple[FormField, ...], under: str = "") -> Iterator[tuple[str, FormField]]:
    """Every field with its path, those inside rows after their group or table."""
    for field in fields:
        yield f"{under}{field.code}", field
        yield from walk(field.fields, f"{under}{field.code}.")


def form_problems(steps: Sequence[Section], checks: Sequence[Check] = ()) -> list[str]:
    """What contradicts itself: a code twice, a condition on what is not asked before."""
    problems = repeated_codes("form", [field.code for step in steps for field in step.fields])
    problems += repeated_codes("sections", [step.code for step in steps])
    known: dict[str, Asked] = {}
    for step in steps:
        problems += _faults(step.show_if, f"sections.{step.code}: show_if", known)
        problems += _field_problems(step.fields, "form.", known)
    return problems + _check_problems(checks, "form", known)


def _field_problems(
    fields: tuple[FormField, ...], where: str, known: dict[str, Asked]
) -> list[str]:
    problems: list[str] = []
    for field in fields:
        place = f"{where}{field.code}"
        problems += _faults(field.show_if, f"{place}: show_if", known)
        problems += _faults(field.required_if, f"{place}: required_if", known)
        columns: dict[str, Asked] | None = None
        if field.fields:
            problems += repeated_codes(place, [inner.code for inner in field.fields])
            columns = {}
            inside = dict(known)
            problems += _field_problems(field.fields, f"{place}.", inside)
            columns = {inner.code: inside[inner.code] for inner in field.fields}
            problems += _check_problems(field.checks, place, inside)
        known[field.code] = _asked(field, columns)
    return problems


def _asked(field: FormField, columns: dict[str, Asked] | None) -> Asked:
    return Asked(
        _TYPES.get(field.kind, "text"), frozenset(choice.code for choice in field.choices), columns
    )


def _check_problems(checks: Sequence[Check], where: str, known: dict[str, Asked]) -> list[str]:
    problems = []
    for number, check in enumerate(checks, start=1):
        place = f"{where}: checks {number}"
        problems += _faults(check.rule, place, known)
        if check.at and check.at not in known:
            problems.append(f"{place}: at names {check.at}, which is not asked")
    return problems


def _faults(condition: Any, where: str, known: dict[str, Asked]) -> list[str]:
    rule = rule_of(condition)
    if rule is None:
        return []
    try:
        check_types(rule, known)
    except Refused as refused:
        return [f"{where}: {refused.message}"]
    return []


def repeated_codes(where: str, codes: list[str]) -> list[str]:
    """One sentence for each code that stands in a list more than once."""
    return [f"{where}: {code} twice" for code in sorted({c for c in codes if codes.count(c) > 1})]
