"""From the text of a mapping file to a `CaseMapping`, or to sentences that name key and fix.

Every scalar is read as text (`01`, `yes` and `2021-01-02` stay what was typed); the model then
turns into numbers and dates what has to be one.
"""

from __future__ import annotations

import difflib
import re
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from thichinh.caselogs.rules.mapping import CaseMapping
from thichinh.foundation.errors import Refused
from thichinh.foundation.faults import fault_sentence
from thichinh.foundation.yaml_files import parse_yaml, refuse_doubles


class _TextLoader(yaml.BaseLoader):
    """YAML without guesses: scalars stay text, `~` and `null` are nothing, no key twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    None, None, "khoá phải là một từ", key_node.start_mark
                )
        refuse_doubles(node)
        return super().construct_mapping(node, deep=deep)


def parse_mapping(text: str, *, file_name: str) -> CaseMapping:
    """Read one mapping. Raises Refused with one sentence per wrong key."""
    content = _document(text, file_name)
    content.setdefault("code", re.sub(r"\.ya?ml$", "", file_name))
    try:
        return CaseMapping.model_validate(content)
    except ValidationError as error:
        lines = [f"Tệp ánh xạ {file_name} chưa dùng được:"]
        lines += [f"- {sentence}" for sentence in _sentences(error, content)]
        raise Refused("\n".join(lines)) from error


def _document(text: str, file_name: str) -> dict[str, Any]:
    try:
        documents = [d for d in parse_yaml(text, _TextLoader) if d]
    except Refused as error:
        raise Refused(f"Tệp ánh xạ {file_name} không phải YAML đúng: {error.message}") from error
    if len(documents) != 1 or not isinstance(documents[0], dict):
        raise Refused(
            f"Tệp ánh xạ {file_name} phải chứa đúng một tài liệu gồm các dòng “khoá: giá trị”."
        )
    cleaned: dict[str, Any] = _without_nothing(documents[0])
    return cleaned


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_nothing(v) for k, v in value.items() if v not in ("~", "null")}
    if isinstance(value, list):
        return [_without_nothing(item) for item in value]
    return value


def _sentences(error: ValidationError, content: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(_sentence(item) for item in error.errors()))


def _sentence(item: Any) -> str:
    path = tuple(part for part in item["loc"])
    key = ".".join(str(part) for part in path) or "(cả tệp)"
    kind, context = item["type"], item.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(path, key)
    if kind == "missing":
        return f"{key}: thiếu khoá bắt buộc này. Thêm “{path[-1]}: …”."
    if kind == "literal_error":
        allowed = context["expected"].replace(" or ", ", ").replace("'", "")
        return f"{key}: {item['input']!r} không hợp lệ; chỉ nhận {allowed}."
    if kind in ("model_type", "model_attributes_type"):
        return f"{key}: cần một khối gồm các khoá {', '.join(_keys_at(path))}."
    if kind == "value_error":
        return f"{key}: {context['error']}."
    if kind == "string_pattern_mismatch":
        return (
            f"{key}: {item['input']!r} không hợp lệ; mã chỉ gồm chữ thường không dấu, số, "
            "dấu gạch nối và dấu chấm, ví dụ so-xay-dung."
        )
    return f"{key}: {fault_sentence(item)} (đang là {item['input']!r})."


def _unknown_key(path: tuple[Any, ...], key: str) -> str:
    known = _keys_at(path[:-1])
    close = difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.6)
    hint = f"Có phải “{close[0]}”? " if close else ""
    return f"{key}: không có khoá này. {hint}Các khoá ở đây: {', '.join(known)}."


def _keys_at(path: tuple[Any, ...]) -> list[str]:
    model: type[BaseModel] = CaseMapping
    for part in path:
        if not isinstance(part, str):
            continue
        field = model.model_fields.get(part)
        if field is None:
            return []
        model = _model_in(field.annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for m in map(_model_in, get_args(annotation)) if m is not None), None)
