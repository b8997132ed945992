"""The small language of conditions and checks: read with Python's grammar, never run by Python.

    kind == "new" and area > 200              a condition
    marital in ("married", "widowed")
    "food" in trades                          one of the choices of a field of kind `choices`
    years(birth_date, today()) >= 18
    sum(costs.amount) <= 5000000              a check over a column of a table
    not has_children or count(children) > 0

Names are codes of fields, first of the same row, then of the form; `costs.amount` is a column.
Numbers are exact (fractions). What is not answered has no value: it spreads through arithmetic and
comparison, `and` and `or` decide without it where they can, and a yes/no not answered is no.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any, Protocol

from thichinh.foundation.errors import Refused

Value = Fraction | str | bool | date | None
LONGEST = 500
DEEPEST = 40
COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text, true or false."""

    value: Fraction | str | bool


@dataclass(frozen=True, slots=True)
class Name:
    """The answer to a field."""

    code: str


@dataclass(frozen=True, slots=True)
class Column:
    """The answers to one field in every row of a group or table."""

    rows: str
    code: str


@dataclass(frozen=True, slots=True)
class Call:
    """One of `FUNCTIONS`."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """left (+ - * /) right."""

    mark: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison:
    """left (== != < <= > >=) right."""

    mark: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Among:
    """An answer is one of these; a choice of several has one of these."""

    item: Node
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Logic:
    """Parts joined by `and` or `or`."""

    mark: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    part: Node


Node = Literal | Name | Column | Call | Arithmetic | Comparison | Among | Logic | Not


class Scope(Protocol):
    """Where names get their values."""

    @property
    def day(self) -> date:
        """The day on which the form is judged."""

    def value(self, code: str) -> Value | list[str]:
        """The answer to a field; a list for a choice of several."""

    def column(self, rows: str, code: str) -> Sequence[Value]:
        """The answers to one field in every row."""

    def count(self, rows: str) -> int:
        """How many rows, files or choices were given."""


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The tree of an expression. Raises Refused naming what is wrong."""
    if len(text) > LONGEST:
        raise refusal(text, f"dài quá {LONGEST} ký tự")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise refusal(text, "viết chưa đúng: xem lại dấu ngoặc, dấu nháy và dấu so sánh") from None
    return _Reader(text).node(tree, 0)


def refusal(text: str, why: str) -> Refused:
    return Refused(f"Biểu thức “{text[:80]}”: {why}.")


_MARKS: Mapping[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns the few kinds of Python's nodes that mean something here into ours."""

    text: str

    def node(self, tree: ast.expr, depth: int) -> Node:
        if depth > DEEPEST:
            raise refusal(self.text, "lồng quá nhiều lớp")
        inner = depth + 1
        match tree:
            case ast.Constant(value=bool() | int() | float() | str() as value):
                return self._literal(value)
            case ast.Name(id="true" | "false" as word):
                return Literal(word == "true")
            case ast.Name(id=code):
                return Name(code)
            case ast.Attribute(value=ast.Name(id=rows), attr=code):
                return Column(rows, code)
            case ast.BoolOp(op=op, values=values):
                mark = "and" if isinstance(op, ast.And) else "or"
                return Logic(mark, tuple(self.node(value, inner) for value in values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.node(operand, inner))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Arithmetic("-", Literal(Fraction(0)), self.node(operand, inner))
            case ast.BinOp(op=op, left=left, right=right) if type(op) in _MARKS:
                return Arithmetic(_MARKS[type(op)], self.node(left, inner), self.node(right, inner))
            case ast.Compare():
                return self._comparison(tree, inner)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return Call(name, tuple(self.node(argument, inner) for argument in args))
        raise refusal(self.text, "chỉ dùng tên mục, số, chữ, phép tính, so sánh, and, or, not, in")

    def _literal(self, value: bool | int | float | str) -> Literal:
        if isinstance(value, bool | str):
            return Literal(value)
        try:
            return Literal(Fraction(repr(value)))
        except ValueError:
            raise refusal(self.text, "số quá lớn") from None

    def _comparison(self, tree: ast.Compare, depth: int) -> Node:
        sides = [tree.left, *tree.comparators]
        parts = [
            self._pair(_MARKS.get(type(op), ""), left, right, depth)
            for op, left, right in zip(tree.ops, sides, sides[1:], strict=False)
        ]
        return parts[0] if len(parts) == 1 else Logic("and", tuple(parts))

    def _pair(self, mark: str, left: ast.expr, right: ast.expr, depth: int) -> Node:
        if mark in COMPARISONS:
            return Comparison(mark, self.node(left, depth), self.node(right, depth))
        if not mark.endswith("in"):
            raise refusal(self.text, "không dùng được phép so sánh này")
        if isinstance(left, ast.Constant) and isinstance(right, ast.Name):
            left, right = right, left  # "food" in trades
        among = Among(self.node(left, depth), self._values(right, depth))
        return Not(among) if mark == "not in" else among

    def _values(self, tree: ast.expr, depth: int) -> tuple[Literal, ...]:
        items = tree.elts if isinstance(tree, ast.Tuple | ast.List | ast.Set) else [tree]
        values = [self.node(item, depth) for item in items]
        literals = tuple(value for value in values if isinstance(value, Literal))
        if not literals or len(literals) != len(values):
            raise refusal(self.text, "sau “in” là các giá trị trong ngoặc, ví dụ (“a”, “b”)")
        return literals


def evaluate(node: Node, scope: Scope) -> Any:
    """The value of a tree; None where it has none."""
    match node:
        case Literal(value):
            return value
        case Name(code):
            return scope.value(code)
        case Column(rows, code):
            return scope.column(rows, code)
        case Call(function, arguments):
            return _called(function, arguments, scope)
        case Arithmetic(mark, left, right):
            return _worked_out(mark, evaluate(left, scope), evaluate(right, scope))
        case Comparison(mark, left, right):
            before, after = evaluate(left, scope), evaluate(right, scope)
            known = before is not None and after is not None
            return COMPARISONS[mark](before, after) if known else None
        case Among(item, values):
            return _is_among(evaluate(item, scope), values)
        case Logic(mark, parts):
            return _decided(mark, parts, scope)
        case Not(part):
            known = evaluate(part, scope)
            return None if known is None else not known


def holds(node: Node, scope: Scope) -> bool:
    """Whether a condition holds; one without a value does not."""
    return evaluate(node, scope) is True


def _is_among(given: Any, values: tuple[Literal, ...]) -> bool | None:
    if given is None:
        return None
    answers = given if isinstance(given, list) else [given]
    return any(literal.value == answer for literal in values for answer in answers)


def _decided(mark: str, parts: tuple[Node, ...], scope: Scope) -> bool | None:
    """`and` is false and `or` is true as soon as one part is, whatever the others."""
    decisive = mark == "or"
    unknown = False
    for part in parts:
        known: bool | None = evaluate(part, scope)
        if known is decisive:
            return decisive
        unknown = unknown or known is None
    return None if unknown else not decisive


def _worked_out(mark: str, left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    if isinstance(left, date) or isinstance(right, date):
        return _days(mark, left, right)
    match mark:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right if right else None


def _days(mark: str, left: Any, right: Any) -> Any:
    """Days between two dates, or a date some days away; None beyond the calendar."""
    if isinstance(left, date) and isinstance(right, date):
        return Fraction((left - right).days)
    day, days = (left, right) if isinstance(left, date) else (right, left)
    try:
        span = timedelta(days=int(days))
        return day - span if mark == "-" else day + span
    except OverflowError:
        return None


def _called(function: str, arguments: tuple[Node, ...], scope: Scope) -> Any:
    match function:
        case "today":
            return scope.day
        case "count":
            assert isinstance(arguments[0], Name)
            return Fraction(scope.count(arguments[0].code))
        case "answered":
            return evaluate(arguments[0], scope) not in (None, [])
    return FUNCTIONS[function].work_out([evaluate(argument, scope) for argument in arguments])


def _sum(values: list[Any]) -> Fraction:
    return sum((value for value in values[0] if value is not None), Fraction(0))


def _extreme(pick: Callable[[Any], Any]) -> Callable[[list[Any]], Any]:
    def work_out(values: list[Any]) -> Any:
        given = values[0] if isinstance(values[0], list | tuple) else values
        known = [value for value in given if value is not None]
        return pick(known) if known else None

    return work_out


def _years(values: list[Any]) -> Fraction | None:
    first, last = values
    if first is None or last is None:
        return None
    return Fraction(last.year - first.year - ((last.month, last.day) < (first.month, first.day)))


def _year(values: list[Any]) -> Fraction | None:
    return None if values[0] is None else Fraction(values[0].year)


def _date(values: list[Any]) -> date:
    return date.fromisoformat(values[0])


def _abs(values: list[Any]) -> Fraction | None:
    return None if values[0] is None else abs(values[0])


def _distinct(values: list[Any]) -> bool:
    known = [value for value in values[0] if value is not None]
    return len(set(known)) == len(known)


@dataclass(frozen=True, slots=True)
class Function:
    """What a function takes (types, see `typing`), gives and means."""

    takes: tuple[str, ...]
    gives: str
    meaning: str
    work_out: Callable[[list[Any]], Any] = lambda values: None


FUNCTIONS: Mapping[str, Function] = {
    "sum": Function(("numbers",), "number", "the numbers of a column added up", _sum),
    "min": Function(("ordered",), "inner", "the least of a column, or of several", _extreme(min)),
    "max": Function(("ordered",), "inner", "the greatest of a column, or of several", _extreme(max)),
    "count": Function(("many",), "number", "how many rows, files or choices"),
    "distinct": Function(("column",), "bool", "whether no answer stands twice in a column", _distinct),
    "answered": Function(("any",), "bool", "whether a field is answered"),
    "abs": Function(("number",), "number", "without its sign", _abs),
    "today": Function((), "date", "the day on which the form is judged"),
    "date": Function(("literal",), "date", 'a date written as "2022-06-25"', _date),
    "year": Function(("date",), "number", "the year of a date", _year),
    "years": Function(("date", "date"), "number", "full years from a date to another", _years),
}  # fmt: skip


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node, in reading order."""
    match node:
        case Call(_, arguments):
            return arguments
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            return (left, right)
        case Among(item, values):
            return (item, *values)
        case Logic(_, parts):
            return parts
        case Not(part):
            return (part,)
    return ()


def codes(node: Node) -> Iterator[str]:
    """The code of every field that is named, in reading order."""
    match node:
        case Name(code):
            yield code
        case Column(rows, _):
            yield rows
    for part in children(node):
        yield from codes(part)
