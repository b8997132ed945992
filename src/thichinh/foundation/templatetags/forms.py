"""`{% load forms %}`: a bound form, its errors, and answers to read (docs/reference/forms.md)."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from thichinh.foundation.forms.binding import BoundForm
from thichinh.foundation.forms.shown import ShownSection
from thichinh.foundation.ui import fields
from thichinh.foundation.ui.drawn_forms import DrawnField, DrawnRows, draw, error_lines

register = template.Library()


@register.simple_tag
def draw_form(form: BoundForm, step: str | None = None) -> SafeString:
    """Every question of a form, or of one of its sections; the <form> around it is the page's."""
    sections = draw(form, step)
    has_rows = any(isinstance(item, DrawnRows) for section in sections for item in section.items)
    return render_to_string("ui/forms/form.html", {"sections": sections, "has_rows": has_rows})


@register.simple_tag
def form_errors(*forms: BoundForm | django_forms.BaseForm) -> SafeString:
    """The box above a page's form that lists every error of these forms, in one list."""
    lines = [
        line
        for form in forms
        for line in (error_lines(form) if isinstance(form, BoundForm) else fields.error_lines(form))
    ]
    if not lines:
        return SafeString("")
    return render_to_string("ui/components/error_summary.html", {"errors": lines})


@register.simple_tag
def draw_answers(sections: list[ShownSection]) -> SafeString:
    """Answers to read: what `forms.shown` gives."""
    return render_to_string("ui/forms/answers.html", {"sections": sections})


@register.simple_tag
def table_cell(cell: DrawnField, number: int) -> SafeString:
    """A control in a table: its column and row are its name, its error stands below it."""
    bound = cell.bound
    name = f"{cell.label}, {number}"
    attributes: dict[str, Any] = {"aria-label": name}
    if bound.errors:
        attributes |= {"aria-invalid": "true", "aria-describedby": f"{bound.auto_id}_error"}
    return render_to_string(
        "ui/forms/cell.html",
        {"item": cell, "control": fields.bare_control(bound, attributes), "name": name},
    )
