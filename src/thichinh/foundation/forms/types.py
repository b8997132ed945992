"""Which types an expression has, so that a definition that loads cannot fail when it is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from thichinh.foundation.errors import Refused
from thichinh.foundation.forms.expressions import (
    FUNCTIONS,
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
)

ORDERED = ("number", "date")


@dataclass(frozen=True, slots=True)
class Asked:
    """What an expression may know of a field: its type, its choices, its columns."""

    type: str
    choices: frozenset[str] = frozenset()
    columns: Mapping[str, Asked] | None = None


def check_types(node: Node, asked: Mapping[str, Asked]) -> None:
    """Raise Refused unless the tree is a condition over these fields."""
    if type_of(node, asked) != "bool":
        raise Refused("phải là một điều kiện đúng hay sai")


def type_of(node: Node, asked: Mapping[str, Asked]) -> str:
    """number, text, date, bool, choices, rows, files, or a column of one of the first four."""
    match node:
        case Literal(value):
            return (
                "bool"
                if isinstance(value, bool)
                else "text"
                if isinstance(value, str)
                else "number"
            )
        case Name(code):
            return _field(code, asked).type
        case Column(rows, code):
            return f"{_column(rows, code, asked).type}s"
        case Call():
            return _type_of_call(node, asked)
        case Arithmetic():
            return _type_of_arithmetic(node, asked)
        case Comparison():
            _check_comparison(node, asked)
        case Among(item, values):
            _check_among(item, values, asked)
        case Logic(_, parts):
            for part in parts:
                check_types(part, asked)
        case Not(part):
            check_types(part, asked)
    return "bool"


def _field(code: str, asked: Mapping[str, Asked]) -> Asked:
    if code not in asked:
        raise Refused(f"{code} chưa được hỏi trước mục này")
    return asked[code]


def _column(rows: str, code: str, asked: Mapping[str, Asked]) -> Asked:
    columns = _field(rows, asked).columns
    if columns is None:
        raise Refused(f"{rows} không phải là nhóm hay bảng")
    column = _field(code, columns)
    if column.type not in ("number", "text", "date", "bool"):
        raise Refused(f"{rows}.{code} không dùng được trong biểu thức")
    return column


def _type_of_arithmetic(node: Arithmetic, asked: Mapping[str, Asked]) -> str:
    left, right = type_of(node.left, asked), type_of(node.right, asked)
    gives = {("number", "number"): "number"}
    if node.mark in "+-":
        gives[("date", "number")] = "date"
    if node.mark == "+":
        gives[("number", "date")] = "date"
    if node.mark == "-":
        gives[("date", "date")] = "number"
    if (left, right) not in gives:
        raise Refused(f"không tính được {left} {node.mark} {right}")
    return gives[(left, right)]


def _check_comparison(node: Comparison, asked: Mapping[str, Asked]) -> None:
    left, right = type_of(node.left, asked), type_of(node.right, asked)
    fits = ORDERED if node.mark not in ("==", "!=") else (*ORDERED, "text", "bool")
    if left != right or left not in fits:
        raise Refused(f"không so sánh được {left} {node.mark} {right}")
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(one, Name) and isinstance(other, Literal):
            _check_choice(one.code, other, asked)


def _check_among(item: Node, values: tuple[Literal, ...], asked: Mapping[str, Asked]) -> None:
    given = type_of(item, asked)
    wanted = "text" if given == "choices" else given
    for literal in values:
        if type_of(literal, asked) != wanted:
            raise Refused(f"không so sánh được {given} in {type_of(literal, asked)}")
        if isinstance(item, Name):
            _check_choice(item.code, literal, asked)


def _check_choice(code: str, literal: Literal, asked: Mapping[str, Asked]) -> None:
    choices = asked[code].choices
    if choices and literal.value not in choices:
        raise Refused(f"{code} không bao giờ là {literal.value}")


def _type_of_call(node: Call, asked: Mapping[str, Asked]) -> str:
    function = FUNCTIONS.get(node.function)
    if function is None:
        raise Refused(f"không có hàm {node.function}; có: {', '.join(FUNCTIONS)}")
    given = [type_of(argument, asked) for argument in node.arguments]
    takes = function.takes * len(given) if function.takes == ("ordered",) else function.takes
    if len(given) != len(takes) or (not given and function.takes):
        raise Refused(f"hàm {node.function} cần {len(function.takes)} giá trị")
    for argument, kind, wanted in zip(node.arguments, given, takes, strict=True):
        if not _fits(argument, kind, wanted):
            raise Refused(f"hàm {node.function} không nhận {kind}")
    if function.gives != "inner":
        return function.gives
    if len(set(given)) != 1 or (len(given) > 1 and given[0] not in ORDERED):
        raise Refused(f"hàm {node.function} cần một cột, hoặc nhiều giá trị cùng loại")
    return given[0].removesuffix("s")


def _fits(argument: Node, kind: str, wanted: str) -> bool:
    match wanted:
        case "any":
            return isinstance(argument, Name)
        case "many":
            return isinstance(argument, Name) and kind in ("rows", "files", "choices")
        case "column":
            return isinstance(argument, Column)
        case "ordered":
            return kind in ("numbers", "dates", *ORDERED)
        case "literal":
            return isinstance(argument, Literal) and _is_day(argument.value)
    return kind == wanted


def _is_day(value: object) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return isinstance(value, str) and len(value) == 10
