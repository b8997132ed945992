"""What people answer on a form: read, put into one written form, and checked field by field.

Answers come from a page (strings as typed) or from a program (JSON). They leave as JSON values:
text in NFC, whole numbers as int, dates as ISO strings, yes or no as bool.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from thichinh.foundation.clock import today
from thichinh.foundation.errors import Refused
from thichinh.foundation.forms.definition import Condition, FormDefinition, FormField
from thichinh.foundation.forms.kinds import (
    Answer,
    empty,
    number_text,
    read_answer,
)
from thichinh.foundation.text import parse_vn_date, plain_text, vn_date, vn_money

MOST_UNKNOWN_NAMED = 5
LONGEST_DRAFT = 10_000
"""Characters of one answer kept in a draft: too long an answer is told so, not cut in silence."""


def check_answers(
    definition: FormDefinition, answers: Mapping[str, object], on: date | None = None
) -> dict[str, Answer]:
    """The answers as they are kept. Raises Refused with a sentence for every wrong field.

    A question that `show_if` hides is not asked: whatever was typed there is dropped. A name the
    form does not have is refused, so that a program notices its mistake.
    """
    day = on or today()
    problems = _unknown(definition, answers)
    kept: dict[str, Answer] = {}
    for field in definition.fields:
        if not is_asked(field.show_if, kept):
            continue
        try:
            value = _checked(field, answers.get(field.code), day)
        except Refused as refused:
            problems[field.code] = refused.message
        else:
            if value is not None:
                kept[field.code] = value
    if problems:
        raise _refusal(problems)
    return kept


def clean_draft(definition: FormDefinition, answers: Mapping[str, object]) -> dict[str, Answer]:
    """What a half-filled form holds: the known fields as typed, nothing checked."""
    draft: dict[str, Answer] = {}
    for field in definition.fields:
        value = answers.get(field.code)
        if isinstance(value, bool):
            draft[field.code] = value
        elif isinstance(value, str | int | float) and not empty(value):
            draft[field.code] = plain_text(str(value), keep_lines=True)[:LONGEST_DRAFT]
    return draft


def is_asked(condition: Condition | None, answers: Mapping[str, Answer]) -> bool:
    """Whether a field with this condition is shown, given the answers before it."""
    if condition is None:
        return True
    value = answers.get(condition.field, False)
    return any(value is wanted or value == wanted for wanted in condition.values)


def answer_text(field: FormField, answer: Answer | None, english: bool = False) -> str:
    """An answer as a person reads it: the label of a choice, a date and money as written here."""
    if answer is None:
        return ""
    if isinstance(answer, bool):
        return ("Yes" if answer else "No") if english else ("Có" if answer else "Không")
    if field.kind == "choice":
        labels = {c.code: (c.label_en if english else "") or c.label for c in field.choices}
        return labels.get(str(answer), str(answer))
    if field.kind == "date":
        return vn_date(parse_vn_date(str(answer)))
    if field.kind == "money" and isinstance(answer, int | float):
        return vn_money(answer)
    if field.kind == "number" and isinstance(answer, int | float):
        return number_text(field, answer)
    return str(answer)


def _checked(field: FormField, raw: object, day: date) -> Answer | None:
    value = None if empty(raw) else read_answer(field, raw, day)
    if field.kind == "boolean":
        if field.required and value is not True:
            raise Refused(_("Hãy đánh dấu vào ô này để xác nhận, rồi gửi lại."))
        return value
    if value is None and field.required:
        picked = field.kind in ("choice", "unit")
        sentence = _("Hãy chọn “%(label)s”.") if picked else _("Hãy ghi “%(label)s”.")
        raise Refused(sentence % {"label": field.label})
    return value


def _unknown(definition: FormDefinition, answers: Mapping[str, object]) -> dict[str, str]:
    known = {field.code for field in definition.fields}
    strange = sorted(str(name) for name in answers if name not in known)
    return {
        plain_text(name)[:60]: _("Biểu mẫu này không có mục này; hãy bỏ đi.")
        for name in strange[:MOST_UNKNOWN_NAMED]
    }


def _refusal(problems: Mapping[str, str]) -> Refused:
    """Names come from outside, so they are never keyword arguments."""
    count = len(problems)
    sentence = ngettext(
        "Còn %(count)d mục chưa đúng. Hãy sửa từng mục theo lời nhắc rồi gửi lại.",
        "Còn %(count)d mục chưa đúng. Hãy sửa từng mục theo lời nhắc rồi gửi lại.",
        count,
    )
    refusal = Refused(sentence % {"count": count})
    refusal.fields.update(problems)
    return refusal
