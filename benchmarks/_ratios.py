"""How pages of a bigger town are held against those of a smaller one: arithmetic only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

FLOOR = 0.005
"""Seconds: two p95 that differ by less count as equal, in every setting of the bench.

One time slice of another process or one collection of garbage moves the p95 of a page by about as
much, and nobody sees it. It decides nothing for pages of more than 17 ms, where the limit of 1.3 is
more than that away.
"""
Times = Sequence[float]
"""Seconds that the calls of one round took, in one town."""


def p95(times: Times) -> float:
    """Seconds within which 95 of 100 calls were answered."""
    return sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)]


@dataclass
class Compared:
    """One page for one viewer; each round called it in both towns in turn."""

    viewer: str
    address: str
    rounds: list[tuple[Times, Times]] = field(default_factory=list)

    def add(self, smaller: Times, bigger: Times) -> None:
        self.rounds.append((smaller, bigger))

    @property
    def ratio(self) -> float:
        """The bigger town's p95 over the smaller's: the median of the rounds."""
        return median(p95(bigger) / p95(smaller) for smaller, bigger in self.rounds)

    @property
    def is_level(self) -> bool:
        """Whether the two p95 differ by less than FLOOR: the median of the rounds."""
        return median(p95(bigger) - p95(smaller) for smaller, bigger in self.rounds) < FLOOR

    def grew(self, limit: float) -> bool:
        """Whether the page is slower by more than the limit, and by FLOOR at least."""
        return self.ratio > limit and not self.is_level

    def is_close(self, limit: float) -> bool:
        """Whether the rounds disagree about the limit."""
        sides = {Compared("", "", [one]).grew(limit) for one in self.rounds}
        return len(sides) == 2

    @property
    def usual(self) -> float:
        """The same of the usual call (the median one), to tell growth from a noisy machine."""
        return median(median(bigger) / median(smaller) for smaller, bigger in self.rounds)


def over(pages: Sequence[Compared], limit: float) -> list[Compared]:
    """The pages that grew too much, the worst first."""
    return sorted((p for p in pages if p.grew(limit)), key=lambda p: -p.ratio)


def table(pages: Sequence[Compared], limit: float) -> list[str]:
    """The lines of the table, the worst first, and the verdict."""
    width = max((len(page.address) for page in pages), default=0)
    lines = [f"{'viewer':8} {'page':{width}} {'p95':>6} {'usual':>6}"]
    lines += [
        f"{page.viewer:8} {page.address:{width}} {page.ratio:6.3f} {page.usual:6.3f}"
        + _mark(page, limit)
        for page in sorted(pages, key=lambda p: (not p.grew(limit), -p.ratio))
    ]
    said = f"equal: the p95 of both towns differ by less than {FLOOR * 1000:.0f} ms"
    return [*lines, said, verdict(pages, limit)]


def _mark(page: Compared, limit: float) -> str:
    if page.ratio <= limit:
        return ""
    return "  OVER" if page.grew(limit) else "  equal"


def verdict(pages: Sequence[Compared], limit: float) -> str:
    """One line: how many pages there are, how many are over, the worst."""
    if not pages:
        return "no page was measured: FAILED"
    failed = len(over(pages, limit))
    worst = max(page.ratio if page.grew(limit) else min(page.ratio, limit) for page in pages)
    said = f"{failed} over: FAILED" if failed else "passed"
    return f"{len(pages)} pages, worst {worst:.3f} (limit {limit}), {said}"


def passed(pages: Sequence[Compared], limit: float) -> bool:
    """Whether every page kept the limit; nothing measured is not a pass."""
    return bool(pages) and not over(pages, limit)
