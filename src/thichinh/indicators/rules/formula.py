"""The little language of indicators and identities: parsed into a tree, never given to Python.

    100 * resolved / received_total            an indicator over indicators
    dossiers.resolved_early + dossiers.late    ... over measures (dotted names)
    carried_over == previous.in_progress       an identity
    total.received_total == sum(received_total) - (sum(carried_over) - first.carried_over)

Arithmetic is exact (fractions). A missing operand or a division by zero has no value: None, which
is not 0 and spreads through whatever uses it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from thichinh.foundation.errors import Refused

Value = Fraction | None
SCOPES = frozenset({"previous", "first", "total"})
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)"
    r"|(?P<mark>==|>=|<=|[-+*/()<>]))"
)
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
_DEEPEST = 40


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


Node = Number | Name | Binary | Sum


@dataclass(frozen=True)
class Equation:
    """left (== >= <= > <) right."""

    mark: str
    left: Node
    right: Node


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
    tree = reader.expression(0)
    reader.expect_end()
    return tree


def parse_equation(text: str) -> Equation:
    """Parse `left == right`; raises Refused."""
    reader = _Reader(text)
    left = reader.expression(0)
    mark = reader.take()
    if mark not in COMPARISONS:
        raise reader.refused("phải có đúng một dấu so sánh (==, >=, <=, >, <)")
    right = reader.expression(0)
    reader.expect_end()
    return Equation(mark, left, right)


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


def written(tree: Node, say: Callable[[Name | Sum], str], inner: bool = False) -> str:
    """The tree as text for a person; names and sums are put into words by `say`."""
    match tree:
        case Number(value):
            return str(value)
        case Name() | Sum():
            return say(tree)
        case Binary(mark, left, right):
            sign = {"*": "×", "/": "÷", "-": "−"}.get(mark, mark)
            text = f"{written(left, say, True)} {sign} {written(right, say, True)}"
            return f"({text})" if inner and mark in "+-" else text


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
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.at = 0

    def refused(self, why: str) -> Refused:
        return Refused(f"Công thức “{self.text}”: {why}.", formula=why)

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def expect(self, mark: str) -> None:
        if self.take() != mark:
            raise self.refused(f"thiếu dấu “{mark}”")

    def expect_end(self) -> None:
        if self.peek():
            raise self.refused(f"không hiểu “{self.peek()}” ở vị trí này")

    def expression(self, depth: int) -> Node:
        tree = self.term(depth)
        while self.peek() in ("+", "-"):
            tree = Binary(self.take(), tree, self.term(depth))
        return tree

    def term(self, depth: int) -> Node:
        tree = self.factor(depth)
        while self.peek() in ("*", "/"):
            tree = Binary(self.take(), tree, self.factor(depth))
        return tree

    def factor(self, depth: int) -> Node:
        if depth > _DEEPEST:
            raise self.refused("lồng quá nhiều dấu ngoặc")
        token = self.take()
        if token == "(":
            inside = self.expression(depth + 1)
            self.expect(")")
            return inside
        if token == "-":
            return Binary("-", Number(Fraction(0)), self.factor(depth + 1))
        if token == "sum" and self.peek() == "(":
            return self.sum_of(depth)
        return self.leaf(token)

    def sum_of(self, depth: int) -> Sum:
        self.expect("(")
        inside = self.expression(depth + 1)
        self.expect(")")
        if any(name.scope for name in names(inside)):
            raise self.refused("bên trong sum(...) chỉ dùng chỉ tiêu của từng kỳ")
        return Sum(inside)

    def leaf(self, token: str) -> Node:
        if not token:
            raise self.refused("dừng giữa chừng")
        if token[0].isdigit():
            return Number(Fraction(token))
        if not token[0].isalpha():
            raise self.refused(f"không hiểu “{token}” ở vị trí này")
        scope, dot, code = token.partition(".")
        return Name(code, scope) if dot and scope in SCOPES else Name(token)


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            why = f"ký tự không dùng được: “{text[at:].strip()[:1]}”"
            raise Refused(f"Công thức “{text}”: {why}.", formula=why)
        tokens.append(match.group().strip())
        at = match.end()
    return tokens
