"""What the launcher says to the person at the keyboard: Vietnamese first, English below it.

Standard library only: `bootstrap` uses it before the environment exists.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Trouble(Exception):
    """Something the operator must know, as a plain sentence in Vietnamese and in English."""

    def __init__(self, vietnamese: str, english: str) -> None:
        super().__init__(vietnamese)
        self.vietnamese = vietnamese
        self.english = english


def show(text: str) -> None:
    """One line on the terminal, at once. Progress goes to stderr so that stdout stays data."""
    print(text, file=sys.stderr, flush=True)


def complain(trouble: Trouble) -> int:
    """Print a trouble; the value is the exit status for it."""
    show(f"✗ {trouble.vietnamese}")
    show(f"  {trouble.english}")
    return 1


@contextmanager
def step(name: str) -> Iterator[None]:
    """Show what is being done while it is done, and the seconds it took."""
    started = time.monotonic()
    live = sys.stderr.isatty()
    if live:
        print(f"… {name}", end="", file=sys.stderr, flush=True)
    try:
        yield
    except BaseException:
        if live:
            print(file=sys.stderr, flush=True)
        raise
    seconds = f"{time.monotonic() - started:.1f}".replace(".", ",")
    start = "\r" if live else ""
    print(f"{start}✓ {name} ({seconds} s)", file=sys.stderr, flush=True)


def prepare_streams() -> None:
    """Vietnamese on any terminal: UTF-8 out whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
