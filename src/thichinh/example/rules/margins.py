"""Published one-stop margins of an authority: read, check, and say what the books must say.

A margins file holds one block per reporting period with the keys an authority publishes
(`received_total`, `carried_over`, `resolved`, ...). Figures that cannot all be true are refused
with the name of the identity they break. One break is known from the 2022 report and
is understood rather than refused: a period that opens with the previous period's dossiers *not
yet due* only has lost the overdue ones. They are still in the authority's drawers, so the true
books keep them, open and overdue, to the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

COUNTS = {
    "received_total": "tổng số tiếp nhận",
    "carried_over": "kỳ trước chuyển sang",
    "resolved": "đã giải quyết",
    "resolved_on_time": "giải quyết đúng hạn",
    "resolved_late": "giải quyết quá hạn",
    "in_progress": "đang giải quyết",
    "in_progress_not_due": "đang giải quyết chưa đến hạn",
    "in_progress_overdue": "đang giải quyết quá hạn",
    "received_new": "nhận mới trong kỳ",
}
SUMS = (
    ("received_total", "resolved", "in_progress"),
    ("resolved", "resolved_on_time", "resolved_late"),
    ("in_progress", "in_progress_not_due", "in_progress_overdue"),
    ("received_total", "carried_over", "received_new"),
)
"""Each first figure is the sum of the other two."""
SHARES = {
    "resolved_rate_pct": ("resolved", "received_total"),
    "resolved_on_time_pct": ("resolved_on_time", "resolved"),
    "resolved_late_pct": ("resolved_late", "resolved"),
    "in_progress_pct": ("in_progress", "received_total"),
}
LARGEST = 2_000_000
"""Dossiers that one replay may hold: a whole province's year."""

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
    received_new: int
    shares: tuple[tuple[str, Decimal], ...] = ()
    stated: frozenset[str] = frozenset()
    """The counts that the file writes; the others follow from them."""


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
    authority: str = ""
    """Whose figures these are, as the replayed reports call it; empty: the example town's."""


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
                period.start, period.end, opening, period.received_new,
                period.resolved_on_time, period.resolved_late,
                period.in_progress_not_due, overdue, hidden,
            )
        )  # fmt: skip
    return tuple(found)
