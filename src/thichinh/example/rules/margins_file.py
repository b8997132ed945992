"""Reading a margins file: blocks of periods however they are grouped, each figure by its key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from thichinh.example.rules.identities import Findings, check_margins
from thichinh.example.rules.margins import (
    COUNTS,
    LARGEST,
    SHARES,
    SUMS,
    Margins,
    OnlineMargins,
    PeriodMargins,
)
from thichinh.foundation.text import one_line, vn_number

LONGEST_NAME = 80
ONLINE = {
    "offered": "level3_procedures_offered",
    "used": "level3_procedures_with_online_dossiers",
    "resolved": "level3_online_dossiers_resolved",
}
PERIOD_KEYS = frozenset({"period", "from", "to", *COUNTS, *SHARES})
_ONLINE_SECTIONS = ("online", "online_services")
_SECTIONS = ("authority", "one_stop", "periods", *_ONLINE_SECTIONS, "total_received_stated")
# What else the same report states, for who pastes the whole of it: it says nothing about dossiers.
_BESIDE = frozenset({
    "report", "identities", "infrastructure", "digital_signature", "portal", "post_and_telecom",
    "projects", "public_address", "targets", "directives",
    "one_stop_via_system_pct", "identity_verified_pct", "work_files_processed_online_pct",
    "periodic_reports_on_reporting_system_pct", "document_system_interconnected_pct",
    "meeting_time_saved_pct",
})  # fmt: skip
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def read_margins(documents: Sequence[Any]) -> Margins:
    """Margins from the parsed YAML documents of one file. Raises Refused naming what is wrong."""
    findings = Findings()
    found = _Sections(findings)
    found.take(list(documents))
    periods = [_period(block, at, findings) for at, block in enumerate(found.blocks, 1)]
    if not found.blocks:
        findings.add("periods", "Tệp biên không có kỳ nào: mỗi kỳ là một khối có from và to.")
    findings.refuse()
    margins = Margins(
        tuple(sorted((p for p in periods if p is not None), key=lambda p: p.start)),
        _online(found.online, findings),
        found.total,
        found.authority,
    )
    check_margins(margins, findings)
    findings.refuse()
    return margins


@dataclass
class _Sections:
    """Period blocks, the online block and the stated total, however the file groups them."""

    findings: Findings
    blocks: list[dict[Any, Any]] = field(default_factory=list)
    online: Any = None
    total: int | None = None
    authority: str = ""

    def take(self, node: Any) -> None:
        """Sort a piece of the file; what nobody would read is named."""
        if isinstance(node, dict):
            self._take_block(node)
        elif isinstance(node, (list, tuple)):
            for item in node:
                self.take(item)
        elif node is not None:
            sentence = f"Mỗi kỳ phải là một khối các dòng “khoá: giá trị”; tệp ghi “{node}”."
            self.findings.add("periods", sentence)

    def _take_block(self, node: dict[Any, Any]) -> None:
        rest = {key: value for key, value in node.items() if key not in _SECTIONS}
        if PERIOD_KEYS & rest.keys():
            self.blocks.append(rest)
        else:
            for key in [key for key in rest if key not in _BESIDE]:
                self.findings.add("keys", f"Tệp biên {_unknown('mục', key, _SECTIONS)}")
        for key in ("one_stop", "periods"):
            self.take(node.get(key))
        for key in _ONLINE_SECTIONS:
            self.online = node.get(key, self.online)
        if node.get("authority") is not None:
            self.authority = self._authority(node["authority"])
        if node.get("total_received_stated") is not None:
            self.total = self._total(node["total_received_stated"])

    def _authority(self, value: Any) -> str:
        name = one_line(value) if isinstance(value, str) else ""
        if not 0 < len(name) <= LONGEST_NAME:
            sentence = f"authority là tên cơ quan, từ 1 đến {LONGEST_NAME} ký tự, như “Huyện A”."
            self.findings.add("authority", sentence)
        return name

    def _total(self, value: Any) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        sentence = f"total_received_stated phải là số nguyên viết liền; tệp ghi “{value}”."
        self.findings.add("total_received_stated", sentence)
        return None


def _period(block: dict[Any, Any], at: int, findings: Findings) -> PeriodMargins | None:
    label = str(block.get("period") or f"thứ {at}")
    before = len(findings.broken)
    for key in [key for key in block if key not in PERIOD_KEYS]:
        findings.add("keys", f"Kỳ {label} {_unknown('chỉ tiêu', key, sorted(PERIOD_KEYS))}")
    days = [_day(block, key, label, findings) for key in ("from", "to")]
    counts = {key: _count(block, key, label, findings) for key in COUNTS if key in block}
    stated = frozenset(counts)
    _derive(counts)
    for key in [key for key in COUNTS if key not in counts and key != "received_new"]:
        findings.add(key, f"Kỳ {label}: thiếu {key} ({COUNTS[key]}).")
    shares = [(key, _share(block, key, label, findings)) for key in SHARES if key in block]
    if len(findings.broken) > before:
        return None
    given = tuple((key, share) for key, share in shares if share is not None)
    return PeriodMargins(label, days[0], days[1], **counts, shares=given, stated=stated)


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


def _day(block: dict[Any, Any], key: str, label: str, findings: Findings) -> date:
    value = block.get(key)
    if isinstance(value, str) and (written := _DAY.fullmatch(value.strip())):
        with suppress(ValueError):  # no such day
            value = date(*map(int, written.groups()))
    if not isinstance(value, date):
        quoted = f"; tệp ghi “{value}”" if value is not None else ""
        findings.add(key, f"Kỳ {label}: {key} phải là ngày có thật viết như 2021-12-15{quoted}.")
        return date.min
    return date(value.year, value.month, value.day)


def _unknown(what: str, key: object, known: Iterable[str]) -> str:
    names = list(known)
    near = get_close_matches(str(key), names, 1)
    meant = f" Có phải “{near[0]}”?" if near else ""
    return f"không có {what} nào tên “{key}”.{meant} Các {what}: {', '.join(names)}."


def _whole_number(value: Any, about: str, findings: Findings, key: str) -> int:
    """A count as written; one that no replay can hold is refused by the limit's own name."""
    if isinstance(value, bool) or not isinstance(value, int):
        findings.add(
            key,
            f"{about} phải là số nguyên viết liền bằng chữ số, như 21003 (không viết 1e9 hay 21.003); "
            f"tệp ghi “{value}”.",
        )
        return 0
    if value < 0:
        findings.add(f"{key} >= 0", f"{about} là số âm: {value}.")
    if value > LARGEST:
        limit = vn_number(LARGEST)
        findings.add(key, f"{about} là {value}; một lần nạp nhiều nhất {limit} hồ sơ.")
    return value


def _count(block: dict[Any, Any], key: str, label: str, findings: Findings) -> int:
    return _whole_number(block[key], f"Kỳ {label}: {key} ({COUNTS[key]})", findings, key)


def _share(block: dict[Any, Any], key: str, label: str, findings: Findings) -> Decimal | None:
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
    given = block if isinstance(block, dict) else {}
    for key in [key for key in given if key not in (*ONLINE.values(), *_BESIDE)]:
        findings.add("keys", f"Khối online {_unknown('chỉ tiêu', key, ONLINE.values())}")
    values: dict[str, int] = {}
    for name, key in ONLINE.items():
        values[name] = _whole_number(given.get(key), f"Khối online: {key}", findings, key)
    findings.refuse()
    return OnlineMargins(**values)
