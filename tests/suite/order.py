"""In which order the tests run, and which of them `--fast` leaves out.

Tests that take long come first: a worker that has nothing left takes tests from the end of
another's list, so nobody waits for a long one that was begun last. In the same class the order is
that of the files: what a module sets up is then set up on one worker, seldom on two.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import hypothesis
import pytest

LONG = ("kills", "frontdoor", "browser", "slow")
"""Marks, the longest first."""
_left_out: Counter[str] = Counter()


def pytest_addoption(parser: pytest.Parser) -> None:
    words = f"leave out what is marked {', '.join(LONG)}"
    parser.addoption("--fast", action="store_true", help=words)


def pytest_configure(config: pytest.Config) -> None:
    """How hard property tests look where they name no number. How long one example takes depends
    on the machine and says nothing."""
    profiles = hypothesis.settings
    profiles.register_profile("dev", deadline=None)
    profiles.register_profile("fast", deadline=None, max_examples=20)
    profiles.register_profile("ci", deadline=None, print_blob=True)
    chosen = "fast" if config.getoption("fast") else "ci" if os.environ.get("CI") else "dev"
    profiles.load_profile(chosen)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=_rank)
    if config.getoption("fast"):
        long = [item for item in items if _rank(item) < len(LONG)]
        _left_out.update(LONG[_rank(item)] for item in long)
        config.hook.pytest_deselected(items=long)
        items[:] = items[len(long) :]


def _rank(item: pytest.Item) -> int:
    return next((n for n, mark in enumerate(LONG) if item.get_closest_marker(mark)), len(LONG))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The worker tells the process that writes the summary."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = dict(_left_out)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Every worker collects everything, so that one of them tells all."""
    told = getattr(node, "workeroutput", {}).get("left_out", {})
    _left_out.update({mark: n for mark, n in told.items() if mark not in _left_out})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _left_out:
        told = ", ".join(f"{n} {mark}" for mark, n in _left_out.items())
        terminalreporter.write_line(f"Left out by --fast: {told}. All: ./thichinh test")
