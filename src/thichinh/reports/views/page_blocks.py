"""From the content of a document to what a page shows: charts drawn, rows grouped, links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from thichinh.foundation.calendar import Period
from thichinh.foundation.ui.charts import Chart, Series

NO_CUT: Mapping[str, str] = {}
_TONES = ("1", "2", "3", "4")


def page_blocks(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The blocks of a document with the addresses and drawings a page needs."""
    unit = content["unit_code"]
    return [_PREPARED.get(block["kind"], _as_is)(block, unit) for block in content["blocks"]]


def summary(codes: Iterable[str], content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A few figures of the last table, for one glance at the top of the page."""
    tables = [block for block in content["blocks"] if block["kind"] == "figures"]
    if not tables:
        return []
    rows = {row["figure"]["code"]: row for row in tables[-1]["rows"]}
    unit = content["unit_code"]
    return [
        {
            "row": rows[code],
            "href": indicator_url(rows[code]["figure"], unit),
            "unit": _symbol(rows[code]) or rows[code].get("things", ""),
        }
        for code in codes
        if code in rows
    ]


def indicator_url(figure: Mapping[str, Any], unit: str, cut: Mapping[str, str] = NO_CUT) -> str:
    """Where a figure is explained."""
    query = urlencode({"from": figure["start"], "to": figure["end"], **cut, "unit": unit})
    return f"{reverse('indicators:indicator', args=[figure['code']])}?{query}"


def records_url(figure: Mapping[str, Any], unit: str) -> str:
    """Where the records of a figure are listed."""
    query = urlencode({"from": figure["start"], "to": figure["end"], "unit": unit})
    return f"{reverse('indicators:records', args=[figure['code']])}?{query}"


def _as_is(block: dict[str, Any], unit: str) -> dict[str, Any]:
    return block


def _text(block: dict[str, Any], unit: str) -> dict[str, Any]:
    pieces = [
        {**piece, "href": indicator_url(piece["figure"], unit) if piece["figure"] else ""}
        for piece in block["pieces"]
    ]
    return {**block, "pieces": pieces}


def _figures(block: dict[str, Any], unit: str) -> dict[str, Any]:
    reasons = [row["reason"] for row in block["rows"]]
    rows = [
        {
            **row,
            "again": bool(row["reason"]) and row["reason"] in reasons[:at],
            "href": indicator_url(row["figure"], unit),
            "records": records_url(row["figure"], unit) if _opens(row) else "",
            "concern_url": records_url(row["concern"], unit) if row["concern"] else "",
        }
        for at, row in enumerate(block["rows"])
    ]
    stated = any(row["published"] is not None for row in rows)
    return {**block, "rows": rows, "stated": stated}


def _symbol(row: Mapping[str, Any]) -> str:
    """What stands after the numbers of a row; versions frozen before rows said so know percent."""
    return str(row.get("symbol", "%" if row["unit"] == "percent" else ""))


def _opens(row: Mapping[str, Any]) -> bool:
    """Whether records stand behind a row; in older frozen versions, whole numbers have them."""
    return bool(row.get("opens", row["decimals"] == 0))


def _matrix(block: dict[str, Any], unit: str) -> dict[str, Any]:
    groups: list[dict[str, Any]] = []
    for column in block["columns"]:
        if groups and groups[-1]["name"] == column["group"]:
            groups[-1]["span"] += 1
        else:
            groups.append({"name": column["group"], "span": 1})
    words = [
        f"{column['group']}: {column['heading']}" if column["group"] else column["heading"]
        for column in block["columns"]
    ]
    rows = [_matrix_row(row, words, *_part(block, row, unit)) for row in block["rows"]]
    total = _matrix_row(block["total"], words, unit, {})
    return {**block, "groups": groups, "rows": rows, "total": total}


def _part(block: dict[str, Any], row: dict[str, Any], unit: str) -> tuple[str, dict[str, str]]:
    """The unit and slice a row is about."""
    if block["dimension"] == "unit":
        return row["value"], {}
    return unit, {block["dimension"]: row["value"]}


def _matrix_row(
    row: dict[str, Any], words: list[str], unit: str, cut: dict[str, str]
) -> dict[str, Any]:
    cells = [
        {**cell, "label": word, "href": indicator_url(cell, unit, cut)}
        for cell, word in zip(row["cells"], words, strict=True)
    ]
    return {**row, "cells": cells}


def _trend(block: dict[str, Any], unit: str) -> dict[str, Any]:
    series = [
        Series(line["name"], line["counts"], tone=_TONES[at % len(_TONES)])
        for at, line in enumerate(block["lines"])
    ]
    months = [
        Period.containing("month", date.fromisoformat(month["start"])) for month in block["months"]
    ]
    labels = [f"{month.number}/{month.year}" for month in months]
    chart = Chart(kind="line", title=block["heading"], labels=labels, series=series, lang="vi")
    return {**block, "chart": chart}


def _checks(block: dict[str, Any], unit: str) -> dict[str, Any]:
    lines = [
        {**line, "concern_url": records_url(line["concern"], unit) if line["concern"] else ""}
        for line in block["lines"]
    ]
    broken = [line for line in lines if line["passed"] is False]
    kept = [line for line in lines if line["passed"]]
    return {**block, "broken": broken, "kept": kept}


_PREPARED = {
    "text": _text,
    "figures": _figures,
    "matrix": _matrix,
    "trend": _trend,
    "checks": _checks,
}
