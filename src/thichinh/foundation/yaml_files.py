"""YAML that people write: read strictly, and what is wrong said in one sentence with its place.

Days stay text until something that knows which key they belong to reads them. A key twice, a
structure without end and one that only looks small are refused before anything is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from errno import errorcode
from pathlib import Path
from typing import Any

import yaml

from thichinh.foundation.errors import Refused

DEEPEST = 100
LARGEST = 2_000_000
"""How many values a file may stand for once its aliases (`*name`) are written out."""
_DAY = "tag:yaml.org,2002:timestamp"
# A number is what people call one: 0100 is not 64 and 7:30 is not 450.
_PLAIN = {"tag:yaml.org,2002:int": re.compile(r"[-+]?(?:0|[1-9][0-9]*)$")}
# The C loader reads the same safe subset several times faster; wheels ship it.
_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PHRASES = (
    ("characters are not allowed", "có ký tự điều khiển, không phải chữ"),
    ("mapping values are not allowed", "dấu hai chấm không được đứng ở đây"),
    ("expected ':'", "thiếu dấu hai chấm sau khoá"),
    ("cannot start any token", "ký tự này không được đứng đầu: thụt dòng chỉ bằng dấu cách, chữ "
     "lạ thì đặt trong dấu nháy"),
    ("block end", "dòng thụt vào không thẳng với các dòng trên"),
    ("expected '-' indicator", "dòng thụt vào không thẳng với các dòng trên"),
    ("expected key", "dòng thụt vào không thẳng với các dòng trên"),
    ("expected ','", "thiếu dấu phẩy hoặc dấu ngoặc đóng"),
    ("unexpected end of stream", "mở dấu nháy hoặc dấu ngoặc mà không đóng"),
    ("undefined alias", "tên sau dấu * chưa được đặt ở trên"),
    ("could not determine a constructor", "không dùng được nhãn bắt đầu bằng dấu !"),
    ("unhashable key", "khoá phải là một từ"),
    ("expected <document start>", "chữ thừa ở sau phần đã đọc"),
)  # fmt: skip


class StrictLoader(_SAFE):  # type: ignore[misc]
    """Safe YAML in which no key stands twice in a block."""

    yaml_implicit_resolvers = {
        first: [(tag, _PLAIN.get(tag, pattern)) for tag, pattern in resolvers if tag != _DAY]
        for first, resolvers in _SAFE.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        refuse_doubles(node)
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return found


def refuse_doubles(node: Any) -> None:
    """Raise the loader's own error where a block says the same key twice."""
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            continue
        if key.value in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"khoá “{key.value}” viết hai lần", key.start_mark
            )
        seen.add(key.value)


def read_yaml(path: Path) -> list[Any]:
    """The documents of a file. Raises Refused, naming line and column, without the file's name."""
    try:
        return parse_yaml(text_of(path.read_bytes()))
    except OSError as error:
        raise Refused(file_fault(error)) from error


def parse_yaml(text: str, loader: Any = StrictLoader) -> list[Any]:
    """The documents of a text. Raises Refused, naming line and column."""
    try:
        _measure(yaml.parse(text, Loader=loader))
        return list(yaml.load_all(text, Loader=loader))
    except yaml.YAMLError as error:
        raise Refused(_fault(error)) from error
    except (ValueError, ArithmeticError, LookupError, AttributeError, RecursionError) as error:
        raise Refused("có giá trị không đọc được, ví dụ một số quá dài.") from error


def text_of(content: bytes) -> str:
    """UTF-8 with or without a mark at its beginning. Raises Refused, naming line and column."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise Refused(
            f"dòng {line}, cột {column}: tệp phải được lưu bằng bảng mã UTF-8."
        ) from error


def file_fault(error: OSError) -> str:
    """Why a file cannot be used, in Vietnamese."""
    match error:
        case FileNotFoundError():
            return "không có tệp này."
        case PermissionError():
            return "tài khoản này không được phép đọc hoặc ghi ở đây."
        case IsADirectoryError():
            return "đây là thư mục, không phải tệp."
        case NotADirectoryError():
            return "đường dẫn đi qua một tệp như thể đó là thư mục."
    return {
        "ENOSPC": "đĩa đã đầy.",
        "EROFS": "đĩa chỉ cho đọc.",
        "ENAMETOOLONG": "tên tệp quá dài.",
    }.get(errorcode.get(error.errno or 0, ""), "hệ điều hành không cho mở tệp.")


def _measure(events: Iterator[Any]) -> None:
    """Refuse what nests too deep, contains itself, or grows past all bounds through aliases."""
    open_names: list[str | None] = []
    sizes, counts = dict[str, int](), [0]
    for event in events:
        mark: Any = event.start_mark
        if isinstance(event, yaml.CollectionStartEvent):
            open_names.append(event.anchor)
            counts.append(1)
        elif isinstance(event, yaml.CollectionEndEvent):
            name, size = open_names.pop(), counts.pop()
            counts[-1] += size
            if name:
                sizes[name] = size
        elif isinstance(event, yaml.AliasEvent):
            counts[-1] += sizes.get(str(event.anchor), 1)
        else:
            counts[-1] += 1
        if len(open_names) > DEEPEST:
            raise yaml.MarkedYAMLError(None, None, f"lồng quá {DEEPEST} lớp", mark)
        if isinstance(event, yaml.AliasEvent) and event.anchor in open_names:
            raise yaml.MarkedYAMLError(None, None, f"*{event.anchor} nằm trong chính nó", mark)
        if counts[-1] > LARGEST:
            raise yaml.MarkedYAMLError(None, None, "tệp quá lớn", mark)


def _fault(error: yaml.YAMLError) -> str:
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = f"dòng {mark.line + 1}, cột {mark.column + 1}: " if mark is not None else ""
    if not problem.isascii():
        return f"{place}{problem}."
    phrase = next((ours for theirs, ours in _PHRASES if theirs in problem), "YAML viết chưa đúng")
    return f"{place}{phrase}."
