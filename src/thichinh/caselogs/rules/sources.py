"""Mapping sources compiled once into plain functions over the values of a row.

Compiling also collects which columns the mapping needs (`Needs`), so that a reader hands over
those values only, in that order.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from thichinh.caselogs.rules.mapping import CaseMapping, Condition, TextSource, TimeSource
from thichinh.caselogs.rules.moments import YEARS, Moment, OutOfYears, Unreadable, moment_reader
from thichinh.caselogs.rules.refusals import Fault
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import fold_marks

Values = Sequence[str]
TextOf = Callable[[Values], str]
MomentOf = Callable[[Values], Moment | None]
_HOLE = re.compile(r"\{([^{}]+)\}")


class Needs:
    """The columns a mapping reads, each with the first key that named it."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._keys: list[str] = []

    def index(self, name: str, key: str) -> int:
        if name not in self.names:
            self.names.append(name)
            self._keys.append(key)
        return self.names.index(name)

    def positions(self, header: Sequence[str]) -> list[int]:
        """Where each needed column stands. Raises Refused, naming key, column and the nearest."""
        self._refuse_doubles(header)
        places = [find_column(name, header) for name in self.names]
        self.refuse_unknown([i for i, place in enumerate(places) if place is None], header)
        return [place for place in places if place is not None]

    def _refuse_doubles(self, header: Sequence[str]) -> None:
        lines = [
            f"Khoá {key} nêu cột “{name}” mà nhật ký có {header.count(name)} cột cùng tên. Hãy đổi "
            "tên một cột, hoặc dùng csv.skip_lines, csv.header: false và csv.columns."
            for name, key in zip(self.names, self._keys, strict=True)
            if header.count(name) > 1
        ]
        if lines:
            raise Refused("\n".join(lines))

    def refuse_unknown(self, unknown: Iterable[int], header: Sequence[str]) -> None:
        lines = [self._unknown(i, header) for i in unknown]
        if lines:
            known = ", ".join(header)
            raise Refused("\n".join([*lines, f"Nhật ký có các cột: {known}."]))

    def _unknown(self, i: int, header: Sequence[str]) -> str:
        close = difflib.get_close_matches(self.names[i], header, n=1, cutoff=0.5)
        hint = f" Có phải cột “{close[0]}”?" if close else ""
        return f"Khoá {self._keys[i]} nêu cột “{self.names[i]}” mà nhật ký không có.{hint}"


def find_column(name: str, header: Sequence[str]) -> int | None:
    """Exactly this column, else the only one equal but for case and outer spaces."""
    if name in header:
        return header.index(name)
    wanted = fold_marks(name).strip()
    alike = [i for i, title in enumerate(header) if fold_marks(title).strip() == wanted]
    return alike[0] if len(alike) == 1 else None


def matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Does a text equal one of these, whatever its case? `*` stands for anything."""
    folded = [re.escape(fold_marks(p).strip()).replace(r"\*", ".*") for p in patterns]
    found = re.compile("|".join(folded) or r"(?!)", re.DOTALL).fullmatch

    @lru_cache(maxsize=4096)
    def matches(text: str) -> bool:
        return found(fold_marks(text).strip()) is not None

    return matches


class Compiler:
    """Turns the sources of one mapping into functions."""

    def __init__(self, mapping: CaseMapping) -> None:
        self.mapping = mapping
        self.needs = Needs()
        self._empty = frozenset(fold_marks(text) for text in mapping.empty) | {""}
        self._is_empty = lru_cache(maxsize=4096)(self._nothing)
        self._longest_empty = max(map(len, self._empty))

    def _nothing(self, text: str) -> bool:
        return fold_marks(text) in self._empty

    def value(self, column: str, key: str) -> TextOf:
        """The trimmed text of one column; what the mapping calls empty is ''."""
        index, is_empty = self.needs.index(column, key), self._is_empty
        longest = self._longest_empty

        def read(values: Values) -> str:
            text = values[index].strip()
            return text if len(text) > longest or not is_empty(text) else ""

        return read

    def text(self, source: TextSource, key: str) -> TextOf:
        """A text of one row: origin, then `pattern`, `map`, `default`."""
        read = self._extracted(source, key)
        if not source.map and source.default is None:
            return read
        translate = _translator(source)
        return lambda values: translate(read(values))

    def case_text(self, source: TextSource, key: str) -> Callable[[Sequence[Values]], str]:
        """A text of a case: its first (or last) row that says something, then map and default."""
        read, translate = self._extracted(source, key), _translator(source)
        last = source.which == "last"

        def of_case(rows: Sequence[Values]) -> str:
            ordered = reversed(rows) if last else rows
            return translate(next(filter(None, map(read, ordered)), ""))

        return of_case

    @staticmethod
    def names(table: Mapping[str, str]) -> Callable[[str], str]:
        """Another name for some activities, the same for the others."""
        return _translator(TextSource(constant="-", map=dict(table)))

    def _extracted(self, source: TextSource, key: str) -> TextOf:
        read = self._origin(source, key)
        return read if source.pattern is None else _extracting(read, re.compile(source.pattern))

    def _origin(self, source: TextSource | TimeSource, key: str) -> TextOf:
        constant = source.constant if isinstance(source, TextSource) else None
        if constant is not None:
            return lambda values: constant
        if source.column:
            return self.value(source.column, key)
        if source.template:
            return self._template(source.template, key)
        parts = [self.value(column, key) for column in source.columns]
        return lambda values: source.join.join(filter(None, (part(values) for part in parts)))

    def _template(self, template: str, key: str) -> TextOf:
        holes = {name: self.value(name, key) for name in _HOLE.findall(template)}
        return lambda values: _HOLE.sub(lambda m: holes[m[1]](values), template).strip()

    def moment(self, source: TimeSource, key: str) -> MomentOf:
        """A time read from the columns of a row. Raises Fault(bad-timestamp)."""
        text_of, time = self._origin(source, key), self.mapping.time
        zone = ZoneInfo(source.timezone or time.timezone)
        formats = source.formats or time.formats
        read = lru_cache(maxsize=256)(moment_reader(formats, zone, time.decimal))

        def moment(values: Values) -> Moment | None:
            text = text_of(values)
            if not text:
                return None
            try:
                return read(text)
            except OutOfYears as error:
                raise Fault(
                    "year-out-of-range", role=key, text=shown(text), first=YEARS[0], last=YEARS[1]
                ) from error
            except Unreadable as error:
                raise Fault(
                    "bad-timestamp", role=key, text=shown(text), formats=" | ".join(formats)
                ) from error

        return moment

    def condition(self, condition: Condition, key: str) -> Callable[[Values], bool]:
        """Whether a row passes a `when`."""
        text_of = self.value(condition.column, key)
        inside, outside = matcher(condition.is_in), matcher(condition.not_in)

        def passes(values: Values) -> bool:
            text = text_of(values)
            return (
                (not condition.is_in or inside(text))
                and not outside(text)
                and condition.present in (None, bool(text))
            )

        return passes


def shown(text: str) -> str:
    """A text from the log as it may stand in a sentence: quoted, short, printable."""
    cut = text if len(text) <= 60 else text[:57] + "..."
    return (
        "“"
        + cut.encode("ascii" if not cut.isprintable() else "utf-8", "backslashreplace").decode()
        + "”"
    )


def _extracting(read: TextOf, pattern: re.Pattern[str]) -> TextOf:
    def extract(values: Values) -> str:
        found = pattern.search(read(values))
        if found is None:
            return ""
        return (found[1] if pattern.groups else found[0] or "").strip()

    return extract


def _translator(source: TextSource) -> Callable[[str], str]:
    """`map`, then `default` for what is empty or, where there is a map, not in it."""
    table = {fold_marks(key).strip(): value for key, value in source.map.items()}
    default = source.default
    if not table and default is None:
        return lambda text: text

    @lru_cache(maxsize=4096)
    def translate(text: str) -> str:
        found = table.get(fold_marks(text).strip())
        if found is not None:
            return found
        return default if default is not None and (table or not text) else text

    return translate
