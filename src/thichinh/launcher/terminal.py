"""What the launcher says to the person at the keyboard: Vietnamese first, English below it.

Standard library only: `bootstrap` uses it before the environment exists.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class Trouble(Exception):
    """Something the operator must know, as a plain sentence in Vietnamese and in English.

    `status` is the exit status: 2 where the command line itself is wrong.
    """

    def __init__(self, vietnamese: str, english: str = "", *, status: int = 1) -> None:
        super().__init__(vietnamese)
        self.vietnamese = vietnamese
        self.english = english
        self.status = status


def show(text: str) -> None:
    """One line on the terminal, at once. Progress goes to stderr so that stdout stays data."""
    print(text, file=sys.stderr, flush=True)


def complain(trouble: Trouble) -> int:
    """Print a trouble; the value is the exit status for it."""
    show(f"✗ {trouble.vietnamese}")
    if trouble.english:
        show(f"  {trouble.english}")
    return trouble.status


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether the last `--format` says json, spelt in any way that argparse takes it."""
    wanted = ""
    for at, word in enumerate(arguments):
        name, given, value = word.partition("=")
        if len(name) > 3 and "--format".startswith(name):
            wanted = value if given else "".join(arguments[at + 1 : at + 2])
    return wanted == "json"


def failure_as_json(trouble: Trouble, **more: object) -> str:
    """One object for a program that reads us: that it failed, what is wrong and what to do."""
    told = {"status": "failed", "message": trouble.vietnamese}
    english = {"message_en": trouble.english} if trouble.english else {}
    return json.dumps(told | english | more, ensure_ascii=False)


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
