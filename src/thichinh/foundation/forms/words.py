"""Conditions in words for who has no scripts, and as data for the small script of who has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from thichinh.foundation.forms.answers import in_language
from thichinh.foundation.forms.definition import FormField
from thichinh.foundation.forms.expressions import (
    Among,
    Arithmetic,
    Call,
    Column,
    Comparison,
    Literal,
    Logic,
    Name,
    Node,
    Not,
    children,
)
from thichinh.foundation.text import vn_number

Fields = Mapping[str, FormField]
LIVE_CALLS = frozenset({"answered", "today", "date", "year", "years", "abs"})
"""Functions that the script works out too (`frontend/js/modules/asked.js`)."""


def condition_phrase(node: Node, fields: Fields) -> str:
    """'Chỉ điền khi “Loại” là “Mới”:'."""
    return _("Chỉ điền khi %(condition)s:") % {"condition": condition_words(node, fields)}


def condition_words(node: Node, fields: Fields) -> str:
    """A condition as a part of a sentence."""
    match node:
        case Name():
            return _("đã đánh dấu %(question)s") % {"question": _words(node, fields)}
        case Not(Name() as name):
            return _("chưa đánh dấu %(question)s") % {"question": _words(name, fields)}
        case Call("answered", (Name() as name,)):
            return _("đã điền %(question)s") % {"question": _words(name, fields)}
        case Among(Name(code), (Literal(value=bool() as wanted),)):
            return condition_words(Name(code) if wanted else Not(Name(code)), fields)
        case Among(item, values):
            words = _(" hoặc ").join(_answer_words(item, value, fields) for value in values)
            return f"{_words(item, fields)} {_('là')} {words}"
        case Comparison():
            return _comparison_words(node, fields)
        case Logic(mark, parts):
            joint = _(" và ") if mark == "and" else _(" hoặc ")
            return joint.join(condition_words(part, fields) for part in parts)
        case Not(part):
            return _("không phải: %(condition)s") % {"condition": condition_words(part, fields)}
    return _words(node, fields)


def _comparison_words(node: Comparison, fields: Fields) -> str:
    signs = {
        "==": _("là"),
        "!=": _("không phải là"),
        "<": _("nhỏ hơn"),
        "<=": _("không quá"),
        ">": _("lớn hơn"),
        ">=": _("ít nhất là"),
    }
    right = _answer_words(node.left, node.right, fields)
    return f"{_words(node.left, fields)} {signs[node.mark]} {right}"


def _answer_words(asked: Node, answer: Node, fields: Fields) -> str:
    """An answer as the form shows it: the label of a choice."""
    if isinstance(asked, Name) and isinstance(answer, Literal) and asked.code in fields:
        for choice in fields[asked.code].choices:
            if choice.code == answer.value:
                return f"“{in_language(choice, 'label')}”"
    return _words(answer, fields)


def _words(node: Node, fields: Fields) -> str:
    match node:
        case Name(code) | Column(code, _):
            return f"“{in_language(fields[code], 'label')}”" if code in fields else f"“{code}”"
        case Literal(value):
            return _number_words(value) if isinstance(value, Fraction) else f"“{value}”"
        case Arithmetic(mark, left, right):
            return f"{_words(left, fields)} {mark} {_words(right, fields)}"
        case Call(function, arguments):
            inner = ", ".join(_words(argument, fields) for argument in arguments)
            return f"{_function_words(function)} {inner}".strip()
    return condition_words(node, fields)


def _number_words(number: Fraction) -> str:
    places = 0 if number.denominator == 1 else 2
    return vn_number(float(number), places)


def _function_words(function: str) -> str:
    return {
        "sum": _("tổng"),
        "min": _("nhỏ nhất của"),
        "max": _("lớn nhất của"),
        "count": _("số dòng của"),
        "years": _("số năm từ"),
        "year": _("năm của"),
        "today": _("hôm nay"),
        "date": _("ngày"),
    }.get(function, function)


def live(node: Node, name_of: Callable[[str], tuple[str, str]], day: date) -> Any:
    """A condition as JSON for the script, or None when only the server can work it out.

    `name_of` gives the name of the control of a field and its kind.
    """
    match node:
        case Literal(value):
            return float(value) if isinstance(value, Fraction) else value
        case Name(code):
            return ["answer", *name_of(code)]
        case Column():
            return None
        case Call(function, arguments):
            if function not in LIVE_CALLS:
                return None
            return (
                ["day", day.isoformat()]
                if function == "today"
                else _call(function, arguments, name_of, day)
            )
        case Arithmetic(mark, left, right) | Comparison(mark, left, right):
            return _all_live(mark, (left, right), name_of, day)
        case Among(item, values):
            return _all_live("in", (item, *values), name_of, day)
        case Logic(mark, parts):
            return _all_live(mark, parts, name_of, day)
        case Not():
            return _all_live("not", children(node), name_of, day)


def _call(function: str, arguments: tuple[Node, ...], name_of: Any, day: date) -> Any:
    if function == "date" and isinstance(arguments[0], Literal):
        return ["day", arguments[0].value]
    return _all_live(function, arguments, name_of, day)


def _all_live(mark: str, parts: tuple[Node, ...], name_of: Any, day: date) -> Any:
    sent = [live(part, name_of, day) for part in parts]
    return None if any(part is None for part in sent) else [mark, *sent]
