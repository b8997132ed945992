"""`test`, `bench` and `pictures`: a town and a server of their own, then the program."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from thichinh.config import environment
from thichinh.launcher import assets, server
from thichinh.launcher.terminal import Trouble
from thichinh.launcher.town import ROOT, open_town

KEPT = ROOT / ".test-server"
"""The server of the tests, kept from run to run with its templates, and the compiled sources."""
BENCHMARKS = ROOT / "benchmarks"
COPYING = {"growth"}
"""Benchmarks of reads alone that copy their database, which only a throw-away server lets the owner."""
_BOOT = Path("/proc/sys/kernel/random/boot_id")


def run(arguments: list[str]) -> int:
    """Pytest over everything, or over what the arguments name. The value is pytest's status."""
    given = environment.read()
    if given.extra_apps:  # the data folder of a run is another one
        os.environ["THICHINH_APPS_PATH"] = str(given.apps_folder)
    assets.ensure()
    with throw_away_folder(), _kept_server():
        return _python("-m", "pytest", *_for_pytest(arguments), environment=_variables())


def _for_pytest(arguments: list[str]) -> list[str]:
    """Where no path is named all is run, by several workers; `--durations` alone is our table.

    Tests that lie elsewhere are run with our fixtures and settings too.
    """
    given = ["--costs" if word == "--durations" else word for word in arguments]
    named = [ROOT / word.partition("::")[0] for word in given if not word.startswith("-")]
    there = [path.resolve() for path in named if path.exists()]
    if any(not path.is_relative_to(ROOT) for path in there):  # an app of others, wherever it lies
        return [*given, "conftest.py", "-c", "pyproject.toml", "--rootdir", str(ROOT)]
    if there:
        return given
    return ["-n", str(_workers()), "--dist", "worksteal", *given]


def _workers() -> int:
    """One more than there are processors: killed towns and browsers are mostly waited for."""
    return len(os.sched_getaffinity(0)) + 1


def _variables() -> dict[str, str]:
    """The tests' own settings count (pyproject.toml), and every process of a run reads what another
    one compiled, also where that is switched off."""
    ours = ("PYTHONDONTWRITEBYTECODE", "DJANGO_SETTINGS_MODULE")
    known = {name: value for name, value in os.environ.items() if name not in ours}
    return known | {"PYTHONPYCACHEPREFIX": str(KEPT / "compiled")}


@contextmanager
def _kept_server() -> Iterator[None]:
    """The tests' own server, made anew after the machine was started anew: it never syncs."""
    town = open_town(KEPT)
    note, boot = town.data / "boot", _BOOT.read_text()
    if not (town.keeper_socket.exists() or (note.exists() and note.read_text() == boot)):
        server.remove_volatile(town)
        note.write_text(boot)
    with server.database(town, volatile=True):
        yield


def bench(arguments: list[str]) -> int:
    """Benchmarks run on a durable server (fsync on, as in use) where they write. `--help` tells what there is."""
    names = sorted(path.stem for path in BENCHMARKS.glob("[!_]*.py"))
    if arguments[:1] in (["--help"], ["-h"]):
        print(_bench_help(names))
        return 0
    if not arguments or arguments[0] not in names:
        listed = ", ".join(names) or "–"
        raise Trouble(f"Hãy chọn phép đo: {listed}", "Name one: ./thichinh bench NAME [--small]")
    assets.ensure()
    with throw_away_town(volatile=arguments[0] in COPYING):
        return _python("-m", f"benchmarks.{arguments[0]}", *arguments[1:])


def _bench_help(names: list[str]) -> str:
    """Each benchmark with the first sentence of its page."""
    lines = [
        "usage: ./thichinh bench NAME [--small]",
        "",
        "Đo tốc độ trong một thư mục dữ liệu riêng, xóa khi xong. (Each in a data folder of its own,",
        "removed afterwards; ./thichinh bench NAME --help tells its options.)",
        "",
    ]
    for name in names:
        page = ast.get_docstring(ast.parse((BENCHMARKS / f"{name}.py").read_text())) or ""
        lines.append(f"  {name:13} {page.partition(chr(10))[0]}")
    return "\n".join(lines)


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
    with throw_away_folder() as folder:
        town = open_town(folder)
        with server.database(town, volatile=volatile) as line:
            yield
        if line is not None:
            server.remove_volatile(town)


@contextmanager
def throw_away_folder() -> Iterator[Path]:
    """What THICHINH_DATA names meanwhile."""
    before = os.environ.get("THICHINH_DATA")
    with tempfile.TemporaryDirectory(prefix="thichinh-test-") as name:
        os.environ["THICHINH_DATA"] = name
        try:
            yield Path(name)
        finally:
            if before is None:
                del os.environ["THICHINH_DATA"]
            else:
                os.environ["THICHINH_DATA"] = before


def _python(*arguments: str, environment: dict[str, str] | None = None) -> int:
    command = [sys.executable, *arguments]
    try:
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 130
