"""What must hold between published figures, and the sentence for each identity they break."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from thichinh.example.rules.margins import (
    CARRY_OVER,
    COUNTS,
    LARGEST,
    SHARES,
    SUMS,
    Margins,
    PeriodMargins,
    loses_overdue,
)
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import vn_date, vn_number


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


def check_margins(margins: Margins, findings: Findings) -> None:
    """Add every identity that the published figures break to `findings`."""
    for period in margins.periods:
        _check_sums(period, findings)
        _check_shares(period, findings)
    for previous, period in pairwise(margins.periods):
        _check_neighbours(previous, period, findings)
    _check_online(margins, findings)
    _check_total(margins, findings)
    _check_size(margins, findings)


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
                f"Kỳ {period.label}: sai tỷ lệ {identity}: công bố {vn_number(stated, _places(stated))} % nhưng "
                f"{vn_number(getattr(period, part))} / {vn_number(base)} = "
                f"{vn_number(exact, _places(stated) + 1)} %. Viết số đã làm tròn đúng, hoặc bỏ dòng này.",
            )


def _tolerance(stated: Decimal) -> Decimal:
    """Half a unit of the last decimal written."""
    return Decimal("0.5").scaleb(-_places(stated))


def _places(stated: Decimal) -> int:
    exponent = stated.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


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


def _check_size(margins: Margins, findings: Findings) -> None:
    total = sum(period.received_total for period in margins.periods)
    if total > LARGEST:
        findings.add(
            "received_total",
            f"Các kỳ có {vn_number(total)} hồ sơ; một lần nạp nhiều nhất {vn_number(LARGEST)}.",
        )
