"""How a Django form field becomes a labelled, described, accessible control."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from thichinh.foundation.ui.forms import UploadField, file_size

Words = str | Promise
_GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """One line of the summary: the sentence and the control it points to."""

    words: str
    target: str


def field_context(
    bound: BoundField,
    *,
    width: str = "full",
    prefix: Words = "",
    suffix: Words = "",
    label: Words = "",
    hint: Words = "",
) -> dict[str, Any]:
    """Return what `components/field.html` shows of a bound field."""
    kind = _kind(bound.field.widget)
    shown_hint = hint or bound.help_text
    return {
        "field": bound,
        "kind": kind,
        "id": bound.id_for_label or bound.auto_id,
        "label": label or bound.label,
        "hint": shown_hint,
        "errors": list(bound.errors),
        "control": _control(bound, kind, width, bool(shown_hint)),
        "choices": _choices(bound, bool(shown_hint)) if kind in ("group", "check") else (),
        "prefix": prefix,
        "suffix": suffix,
        "limit": _limit(bound.field),
        "types": ", ".join(getattr(bound.field, "types", ())),
    }


def bare_control(bound: BoundField, attributes: dict[str, Any]) -> SafeString:
    """The control alone, for a place that names and describes it in its own way."""
    css = {"select": "form-select", "check": "", "group": ""}.get(
        _kind(bound.field.widget), "form-control"
    )
    return bound.as_widget(attrs={**attributes, "class": css} if css else attributes)


def error_lines(form: forms.BaseForm) -> list[ErrorLine]:
    """Every error of a form in the order of its fields, those of the whole form first."""
    lines = [ErrorLine(str(words), "") for words in form.non_field_errors()]
    for name in form.errors:
        if name in form.fields:
            bound = form[name]
            target = _first_control(bound)
            lines += [ErrorLine(f"{bound.label}: {words}", target) for words in bound.errors]
    return lines


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, _GROUPS):
        return "group"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "select" if isinstance(widget, forms.Select) else "input"


def _described(bound: BoundField, has_hint: bool) -> str:
    parts = [f"{bound.auto_id}_hint"] if has_hint else []
    if isinstance(bound.field, UploadField):
        parts.append(f"{bound.auto_id}_limit")
    if bound.errors:
        parts.insert(0, f"{bound.auto_id}_error")
    return " ".join(parts)


def _attributes(bound: BoundField, has_hint: bool) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    if described := _described(bound, has_hint):
        attributes["aria-describedby"] = described
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return attributes


def _control(bound: BoundField, kind: str, width: str, has_hint: bool) -> SafeString:
    if kind in ("group", "check"):
        return SafeString("")
    base = "form-select" if kind == "select" else "form-control"
    own = bound.field.widget.attrs.get("class", "")
    css = " ".join(
        part for part in (base, f"width-{width}" if width != "full" else "", own) if part
    )
    return bound.as_widget(attrs={"class": css, **_attributes(bound, has_hint)})


def _choices(bound: BoundField, has_hint: bool) -> tuple[tuple[SafeString, Words], ...]:
    """The boxes of a group, or the one box of a yes/no field, each with its words."""
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return ((bound.as_widget(attrs=_attributes(bound, has_hint)), bound.label),)
    return tuple((SafeString(box.tag()), box.choice_label) for box in bound.subwidgets)


def _first_control(bound: BoundField) -> str:
    if _kind(bound.field.widget) == "group":
        return f"{bound.auto_id}_0"
    return str(bound.auto_id)


def _limit(field: forms.Field) -> str:
    return file_size(field.max_bytes) if isinstance(field, UploadField) else ""
