"""Reading a margins file: blocks of periods however they are grouped, each figure by its key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from thichinh.dossiers.rules.demo_identities import Findings, check_margins
from thichinh.dossiers.rules.demo_margins import (
    COUNTS,
    SHARES,
    SUMS,
    Margins,
    OnlineMargins,
    PeriodMargins,
)


def read_margins(documents: Sequence[Any]) -> Margins:
    """Margins from the parsed YAML documents of one file. Raises Refused naming what is wrong."""
    findings = Findings()
    blocks, online, total = _sections(documents)
    periods = [_period(block, at, findings) for at, block in enumerate(blocks, 1)]
    if not blocks:
        findings.add("periods", "Tệp biên không có kỳ nào: mỗi kỳ là một khối có from và to.")
    findings.refuse()
    margins = Margins(
        tuple(sorted((p for p in periods if p is not None), key=lambda p: p.start)),
        _online(online, findings),
        total,
    )
    check_margins(margins, findings)
    findings.refuse()
    return margins


def _sections(documents: Sequence[Any]) -> tuple[list[dict[str, Any]], Any, int | None]:
    """Period blocks, the online block and the stated total, however the file groups them."""
    blocks: list[dict[str, Any]] = []
    online: Any = None
    total: int | None = None
    for item in _flattened(documents):
        if "total_received_stated" in item:
            total = item["total_received_stated"]
        if "from" in item or "received_total" in item:
            blocks.append({k: v for k, v in item.items() if k != "total_received_stated"})
        online = item.get("online", item.get("online_services", online))
    return blocks, online, total


def _flattened(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for key in ("one_stop", "periods"):
            yield from _flattened(node.get(key))
    elif isinstance(node, (list, tuple)):
        for item in node:
            yield from _flattened(item)


def _period(block: dict[str, Any], at: int, findings: Findings) -> PeriodMargins | None:
    label = str(block.get("period") or f"thứ {at}")
    before = len(findings.broken)
    known = {"period", "from", "to", *COUNTS, *SHARES}
    for key in block.keys() - known:
        findings.add("keys", f"Kỳ {label}: không có chỉ tiêu nào tên “{key}”.")
    days = [_day(block, key, label, findings) for key in ("from", "to")]
    counts = {key: _count(block, key, label, findings) for key in COUNTS if key in block}
    _derive(counts)
    for key in COUNTS.keys() - counts.keys():
        findings.add(key, f"Kỳ {label}: thiếu {key} ({COUNTS[key]}).")
    shares = [(key, _share(block, key, label, findings)) for key in SHARES if key in block]
    if len(findings.broken) > before:
        return None
    given = tuple((key, share) for key, share in shares if share is not None)
    return PeriodMargins(label, days[0], days[1], **counts, shares=given)


def _derive(counts: dict[str, int]) -> None:
    """Fill in a figure that the others of its sum determine."""
    for _ in SUMS:
        for whole, *parts in SUMS:
            missing = [key for key in (whole, *parts) if key not in counts]
            if missing == [whole]:
                counts[whole] = sum(counts[part] for part in parts)
            elif len(missing) == 1:
                other = next(part for part in parts if part != missing[0])
                counts[missing[0]] = counts[whole] - counts[other]


def _day(block: dict[str, Any], key: str, label: str, findings: Findings) -> date:
    value = block.get(key)
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value.strip())
        except ValueError:
            value = None
    if not isinstance(value, date):
        findings.add(key, f"Kỳ {label}: {key} phải là ngày viết như 2021-12-15.")
        return date.min
    return date(value.year, value.month, value.day)


def _count(block: dict[str, Any], key: str, label: str, findings: Findings) -> int:
    value = block[key]
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 10**9:
        findings.add(
            key,
            f"Kỳ {label}: {key} ({COUNTS[key]}) phải là số nguyên viết liền, "
            f"như 21003; tệp ghi “{value}”.",
        )
        return 0
    return value


def _share(block: dict[str, Any], key: str, label: str, findings: Findings) -> Decimal | None:
    value = block[key]
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1000:
        findings.add(key, f"Kỳ {label}: {key} phải là số phần trăm không âm, như 98.33.")
        return None
    return Decimal(str(value))


def _online(block: Any, findings: Findings) -> OnlineMargins:
    if block is None:
        return OnlineMargins()
    names = {
        "offered": "level3_procedures_offered",
        "used": "level3_procedures_with_online_dossiers",
        "resolved": "level3_online_dossiers_resolved",
    }
    values: dict[str, int] = {}
    for name, key in names.items():
        value = block.get(key) if isinstance(block, dict) else None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10**9:
            findings.add(key, f"Khối online: {key} phải là số nguyên không âm.")
        else:
            values[name] = value
    findings.refuse()
    return OnlineMargins(**values)
