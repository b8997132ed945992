"""A report on a terminal: a table of figures, then what does not hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thichinh.foundation.text import vn_number

_WIDTHS = (52, 14, 14, 12)
_FEW = 8


def as_text(data: Mapping[str, Any], names: Mapping[str, str], places: Mapping[str, int]) -> str:
    """The figures of `as_data` in columns; `names` and `places` come from the indicators."""
    lines = [f"{data['title']} – {data['unit_name']}"]
    whole = [data] if len(data["periods"]) > 1 and "contiguous" not in data else []
    for entry in [*data["periods"], *whole]:
        lines += ["", f"Kỳ {entry['period']} ({entry['from']} – {entry['to']})"]
        lines.append(_row("", "tính từ sổ", "đã công bố", "chênh lệch"))
        lines += [_figure(entry, code, names[code], places[code]) for code in names]
    lines += ["", "Đẳng thức"]
    for check in data["identities"]:
        lines += _check(check)
    return "\n".join(lines)


def _figure(entry: Mapping[str, Any], code: str, name: str, places: int) -> str:
    values = (entry[code], entry["published"].get(code), entry["difference"].get(code))
    stated = code in entry["published"]
    cells = [_number(values[0], places, "không có")]
    cells += [_number(v, places, "không có" if stated else "") for v in values[1:]]
    return _row(name, *cells)


def _number(value: int | float | None, places: int, nothing: str) -> str:
    return nothing if value is None else vn_number(value, places)


def _row(name: str, *cells: str) -> str:
    first = f"  {name:<{_WIDTHS[0]}}"
    return (first + "".join(f"{c:>{w}}" for c, w in zip(cells, _WIDTHS[1:], strict=True))).rstrip()


def _check(check: Mapping[str, Any]) -> list[str]:
    mark = {True: "✓", False: "✗", None: "·"}[check["pass"]]
    basis = "công bố" if check["basis"] == "published" else "tính từ sổ"
    lines = [f"  {mark} [{basis}, đến {check['to']}] {check['name']}"]
    if check["pass"] is False:
        lines.append(f"      {check['verdict']}")
        if check["reason"]:
            lines.append(f"      {check['reason']}")
        records = next((value for value in check.values() if isinstance(value, list)), [])
        if records:
            rest = len(records) - _FEW
            lines.append(
                f"      {', '.join(records[:_FEW])}{f' và {rest} nữa' if rest > 0 else ''}"
            )
    return lines
