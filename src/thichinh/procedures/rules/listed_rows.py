"""One row of the portal's list: read, cleaned, or refused with its reason."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from thichinh.foundation.errors import Refused
from thichinh.foundation.text import fold, nfc, one_line
from thichinh.procedures.models.definition import is_national_code

LONGEST = {"name": 2000, "issuer": 255, "agency": 2000, "field_name": 255}
TITLES = {
    "name": gettext_lazy("tên thủ tục"),
    "issuer": gettext_lazy("cơ quan ban hành"),
    "agency": gettext_lazy("cơ quan thực hiện"),
    "field_name": gettext_lazy("lĩnh vực"),
}
_CODE_WITHIN = re.compile(r"\d\.\d{6}")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class ListedRow:
    """A good row. An empty text means that this list does not say it."""

    line: int
    key: str
    code: str
    name: str
    issuer: str = ""
    agency: str = ""
    field_name: str = ""


def read_listed_row(line: int, cells: Mapping[str, Any], has_codes: bool) -> ListedRow:
    """Clean one row. Raises Refused with the reason a person can check in the file."""
    if "unreadable" in cells:
        raise Refused(str(cells["unreadable"]))
    code = _code(cells.get("code")) if has_codes else ""
    texts = {name: _cell(name, cells.get(name)) for name in ("issuer", "field_name")}
    name = _name(cells.get("name"), code)
    agency = _agencies(cells.get("agency"))
    return ListedRow(line, _key(code, name, agency), code, name, agency=agency, **texts)


def _code(raw: Any) -> str:
    """Excel may hold the code as a number, which drops zeros at its end: 1.00119 is 1.001190."""
    text = f"{raw:.6f}" if isinstance(raw, float) else _text(raw)
    if not text:
        raise Refused(_("thiếu mã số"))
    if is_national_code(text):
        return text
    if len(_CODE_WITHIN.findall(text)) > 1:
        raise Refused(_("ô mã số bị dính nhiều mã: “%(text)s”") % {"text": text[:60]})
    raise Refused(
        _("mã số sai dạng: “%(text)s” (đúng là một chữ số, dấu chấm, sáu chữ số)")
        % {"text": text[:40]}
    )


def _name(raw: Any, code: str) -> str:
    name = _cell("name", raw)
    if code:
        name = re.sub(rf"\(\s*{re.escape(code)}\s*\)$", "", name).strip()
    if not name:
        raise Refused(_("thiếu tên thủ tục"))
    if not any(character.isalpha() for character in name):
        raise Refused(_("tên thủ tục không có chữ nào: “%(name)s”") % {"name": name[:40]})
    if _CODE_WITHIN.search(name):
        raise Refused(_("ô tên bị dính mã của thủ tục khác: “%(name)s”") % {"name": name[:80]})
    return name


def _agencies(raw: Any) -> str:
    """A cell lists agencies line by line, with blanks and repeats; kept once each, in order."""
    lines = _text(raw, one=False).split("\n")
    cleaned = [_cell("agency", line) for line in lines]
    return "; ".join(dict.fromkeys(line for line in cleaned if line))[: LONGEST["agency"]]


def _cell(name: str, raw: Any) -> str:
    text = _text(raw)
    if len(text) > LONGEST[name]:
        raise Refused(
            _("ô %(cell)s dài %(length)s ký tự, nhiều ô có thể đã dính vào nhau")
            % {"cell": TITLES[name], "length": len(text)}
        )
    if glued := _glued_word(text):
        raise Refused(
            _("ô %(cell)s bị dính chữ: “%(glued)s”") % {"cell": TITLES[name], "glued": glued}
        )
    return text


def _text(raw: Any, one: bool = True) -> str:
    if raw is None:
        return ""
    if isinstance(raw, bool | list | dict):
        raise Refused(_("ô không phải là chữ: %(raw)s") % {"raw": str(raw)[:40]})
    text = _SURROGATE.sub("", nfc(str(raw)))
    return one_line(text) if one else text


def _glued_word(text: str) -> str:
    """A word in which a capital follows at least two small letters and starts a new word."""
    for word in text.split():
        for place in range(2, len(word) - 1):
            before, here, after = word[place - 2 : place], word[place], word[place + 1]
            small = before.isalpha() and before.islower()
            if small and here.isupper() and after.isalpha() and after.islower():
                return word[:60]
    return ""


def _key(code: str, name: str, agency: str) -> str:
    if code:
        return f"c:{code}"
    digest = hashlib.sha256(f"{fold(name)}|{fold(agency)}".encode()).hexdigest()
    return f"n:{digest[:24]}"
