"""`test`, `bench` and `pictures`: a throw-away town with a server of its own, then the program."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from thichinh.launcher import assets, server
from thichinh.launcher.say import Trouble
from thichinh.launcher.town import ROOT, open_town

PARALLEL = ["-n", "2", "--dist", "loadfile"]


def run(arguments: list[str]) -> int:
    """Pytest over everything, or over what the arguments name. The value is pytest's status."""
    assets.ensure()
    chosen = arguments or PARALLEL
    with throw_away_town(volatile=True):
        return _python("-m", "pytest", *chosen)


def bench(arguments: list[str]) -> int:
    """Benchmarks run on a durable server: fsync on, as in use."""
    folder = ROOT / "benchmarks"
    names = sorted(path.stem for path in folder.glob("[!_]*.py"))
    if not arguments or arguments[0] not in names:
        listed = ", ".join(names) or "–"
        raise Trouble(f"Hãy chọn phép đo: {listed}", "Name one: ./thichinh bench NAME [--small]")
    assets.ensure()
    with throw_away_town(volatile=False):
        return _python("-m", f"benchmarks.{arguments[0]}", *arguments[1:])


def pictures() -> int:
    """Screenshots for the guides, taken by the script beside them."""
    script = ROOT / "docs" / "guides" / "pictures.py"
    if not script.exists():
        raise Trouble("Chưa có kịch bản chụp màn hình.", f"There is no {script.relative_to(ROOT)}.")
    assets.ensure()
    with throw_away_town(volatile=True):
        return _python(str(script))


@contextmanager
def throw_away_town(*, volatile: bool) -> Iterator[None]:
    """A data folder that is gone afterwards. A server of the developer's own is used as it is."""
    before = os.environ.get("THICHINH_DATA")
    with tempfile.TemporaryDirectory(prefix="thichinh-test-") as name:
        os.environ["THICHINH_DATA"] = name
        town = open_town(Path(name))
        try:
            with server.database(town, volatile=volatile) as line:
                yield
        finally:
            if before is None:
                del os.environ["THICHINH_DATA"]
            else:
                os.environ["THICHINH_DATA"] = before
        if line is not None:
            server.remove_volatile(town)


def _python(*arguments: str) -> int:
    try:
        return subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False).returncode
    except KeyboardInterrupt:
        return 130
