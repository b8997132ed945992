"""A bound form as a page shows it: controls of the house, rows with their buttons, conditions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from thichinh.foundation.forms.answers import AnswerScope, in_language
from thichinh.foundation.forms.binding import BoundForm
from thichinh.foundation.forms.definition import MEBIBYTE, ROWS, FormField, Section
from thichinh.foundation.forms.expressions import Node
from thichinh.foundation.forms.posted import RowChange, name_of
from thichinh.foundation.forms.shown import column_sum, sum_text
from thichinh.foundation.forms.sources import REFERENCES, FormContext
from thichinh.foundation.forms.words import condition_phrase, live
from thichinh.foundation.ui.fields import ErrorLine
from thichinh.foundation.ui.forms import MEGABYTE, DateInput, UploadField
from thichinh.foundation.uploads import endings_of

FEW_CHOICES = 5


@dataclass(frozen=True)
class When:
    """When a part of a form applies: `live` for the script, `words` for who has none."""

    live: str = ""
    words: str = ""


@dataclass(frozen=True)
class DrawnField:
    """One question: its control, what stands behind it, and files kept already."""

    field: FormField
    bound: BoundField
    label: str
    when: When
    suffix: str = ""
    is_prefilled: bool = False
    kept: Sequence[tuple[str, str]] = ()

    @property
    def kept_name(self) -> str:
        """The name of the boxes that keep files sent before."""
        return self.bound.html_name.removesuffix("-new")

    @property
    def is_number(self) -> bool:
        return self.field.kind in ("number", "money")


@dataclass(frozen=True)
class DrawnRow:
    """One row: its questions, the value of the button that drops it, and what is wrong with it."""

    id: str
    number: int
    cells: Sequence[DrawnField]
    drop: str
    errors: Sequence[str]


@dataclass(frozen=True)
class DrawnRows:
    """A group or table."""

    field: FormField
    id: str
    label: str
    hint: str
    when: When
    rows: Sequence[DrawnRow]
    count_name: str
    button: str
    add: str
    errors: Sequence[str]
    sums: Sequence[tuple[str, str]]

    @property
    def has_sums(self) -> bool:
        return any(code for code, _text in self.sums)


@dataclass(frozen=True)
class DrawnSection:
    """One step with what it asks."""

    step: Section
    title: str
    hint: str
    when: When
    items: Sequence[DrawnField | DrawnRows]


class _Typed(forms.Field):
    """A control whose content the definition judges, not the control."""


def draw(form: BoundForm, step: str | None = None) -> list[DrawnSection]:
    """The sections of a form, or the one with this code."""
    drawing = _Drawing(form)
    return [
        drawing.section(section)
        for section in form.definition.steps
        if step is None or section.code == step
    ]


def error_lines(form: BoundForm) -> list[ErrorLine]:
    """Everything wrong, in the order of the form, each with the control to go to."""
    lines = []
    for path, sentence in form.errors.items():
        label, target = _place(form, path)
        lines.append(ErrorLine(f"{label}: {sentence}" if label else sentence, target))
    return lines


def _place(form: BoundForm, path: str) -> tuple[str, str]:
    """Words for a path, and the id of what it names; '' where the form has nothing there."""
    code, _dot, rest = path.partition(".")
    field = form.definition.by_code.get(code)
    if field is None:
        return "", ""
    label, target = in_language(field, "label"), f"id_{name_of(code, form.prefix)}"
    number, _dot, inner = rest.partition(".")
    if not number:
        return label, target + ("_0" if _is_group(field) else "")
    label = _("%(label)s, dòng %(number)s") % {"label": label, "number": int(number) + 1}
    column = field.by_code.get(inner)
    if column is None:
        return label, f"{target}-{number}"
    first = "_0" if field.kind == "group" and _is_group(column) else ""
    return f"{label}, {in_language(column, 'label')}", f"{target}-{number}-{inner}{first}"


def _is_group(field: FormField) -> bool:
    """Whether the control is several boxes: the first one takes the focus."""
    return field.kind == "choices" or (field.kind == "choice" and len(field.choices) <= FEW_CHOICES)


class _Drawing:
    """One drawing of a bound form: all controls hang on one Django form, which knows no data."""

    def __init__(self, form: BoundForm) -> None:
        self.form = form
        self.errors = form.errors
        self.controls = forms.Form(use_required_attribute=False)
        self.controls.full_clean()
        self.controls.cleaned_data = {}
        self.known = AnswerScope(form.definition.by_code, form.judged.answers, form.context.day)

    def section(self, step: Section) -> DrawnSection:
        fields = self.form.definition.by_code
        return DrawnSection(
            step=step,
            title=in_language(step, "title"),
            hint=in_language(step, "hint"),
            when=self._when(step.shown, fields, ""),
            items=[
                self._rows(field) if field.kind in ROWS else self._field(field, "", self.form.typed)
                for field in step.fields
            ],
        )

    def _field(
        self,
        field: FormField,
        under: str,
        typed: Mapping[str, Any],
        inside: FormField | None = None,
    ) -> DrawnField:
        path = under + field.code
        name = name_of(path, self.form.prefix)
        label = in_language(field, "label")
        control = _control(field, self.form.context, inside)
        control.label, control.help_text = label, _hint(field)
        control.required = field.required
        if field.kind == "files":
            name = f"{name}-new"
        self.controls.fields[name] = control
        self.controls.initial[name] = typed.get(field.code)
        if path in self.errors:
            self.controls.add_error(name, self.errors[path])
        fields = {**self.form.definition.by_code, **inside.by_code} if inside else self.known.fields
        return DrawnField(
            field=field,
            bound=self.controls[name],
            label=label,
            when=self._when(field.shown, fields, under, inside),
            suffix=_("đồng") if field.kind == "money" else field.measure,
            is_prefilled=not under and field.code in self.form.prefilled,
            kept=_kept_files(typed.get(field.code)) if field.kind == "files" else (),
        )

    def _rows(self, field: FormField) -> DrawnRows:
        typed = self.form.typed.get(field.code)
        rows = [row for row in typed if isinstance(row, dict)] if isinstance(typed, list) else []
        name = name_of(field.code, self.form.prefix)
        return DrawnRows(
            field=field,
            id=f"id_{name}",
            label=in_language(field, "label"),
            hint=in_language(field, "hint"),
            when=self._when(field.shown, self.known.fields, ""),
            rows=[self._row(field, number, row) for number, row in enumerate(rows)],
            count_name=f"{name}-rows",
            button=self.form.row_button,
            add=f"add:{field.code}" if len(rows) < field.most else "",
            errors=self._errors_at(field.code),
            sums=list(self._sums(field)),
        )

    def _row(self, field: FormField, number: int, typed: dict[str, Any]) -> DrawnRow:
        under = f"{field.code}.{number}."
        own = {under + inner.code for inner in field.fields}
        cells = [self._field(inner, under, typed, field) for inner in field.fields]
        if self.form.change == RowChange(field.code) and number == self._last(field):
            cells[0].bound.field.widget.attrs["autofocus"] = True
        return DrawnRow(
            id=f"id_{name_of(under[:-1], self.form.prefix)}",
            number=number + 1,
            cells=cells,
            drop=f"drop:{field.code}:{number}",
            errors=[
                sentence
                for path, sentence in self.errors.items()
                if path.startswith(under) and path not in own
            ],
        )

    def _last(self, field: FormField) -> int:
        return len(self.form.typed.get(field.code) or ()) - 1

    def _errors_at(self, path: str) -> list[str]:
        return [self.errors[path]] if path in self.errors else []

    def _sums(self, field: FormField) -> Iterator[tuple[str, str]]:
        """For each column its code and what it adds up to; ('', '') where it is not added up."""
        if field.kind != "table":
            return
        for column in field.fields:
            if not column.sum:
                yield "", ""
                continue
            yield column.code, sum_text(column, column_sum(self.known, field.code, column.code))

    def _when(
        self,
        node: Node | None,
        fields: Mapping[str, FormField],
        under: str,
        inside: FormField | None = None,
    ) -> When:
        if node is None:
            return When()

        def control(code: str) -> tuple[str, str]:
            path = under + code if inside is not None and code in inside.by_code else code
            return name_of(path, self.form.prefix), fields[code].kind

        sent = live(node, control, self.form.context.day)
        return When(
            live=json.dumps(sent, ensure_ascii=False, separators=(",", ":")) if sent else "",
            words=condition_phrase(node, fields),
        )


def _kept_files(typed: Any) -> list[tuple[str, str]]:
    """Files kept before, as (value of the hidden control, name)."""
    kept = typed if isinstance(typed, list) else []
    return [
        (f"{file.get('sha256')} {file.get('name')}", str(file.get("name")))
        for file in kept
        if isinstance(file, Mapping)
    ]


def _hint(field: FormField) -> str:
    own = in_language(field, "hint")
    how = {
        "date": _("Ngày/tháng/năm, ví dụ 25/6/2022."),
        "partial_date": _("Ngày/tháng/năm; không rõ ngày thì ghi 6/2022 hoặc 2022."),
        "position": _("Vĩ độ; kinh độ, ví dụ 14.8123; 108.9567."),
    }
    return " ".join(filter(None, (own, how.get(field.kind))))


def _control(field: FormField, context: FormContext, inside: FormField | None) -> forms.Field:
    if field.kind == "files":
        control = UploadField(
            max_bytes=field.max_bytes // MEBIBYTE * MEGABYTE or MEGABYTE,
            types=endings_of(field.accept),
        )
        control.widget.allow_multiple_selected = field.most > 1
        if field.most > 1:
            control.widget.attrs["multiple"] = True
        return control
    return _Typed(widget=_widget(field, context, in_table=bool(inside and inside.kind == "table")))


def _widget(field: FormField, context: FormContext, in_table: bool) -> forms.Widget:
    pick = ("", _("Hãy chọn"))
    choices = [(choice.code, in_language(choice, "label")) for choice in field.choices]
    source = REFERENCES.get(field.source or field.kind)
    if field.kind == "choices":
        return forms.CheckboxSelectMultiple(choices=choices)
    if field.kind == "choice" and _is_group(field) and not in_table:
        return forms.RadioSelect(choices=choices)
    if field.kind == "choice":
        return forms.Select(choices=[pick, *choices])
    if field.kind in ("unit", "reference") and source is not None:
        return forms.Select(choices=[pick, *source.choices(context.day)])
    return _plain_widget(field.kind)


def _plain_widget(kind: str) -> forms.Widget:
    if kind == "date":
        return DateInput()
    if kind == "boolean":
        return forms.CheckboxInput()
    if kind == "long_text":
        return forms.Textarea(attrs={"rows": 4})
    if kind == "email":
        return forms.EmailInput(attrs={"autocomplete": "email"})
    return forms.TextInput(attrs=_KEYBOARDS.get(kind, {"autocomplete": "off"}))


_KEYBOARDS = {
    "number": {"autocomplete": "off", "inputmode": "decimal"},
    "money": {"autocomplete": "off", "inputmode": "numeric"},
    "identity_number": {"autocomplete": "off", "inputmode": "numeric"},
    "phone": {"autocomplete": "tel", "inputmode": "tel"},
}
