"""The little language of indicators and identities: read into a tree, never given to Python to run.

    100 * resolved / received_total            an indicator over indicators
    dossiers.resolved_early + dossiers.late    ... over measures (dotted names)
    if(planned > 0, 100 * done / planned, 0)   min(a, b), max(a, b), abs(a), if(condition, yes, no)
    carried_over == previous.in_progress       an identity
    total.received_total == sum(received_total) - (sum(carried_over) - first.carried_over)

Arithmetic is exact (fractions). A missing operand or a division by zero has no value: None, which
is not 0 and spreads through whatever uses it. Of `if` only the condition and the branch it chooses
count, so a division in the other branch does no harm.

Python's own parser reads the syntax; whatever is not listed here is refused.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from thichinh.foundation.errors import Refused

Value = Fraction | None
SCOPES = frozenset({"previous", "first", "total"})
LONGEST = 500
_STRANGE = re.compile(r"[^a-z0-9_.,()+\-*/<>=\s]|\b\d[\d.]*[a-z_]\w*")
_WORD = re.compile(r"\b[a-z][a-z0-9_]*")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_ARITHMETIC: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
COMPARISONS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "==": operator.eq,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_FUNCTIONS: Mapping[str, Callable[..., Fraction]] = {"min": min, "max": max, "abs": abs}
_ARGUMENTS = {"min": (2, 20), "max": (2, 20), "abs": (1, 1)}
_CALLED = {"min": "số nhỏ nhất trong", "max": "số lớn nhất trong"}
WRITTEN_MARKS = {"==": "=", ">=": "≥", "<=": "≤", ">": ">", "<": "<"}
_MARKS: Mapping[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Eq: "==",
    ast.GtE: ">=",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.Lt: "<",
}


@dataclass(frozen=True)
class Number:
    """A literal."""

    value: Fraction


@dataclass(frozen=True)
class Name:
    """A figure: `scope` "" for this period, or previous, first, total."""

    code: str
    scope: str = ""

    @property
    def is_measure(self) -> bool:
        """Measures are named app.measure, indicators have plain names."""
        return "." in self.code


@dataclass(frozen=True)
class Binary:
    """left (+ - * /) right."""

    mark: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Sum:
    """What the inside adds up to over every period of the report."""

    inside: Node


@dataclass(frozen=True)
class Call:
    """min, max or abs of what stands inside."""

    function: str
    inside: tuple[Node, ...]


@dataclass(frozen=True)
class Equation:
    """left (== >= <= > <) right."""

    mark: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Conditional:
    """One of two values, by a comparison."""

    condition: Equation
    then: Node
    otherwise: Node


Node = Number | Name | Binary | Sum | Call | Conditional


@dataclass(frozen=True)
class Figures:
    """The values a tree is worked out on; each mapping answers None for "no value"."""

    this: Mapping[str, Value]
    previous: Mapping[str, Value] | None = None
    every: Sequence[Mapping[str, Value]] = ()
    total: Mapping[str, Value] | None = None

    def look_up(self, name: Name) -> Value:
        """The value of one name, in its scope."""
        places: dict[str, Mapping[str, Value] | None] = {
            "": self.this,
            "previous": self.previous,
            "first": self.every[0] if self.every else None,
            "total": self.total,
        }
        place = places[name.scope]
        return None if place is None else place.get(name.code)


def parse(text: str) -> Node:
    """Parse an arithmetic expression; raises Refused naming what is wrong and where."""
    reader = _Reader(text)
    return reader.node(reader.parsed)


def parse_equation(text: str) -> Equation:
    """Parse `left == right`; raises Refused."""
    reader = _Reader(text)
    return reader.equation(reader.parsed)


def work_out(tree: Node, figures: Figures) -> Value:
    """The exact value of a tree over these figures, or None where it has none."""
    match tree:
        case Number(value):
            return value
        case Name():
            return figures.look_up(tree)
        case Sum(inside):
            return _added(work_out(inside, Figures(this)) for this in figures.every)
        case Binary(mark, left, right):
            return _combined(mark, work_out(left, figures), work_out(right, figures))
        case Call(function, inside):
            values = [work_out(part, figures) for part in inside]
            known = [value for value in values if value is not None]
            return _FUNCTIONS[function](*known) if len(known) == len(values) else None
        case Conditional(condition, then, otherwise):
            holds = compare(condition, figures)
            return None if holds is None else work_out(then if holds else otherwise, figures)


def compare(equation: Equation, figures: Figures) -> bool | None:
    """Whether the comparison holds, exactly; None where a side has no value."""
    left, right = work_out(equation.left, figures), work_out(equation.right, figures)
    return None if left is None or right is None else COMPARISONS[equation.mark](left, right)


def names(tree: Node | Equation) -> Iterator[Name]:
    """Every name in the tree, in reading order; names inside sum(...) come with scope "sum"."""
    match tree:
        case Name():
            yield tree
        case Sum(inside):
            yield from (Name(name.code, "sum") for name in names(inside))
        case Binary(_, left, right) | Equation(_, left, right):
            yield from names(left)
            yield from names(right)
        case Call(_, inside):
            for part in inside:
                yield from names(part)
        case Conditional(condition, then, otherwise):
            yield from names(condition)
            yield from names(then)
            yield from names(otherwise)
        case Number():
            return


def added_names(tree: Node) -> list[tuple[int, Name]] | None:
    """The tree as signed names when it only adds and subtracts names, else None.

    Such a figure is a set of records: those of the added names without those of the others.
    """
    match tree:
        case Name():
            return [(1, tree)]
        case Binary("+" | "-" as mark, left, right):
            before, after = added_names(left), added_names(right)
            if before is None or after is None:
                return None
            sign = 1 if mark == "+" else -1
            return before + [(sign * s, name) for s, name in after]
        case _:
            return None


def written(tree: Node, name_of: Callable[[Name | Sum], str], inner: bool = False) -> str:
    """The tree as text for a person; names and sums are put into words by `name_of`."""
    match tree:
        case Number(value):
            return str(value)
        case Name() | Sum():
            return name_of(tree)
        case Binary(mark, left, right):
            sign = {"*": "×", "/": "÷", "-": "−"}.get(mark, mark)
            text = f"{written(left, name_of, True)} {sign} {written(right, name_of, True)}"
            return f"({text})" if inner and mark in "+-" else text
        case Call(function, inside):
            parts = [written(part, name_of) for part in inside]
            return (
                f"|{parts[0]}|"
                if function == "abs"
                else f"{_CALLED[function]} ({'; '.join(parts)})"
            )
        case Conditional(condition, then, otherwise):
            sides = [written(side, name_of) for side in (condition.left, condition.right)]
            test = f" {WRITTEN_MARKS[condition.mark]} ".join(sides)
            text = f"nếu {test} thì {written(then, name_of)}, nếu không thì {written(otherwise, name_of)}"
            return f"({text})" if inner else text


def _combined(mark: str, left: Value, right: Value) -> Value:
    if left is None or right is None or (mark == "/" and right == 0):
        return None
    return _ARITHMETIC[mark](left, right)


def _added(values: Iterator[Value]) -> Value:
    total = Fraction(0)
    for value in values:
        if value is None:
            return None
        total += value
    return total


class _Reader:
    """From Python's syntax tree of one text to ours.

    Every word gets a final underscore before Python reads it, so that none is a word of Python
    (`if`, `class`, `not`), and loses it again after.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        if len(text) > LONGEST:
            raise self.refused(_("dài quá %(longest)s ký tự") % {"longest": LONGEST})
        if strange := _STRANGE.search(text):
            raise self.refused(_("không dùng được “%(text)s”") % {"text": strange.group()})
        self.source = _WORD.sub(r"\g<0>_", " ".join(text.split()))
        try:
            self.parsed = ast.parse(self.source, mode="eval").body
        except (SyntaxError, RecursionError, MemoryError) as error:
            at = max((getattr(error, "offset", None) or 1) - 1, 0)
            rest = _unmarked(self.source[at : at + 30]) or _("cuối công thức")
            raise self.refused(_("sai cú pháp ở “%(rest)s”") % {"rest": rest}) from None

    def refused(self, why: str) -> Refused:
        return Refused(
            _("Công thức “%(text)s”: %(why)s.") % {"text": self.text[:LONGEST], "why": why},
            formula=why,
        )

    def not_understood(self, tree: ast.expr) -> Refused:
        segment = ast.get_source_segment(self.source, tree) or ""
        return self.refused(_("không dùng được “%(text)s” ở đây") % {"text": _unmarked(segment)})

    def node(self, tree: ast.expr) -> Node:
        match tree:
            case ast.Constant():
                return self.number(tree)
            case ast.Name() | ast.Attribute():
                scope, dot, code = self.dotted(tree).partition(".")
                return Name(code, scope) if scope in SCOPES and dot else Name(scope + dot + code)
            case ast.UnaryOp(ast.USub(), operand):
                return Binary("-", Number(Fraction(0)), self.node(operand))
            case ast.BinOp(left, mark, right) if type(mark) in _MARKS:
                return Binary(_MARKS[type(mark)], self.node(left), self.node(right))
            case ast.Call(ast.Name(function), arguments, []):
                return self.call(tree, _unmarked(function), arguments)
            case ast.Compare():
                raise self.refused(_("phép so sánh chỉ đứng trong if(...)"))
            case _:
                raise self.not_understood(tree)

    def number(self, tree: ast.Constant) -> Number:
        text = ast.get_source_segment(self.source, tree) or ""
        if not _NUMBER.fullmatch(text):
            raise self.not_understood(tree)
        return Number(Fraction(text))

    def dotted(self, tree: ast.expr) -> str:
        match tree:
            case ast.Name(name):
                return _unmarked(name)
            case ast.Attribute(before, name):
                return f"{self.dotted(before)}.{_unmarked(name)}"
            case _:
                raise self.not_understood(tree)

    def equation(self, tree: ast.expr) -> Equation:
        match tree:
            case ast.Compare(left, [mark], [right]) if type(mark) in _MARKS:
                return Equation(_MARKS[type(mark)], self.node(left), self.node(right))
            case _:
                raise self.refused(_("phải có đúng một dấu so sánh (==, >=, <=, >, <)"))

    def call(self, tree: ast.Call, function: str, arguments: list[ast.expr]) -> Node:
        if function == "sum" and len(arguments) == 1:
            inside = self.node(arguments[0])
            if any(name.scope for name in names(inside)):
                raise self.refused(_("bên trong sum(...) chỉ dùng chỉ tiêu của từng kỳ"))
            return Sum(inside)
        if function == "if" and len(arguments) == 3:
            condition, then, otherwise = arguments
            return Conditional(self.equation(condition), self.node(then), self.node(otherwise))
        least, most = _ARGUMENTS.get(function, (1, 0))
        if not least <= len(arguments) <= most:
            raise self.not_understood(tree)
        return Call(function, tuple(map(self.node, arguments)))


def _unmarked(text: str) -> str:
    """A piece of the marked source as it was written."""
    return re.sub(r"([a-z0-9_])_(?![a-z0-9_])", r"\1", text)
