"""What people answer on a form: read, put into one written form, and checked field by field.

Answers come from a page (strings as typed) or from a program (JSON). They leave as JSON values:
text in NFC, whole numbers as int, dates as ISO strings, yes or no as bool, rows as lists of
objects. A question that is not asked has no answer, whatever was sent.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from thichinh.foundation.errors import Refused
from thichinh.foundation.forms.definition import ROWS, Check, FormDefinition, FormField
from thichinh.foundation.forms.expressions import Node, Value, evaluate, holds, parse
from thichinh.foundation.forms.kinds import Answer, empty, read_answer
from thichinh.foundation.forms.sources import FormContext
from thichinh.foundation.text import plain_text

Answers = dict[str, Any]
MOST_UNKNOWN_NAMED = 5
LONGEST_DRAFT = 10_000
"""Characters of one answer kept in a draft: too long an answer is told so, not cut in silence."""


@dataclass
class Judgement:
    """What a form makes of answers: those that are right, and a sentence for each other one.

    Everything is keyed by path: `name`, `children.0.name`, `checks.1`. `missing` are the problems
    that only wait for an answer; `asked` are the questions that apply.
    """

    answers: Answers = dataclasses.field(default_factory=dict)
    problems: dict[str, str] = dataclasses.field(default_factory=dict)
    missing: set[str] = dataclasses.field(default_factory=set)
    asked: set[str] = dataclasses.field(default_factory=set)


@dataclass(frozen=True, slots=True)
class AnswerScope:
    """The names of an expression: fields of this row or form, then of the form around it."""

    fields: Mapping[str, FormField]
    answers: Mapping[str, Any]
    day: date
    outer: AnswerScope | None = None

    def value(self, code: str) -> Value | list[str]:
        """See `expressions.Scope`; a yes/no not answered is no."""
        if code not in self.fields and self.outer is not None:
            return self.outer.value(code)
        known: Value | list[str] = _value(self.fields[code], self.answers.get(code))
        return known

    def column(self, rows: str, code: str) -> Sequence[Value]:
        """See `expressions.Scope`."""
        if rows not in self.fields and self.outer is not None:
            return self.outer.column(rows, code)
        column = self.fields[rows].by_code[code]
        return [_value(column, row.get(code)) for row in self.answers.get(rows, ())]

    def count(self, rows: str) -> int:
        """See `expressions.Scope`."""
        if rows not in self.fields and self.outer is not None:
            return self.outer.count(rows)
        return len(self.answers.get(rows, ()))

    def meets(self, condition: Node | None) -> bool:
        """Whether a condition holds; none always does."""
        return condition is None or holds(condition, self)


def _value(field: FormField, answer: Any) -> Any:
    if answer is None:
        return False if field.kind == "boolean" else None
    if field.kind in ("number", "money"):
        return Fraction(answer if isinstance(answer, int) else Decimal(repr(answer)))
    return date.fromisoformat(answer) if field.kind == "date" else answer


def check_answers(
    definition: FormDefinition, answers: Mapping[str, object], context: FormContext | None = None
) -> Answers:
    """The answers as they are kept. Raises Refused with a sentence for every wrong path.

    A question that is not asked is dropped with whatever was typed there. A name the form does
    not have is refused, so that a program notices its mistake.
    """
    judged = judge(definition, answers, context)
    if judged.problems:
        raise _refusal(judged.problems)
    return judged.answers


def judge(
    definition: FormDefinition, answers: Mapping[str, object], context: FormContext | None = None
) -> Judgement:
    """What is right, what is wrong and what is still missing: for drafts, and to draw a form."""
    judged = Judgement(problems=_unknown(definition.by_code, answers))
    judging = _Judging(judged, context or FormContext.now())
    scope = AnswerScope(definition.by_code, judged.answers, judging.context.day)
    for step in definition.steps:
        if scope.meets(step.shown):
            judging.read_fields(step.fields, answers, scope, "")
    judging.check(definition.checks, scope, "")
    return judged


@dataclass(frozen=True, slots=True)
class _Judging:
    """One pass over a form."""

    judged: Judgement
    context: FormContext

    def read_fields(
        self,
        fields: Sequence[FormField],
        given: Mapping[str, object],
        scope: AnswerScope,
        under: str,
    ) -> None:
        kept: Any = scope.answers
        for field in fields:
            if not scope.meets(field.shown):
                continue
            path = under + field.code
            self.judged.asked.add(path)
            try:
                value = self._read(field, given.get(field.code), scope, path)
            except _Missing as missing:
                self.judged.problems[path] = missing.message
                self.judged.missing.add(path)
            except Refused as refused:
                self.judged.problems[path] = refused.message
            else:
                if value is not None:
                    kept[field.code] = value

    def _read(self, field: FormField, raw: object, scope: AnswerScope, path: str) -> Answer | None:
        if field.kind in ROWS:
            return self._read_rows(field, raw, scope, path)
        value = None if empty(raw) else read_answer(field, raw, self.context)
        required = field.required or (field.demanded is not None and scope.meets(field.demanded))
        if required and (value is None or (field.kind == "boolean" and value is not True)):
            raise _Missing(_missing_phrase(field))
        return value

    def _read_rows(
        self, field: FormField, raw: object, scope: AnswerScope, path: str
    ) -> list[Any] | None:
        kept: list[Any] = []
        for number, row in _rows(field, raw):
            answers: Answers = {}
            under = f"{path}.{number}."
            inner = AnswerScope(field.by_code, answers, self.context.day, scope)
            for name, sentence in _unknown(field.by_code, row).items():
                self.judged.problems[under + name] = sentence
            self.read_fields(field.fields, row, inner, under)
            self.check(field.checks, inner, under)
            if answers:
                kept.append(answers)
        if len(kept) < field.at_least:
            raise _Missing(_too_few_phrase(field))
        return kept or None

    def check(self, checks: Sequence[Check], scope: AnswerScope, under: str) -> None:
        for number, check in enumerate(checks, start=1):
            if evaluate(parse(check.rule), scope) is False:
                path = (
                    f"{under}{check.at}" if check.at in scope.fields else f"{under}checks.{number}"
                )
                self.judged.problems.setdefault(path, in_language(check, "message"))


class _Missing(Refused):
    """Nothing was answered where an answer is needed."""


def in_language(words: Any, name: str) -> str:
    """`label`, `title`, `hint` or `message` in the language of the page, if it is written in it."""
    english = getattr(words, f"{name}_en", "") if is_english() else ""
    return str(english or getattr(words, name))


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def _rows(field: FormField, raw: object) -> Iterator[tuple[int, Mapping[str, object]]]:
    """The rows that hold something, with their place in what was sent."""
    if empty(raw):
        return
    if not isinstance(raw, list | tuple) or not all(isinstance(row, Mapping) for row in raw):
        raise Refused(_("Hãy gửi một danh sách các dòng."))
    filled = [(n, row) for n, row in enumerate(raw) if not all(_blank(v) for v in row.values())]
    if len(filled) > field.most:
        raise Refused(_("Chỉ ghi nhiều nhất %(most)s dòng.") % {"most": field.most})
    yield from filled


def _blank(value: object) -> bool:
    return value is False or empty(value)


def _missing_phrase(field: FormField) -> str:
    if field.kind == "boolean":
        return _("Hãy đánh dấu vào ô này để xác nhận, rồi gửi lại.")
    picked = field.kind in ("choice", "choices", "unit", "reference", "files")
    sentence = _("Hãy chọn “%(label)s”.") if picked else _("Hãy ghi “%(label)s”.")
    return sentence % {"label": in_language(field, "label")}


def _too_few_phrase(field: FormField) -> str:
    count = {"count": field.at_least, "label": in_language(field, "label")}
    sentence = ngettext(
        "Hãy ghi ít nhất %(count)d dòng vào “%(label)s”.",
        "Hãy ghi ít nhất %(count)d dòng vào “%(label)s”.",
        field.at_least,
    )
    return sentence % count


def clean_draft(definition: FormDefinition, answers: Mapping[str, object]) -> Answers:
    """What a half-filled form holds: the known fields as typed, nothing checked."""
    return _drafted(definition.all_fields, answers)


def _drafted(fields: Sequence[FormField], answers: Mapping[str, object]) -> Answers:
    draft: Answers = {}
    for field in fields:
        value = _as_typed(field, answers.get(field.code))
        if value is not None:
            draft[field.code] = value
    return draft


def _as_typed(field: FormField, value: object) -> Answer | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str | int | float):
        text = plain_text(str(value), keep_lines=True)[:LONGEST_DRAFT]
        return None if empty(value) else text
    if field.kind == "position" and isinstance(value, Mapping):
        return f"{value.get('lat')}; {value.get('lon')}"
    if not isinstance(value, list | tuple):
        return None
    return [_item(field, item) for item in value[: field.most]] or None


def _item(field: FormField, item: object) -> Any:
    if field.kind in ROWS:
        return _drafted(field.fields, item if isinstance(item, Mapping) else {})
    if field.kind == "files" and isinstance(item, Mapping):
        return {key: str(item.get(key, ""))[:300] for key in ("sha256", "name")}
    return plain_text(str(item))[:LONGEST_DRAFT]


def is_asked(definition: FormDefinition, field: FormField, answers: Mapping[str, Any]) -> bool:
    """Whether a field of the form itself is asked, given the answers before it, as kept."""
    return AnswerScope(definition.by_code, answers, FormContext.now().day).meets(field.shown)


def _unknown(known: Mapping[str, FormField], answers: Mapping[str, object]) -> dict[str, str]:
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
