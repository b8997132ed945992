"""What pydantic finds wrong with a value, as a person reads it: one table for the API and files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Each may name what pydantic tells of the fault (`ctx`).
_SENTENCES: dict[str, str | Promise] = {
    "missing": _("Thiếu thông tin này."),
    "extra_forbidden": _("Không có mục này; hãy bỏ đi."),
    "string_too_long": _("Dài quá %(max_length)s ký tự."),
    "string_too_short": _("Cần ít nhất %(min_length)s ký tự."),
    "string_pattern_mismatch": _("Không đúng dạng quy định."),
    "string_type": _("Phải là chữ."),
    "string_unicode": _("Có ký tự không đọc được."),
    "literal_error": _("Chỉ nhận %(expected)s."),
    "too_long": _("Không quá %(max_length)s mục."),
    "too_short": _("Cần ít nhất %(min_length)s mục."),
    "greater_than": _("Phải lớn hơn %(gt)s."),
    "greater_than_equal": _("Phải từ %(ge)s trở lên."),
    "less_than_equal": _("Không được quá %(le)s."),
}
_FAMILIES: dict[str, str | Promise] = {
    "int": _("Phải là một số."),
    "float": _("Phải là một số."),
    "decimal": _("Phải là một số."),
    "date": _("Phải là ngày giờ dạng NĂM-THÁNG-NGÀY, ví dụ 2022-06-15."),
    "datetime": _("Phải là ngày giờ dạng NĂM-THÁNG-NGÀY, ví dụ 2022-06-15."),
    "time": _("Phải là ngày giờ dạng NĂM-THÁNG-NGÀY, ví dụ 2022-06-15."),
    "bool": _("Phải là true hoặc false."),
    "list": _("Phải là một danh sách."),
    "tuple": _("Phải là một danh sách."),
    "dict": _("Phải là một đối tượng JSON."),
    "model": _("Phải là một đối tượng JSON."),
}


def fault_sentence(fault: Mapping[str, Any]) -> str:
    """A pydantic fault (`type`, `ctx`, `msg`) in the language of who meets it."""
    kind = str(fault.get("type", ""))
    sentence = _SENTENCES.get(kind) or _FAMILIES.get(kind.partition("_")[0])
    words = str(sentence or _("Giá trị này không hợp lệ."))
    facts: Mapping[str, Any] = fault.get("ctx", {})
    return words % facts
