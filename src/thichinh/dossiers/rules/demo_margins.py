"""Published one-stop margins of an authority: read, check, and say what the books must say.

A margins file holds one block per reporting period with the keys an authority publishes
(`received_total`, `carried_over`, `resolved`, ...). Figures that cannot all be true are refused
with the name of the identity they break. One break is known from the 2022 report of Đức Phổ and
is understood rather than refused: a period that opens with the previous period's dossiers *not
yet due* only has lost the overdue ones. They are still in the authority's drawers, so the true
books keep them, open and overdue, to the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from thichinh.foundation.errors import Refused
from thichinh.foundation.text import vn_date, vn_number

COUNTS = {
    "received_total": "tổng số tiếp nhận",
    "carried_over": "kỳ trước chuyển sang",
    "resolved": "đã giải quyết",
    "resolved_on_time": "giải quyết đúng hạn",
    "resolved_late": "giải quyết quá hạn",
    "in_progress": "đang giải quyết",
    "in_progress_not_due": "đang giải quyết chưa đến hạn",
    "in_progress_overdue": "đang giải quyết quá hạn",
}
SUMS = (
    ("received_total", "resolved", "in_progress"),
    ("resolved", "resolved_on_time", "resolved_late"),
    ("in_progress", "in_progress_not_due", "in_progress_overdue"),
)
"""Each first figure is the sum of the other two."""
SHARES = {
    "resolved_rate_pct": ("resolved", "received_total"),
    "resolved_on_time_pct": ("resolved_on_time", "resolved"),
    "resolved_late_pct": ("resolved_late", "resolved"),
    "in_progress_pct": ("in_progress", "received_total"),
}
CARRY_OVER = "carried_over == in_progress of the previous period"


@dataclass(frozen=True, slots=True)
class PeriodMargins:
    """What was published for one period, `start` to `end` inclusive. Counts are dossiers."""

    label: str
    start: date
    end: date
    received_total: int
    carried_over: int
    resolved: int
    resolved_on_time: int
    resolved_late: int
    in_progress: int
    in_progress_not_due: int
    in_progress_overdue: int
    shares: tuple[tuple[str, Decimal], ...] = ()

    @property
    def new(self) -> int:
        """Dossiers received within the period itself."""
        return self.received_total - self.carried_over


@dataclass(frozen=True, slots=True)
class OnlineMargins:
    """Level-3 services over the whole span: offered, used, and dossiers resolved through them."""

    offered: int = 0
    used: int = 0
    resolved: int = 0


@dataclass(frozen=True, slots=True)
class Margins:
    """A whole margins file, periods in order of time."""

    periods: tuple[PeriodMargins, ...]
    online: OnlineMargins = OnlineMargins()
    total_received_stated: int | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """What the books must say of one period once lost dossiers are put back.

    `lost` counts the open overdue dossiers that the report of a *later* period no longer shows:
    they stay open to the end of the whole span.
    """

    start: date
    end: date
    opening: int
    new: int
    on_time: int
    late: int
    not_due: int
    overdue: int
    lost: int

    @property
    def closing(self) -> int:
        return self.not_due + self.overdue


@dataclass(slots=True)
class Findings:
    """Every identity found broken, so that one run names them all."""

    broken: list[tuple[str, str]] = field(default_factory=list)

    def add(self, identity: str, sentence: str) -> None:
        self.broken.append((identity, sentence))

    def refuse(self) -> None:
        """Raises Refused if anything was found; `fields` maps each identity to its sentences."""
        if not self.broken:
            return
        fields: dict[str, str] = {}
        for identity, sentence in self.broken:
            fields[identity] = f"{fields[identity]} {sentence}" if identity in fields else sentence
        raise Refused("\n".join(sentence for _, sentence in self.broken), **fields)


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


def check_margins(margins: Margins, findings: Findings) -> None:
    """Add every identity that the published figures break to `findings`."""
    for period in margins.periods:
        _check_sums(period, findings)
        _check_shares(period, findings)
    for previous, period in pairwise(margins.periods):
        _check_neighbours(previous, period, findings)
    _check_online(margins, findings)
    _check_total(margins, findings)


def loses_overdue(previous: PeriodMargins, period: PeriodMargins) -> bool:
    """Whether `period` opens without the overdue dossiers that `previous` closed with."""
    return (
        period.carried_over != previous.in_progress
        and period.carried_over == previous.in_progress_not_due
    )


def truths(margins: Margins) -> tuple[Truth, ...]:
    """The true figures of each period; closing of one is the opening of the next."""
    found: list[Truth] = []
    hidden = 0
    for at, period in enumerate(margins.periods):
        overdue = period.in_progress_overdue + hidden
        opening = period.carried_over + hidden
        if at + 1 < len(margins.periods) and loses_overdue(period, margins.periods[at + 1]):
            hidden = overdue
        found.append(
            Truth(
                period.start, period.end, opening, period.new,
                period.resolved_on_time, period.resolved_late,
                period.in_progress_not_due, overdue, hidden,
            )
        )  # fmt: skip
    return tuple(found)


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
    if isinstance(value, bool) or not isinstance(value, int):
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
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        findings.add(key, f"Kỳ {label}: {key} phải là số phần trăm, như 98.33.")
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
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            findings.add(key, f"Khối online: {key} phải là số nguyên không âm.")
        else:
            values[name] = value
    findings.refuse()
    return OnlineMargins(**values)


def _check_sums(period: PeriodMargins, findings: Findings) -> None:
    for key, words in COUNTS.items():
        if (value := getattr(period, key)) < 0:
            findings.add(
                f"{key} >= 0", f"Kỳ {period.label}: {key} ({words}) là số âm: {vn_number(value)}."
            )
    for whole, one, other in SUMS:
        total = getattr(period, one) + getattr(period, other)
        if getattr(period, whole) != total:
            identity = f"{whole} == {one} + {other}"
            findings.add(
                identity,
                f"Kỳ {period.label}: sai đẳng thức {identity} ({COUNTS[whole]} = {COUNTS[one]} + "
                f"{COUNTS[other]}): {vn_number(getattr(period, whole))} ≠ "
                f"{vn_number(getattr(period, one))} + {vn_number(getattr(period, other))} "
                f"= {vn_number(total)}.",
            )
    if period.carried_over > period.received_total:
        findings.add(
            "carried_over <= received_total",
            f"Kỳ {period.label}: carried_over ({vn_number(period.carried_over)}) lớn hơn "
            f"received_total ({vn_number(period.received_total)}), số nhận mới sẽ là số âm.",
        )
    if period.end < period.start:
        findings.add(
            "from <= to",
            f"Kỳ {period.label}: ngày cuối {vn_date(period.end)} trước ngày đầu "
            f"{vn_date(period.start)}.",
        )


def _check_shares(period: PeriodMargins, findings: Findings) -> None:
    for key, stated in period.shares:
        part, whole = SHARES[key]
        base = getattr(period, whole)
        exact = Decimal(100 * getattr(period, part)) / base if base else Decimal(0)
        if abs(stated - exact) > _tolerance(stated):
            identity = f"{key} == {part} / {whole}"
            findings.add(
                identity,
                f"Kỳ {period.label}: sai tỷ lệ {identity}: công bố {vn_number(stated, 2)} % nhưng "
                f"{vn_number(getattr(period, part))} / {vn_number(base)} = "
                f"{vn_number(exact, 2)} %.",
            )


def _tolerance(stated: Decimal) -> Decimal:
    """Half a unit of the last decimal written, and never less than 0.01 percentage points."""
    exponent = stated.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    return max(Decimal("0.01"), Decimal("0.5").scaleb(-places))


def _check_neighbours(previous: PeriodMargins, period: PeriodMargins, findings: Findings) -> None:
    if period.start <= previous.end:
        findings.add(
            "periods do not overlap",
            f"Kỳ {period.label} bắt đầu {vn_date(period.start)} khi kỳ {previous.label} chưa hết "
            f"({vn_date(previous.end)}): hai kỳ chồng nhau.",
        )
    elif period.start != previous.end + timedelta(days=1):
        findings.add(
            "periods are contiguous",
            f"Giữa kỳ {previous.label} (đến {vn_date(previous.end)}) và kỳ {period.label} (từ "
            f"{vn_date(period.start)}) có khoảng trống.",
        )
    if period.carried_over != previous.in_progress and not loses_overdue(previous, period):
        findings.add(
            CARRY_OVER,
            f"Kỳ {period.label}: sai đẳng thức {CARRY_OVER} (kỳ trước chuyển sang = đang giải "
            f"quyết cuối kỳ trước): {vn_number(period.carried_over)} ≠ "
            f"{vn_number(previous.in_progress)} của kỳ {previous.label} (và cũng không phải "
            f"{vn_number(previous.in_progress_not_due)} hồ sơ chưa đến hạn của kỳ đó).",
        )


def _check_online(margins: Margins, findings: Findings) -> None:
    online = margins.online
    resolved = sum(period.resolved for period in margins.periods)
    rules = (
        ("level3_procedures_with_online_dossiers <= level3_procedures_offered",
         online.used <= online.offered,
         f"{online.used} thủ tục có hồ sơ trực tuyến nhưng chỉ cung cấp {online.offered}"),
        ("level3_online_dossiers_resolved <= resolved",
         online.resolved <= resolved,
         f"{vn_number(online.resolved)} hồ sơ trực tuyến đã giải quyết nhưng cả kỳ chỉ giải quyết "
         f"{vn_number(resolved)}"),
        ("level3_online_dossiers_resolved >= level3_procedures_with_online_dossiers",
         online.resolved >= online.used,
         f"{online.used} thủ tục có hồ sơ trực tuyến nhưng chỉ {vn_number(online.resolved)} hồ sơ"),
        ("level3_procedures_with_online_dossiers > 0 when dossiers were resolved online",
         online.used > 0 or online.resolved == 0,
         f"{vn_number(online.resolved)} hồ sơ trực tuyến nhưng không thủ tục nào phát sinh"),
    )  # fmt: skip
    for identity, holds, words in rules:
        if not holds:
            findings.add(identity, f"Khối online: sai đẳng thức {identity}: {words}.")


def _check_total(margins: Margins, findings: Findings) -> None:
    """The stated total may count carried dossiers once, or (the known mistake) every time."""
    stated = margins.total_received_stated
    if stated is None:
        return
    double = sum(period.received_total for period in margins.periods)
    once = double - sum(period.carried_over for period in margins.periods[1:])
    if stated not in (double, once):
        findings.add(
            "total_received_stated",
            f"total_received_stated ghi {stated}, nhưng tổng các kỳ là {vn_number(double)} và tổng "
            f"không đếm hai lần hồ sơ chuyển kỳ là {vn_number(once)}.",
        )
