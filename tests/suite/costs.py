"""`--costs`: a table of what every test file cost, the costliest first.

Seconds on the clock and seconds of the worker's own processor time: on a busy machine only the
second can be compared. What browsers, servers and the database compute is in the first alone.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import pytest

SHOWN = 40


@dataclass
class Cost:
    """Of one file."""

    tests: int = 0
    clock: float = 0.0
    processor: float = 0.0
    longest: float = 0.0
    name: str = ""

    def add(self, report: Any) -> None:
        self.tests += report.when == "call"
        self.clock += report.duration
        self.processor += getattr(report, "processor", 0.0)
        if report.duration > self.longest:
            self.longest, self.name = report.duration, report.nodeid.partition("::")[2]
            self.name += "" if report.when == "call" else f" ({report.when})"


_costs: defaultdict[str, Cost] = defaultdict(Cost)
_seen = time.process_time()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--costs", action="store_true", help="show what every file cost")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """Each phase of a test ends here: what was computed since the one before belongs to it."""
    global _seen
    report = yield
    now = time.process_time()
    report.processor, _seen = now - _seen, now
    return report


def pytest_runtest_logreport(report: Any) -> None:
    _costs[report.nodeid.partition("::")[0]].add(report)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not terminalreporter.config.getoption("costs"):
        return
    terminalreporter.write_sep("=", "what every file cost")
    terminalreporter.write_line(" seconds processor tests  file, and its longest test")
    ranked = sorted(_costs.items(), key=lambda cost: -cost[1].clock)
    for file, cost in ranked[:SHOWN]:
        numbers = f"{cost.clock:8.1f} {cost.processor:9.1f} {cost.tests:5}"
        terminalreporter.write_line(f"{numbers}  {file}  {cost.longest:.1f} {cost.name}")
    rest = ranked[SHOWN:]
    clock, processor = (sum(getattr(c, n) for _, c in ranked) for n in ("clock", "processor"))
    terminalreporter.write_line(
        f"{clock:8.1f} {processor:9.1f}  altogether, {len(rest)} files more"
    )
