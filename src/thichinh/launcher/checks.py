"""`check`: everything about the source that a machine can judge without running the tests."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from thichinh.launcher import assets
from thichinh.launcher.terminal import show
from thichinh.launcher.testing import throw_away_town
from thichinh.launcher.town import ROOT

PYTHON_FOLDERS = [name for name in ("src", "tests", "benchmarks") if (ROOT / name).is_dir()]
PROGRAMS = Path(sys.prefix, "bin")
# Written so that these lines do not name what they look for.
_HOSTS = "|".join(["py" + "pi", "python" + "hosted", "npm" + "js", "yarn" + "pkg"])
REGISTRY = re.compile(rf"\b(?:{_HOSTS})\.(?:org|com)\b")
ADDRESS = re.compile(r"https?://|file://|--(?:extra-)?index-url|--find-links")

Check = Callable[[], str]


def run() -> int:
    """Run every check, show what each one found, and fail if any did."""
    assets.compile_catalogues()
    failures = [name for name, check in CHECKS.items() if not _passes(name, check)]
    failures += _with_database()
    if failures:
        show(f"✗ Chưa đạt (failed): {', '.join(failures)}")
        return 1
    show("✓ Mọi kiểm tra đều đạt. (All checks passed.)")
    return 0


def _passes(name: str, check: Check) -> bool:
    started = time.monotonic()
    found = check()
    seconds = f"{time.monotonic() - started:.1f}".replace(".", ",")
    show(f"{'✗' if found else '✓'} {name} ({seconds} s)" + (f"\n{found}" if found else ""))
    return not found


def _with_database() -> list[str]:
    with throw_away_town(volatile=True):
        migrated = _tool(*_manage("migrate", "--verbosity", "0"))()
        if migrated:
            show(f"✗ migrate\n{migrated}")
            return ["migrate"]
        return [name for name, check in DATABASE_CHECKS.items() if not _passes(name, check)]


def _tool(*command: str) -> Check:
    def check() -> str:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False
        )
        return "" if done.returncode == 0 else (done.stdout + done.stderr).strip() or "failed"

    return check


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "thichinh.launcher.cli", "manage", *arguments]


def _program(name: str, *arguments: str) -> Check:
    return _tool(str(PROGRAMS / name), *arguments)


def locks_whole() -> str:
    """No lock says where from, every entry says which bytes, and nothing asked for is missing."""
    faults = [
        f"{path.name}:{number}: {line}"
        for path in sorted(ROOT.glob("requirements*.txt"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if ADDRESS.search(line)
    ]
    faults += [f"{ROOT / 'uv.lock'}: not used here"] if (ROOT / "uv.lock").exists() else []
    faults += [
        fault for wanted in sorted(ROOT.glob("requirements*.in")) for fault in _unlocked(wanted)
    ]
    npm = ROOT / "frontend" / "package-lock.json"
    return "\n".join([*faults, *(_npm_faults(npm) if npm.exists() else [])])


def _unlocked(wanted: Path) -> Iterator[str]:
    """What a `.in` file asks for and its lock does not have: a fresh machine would lack it."""
    locked = {
        line.split("==")[0]
        for line in wanted.with_suffix(".txt").read_text().splitlines()
        if "==" in line
    }
    for line in wanted.read_text().splitlines():
        name = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line)
        if name and name[0].lower() not in locked:
            yield f"{wanted.name}: {name[0]} is not in the lock. Run: ./thichinh lock"


def _npm_faults(lock: Path) -> Iterator[str]:
    packages = json.loads(lock.read_text())["packages"]
    for name, entry in packages.items():
        if "resolved" in entry:
            yield f"{lock.name}: {name or 'root'} carries an address (resolved)"
        if name and "integrity" not in entry:
            yield f"{lock.name}: {name} has no integrity hash"


def no_registry_named() -> str:
    """Where packages come from is the machine's business, so no file names a registry's host."""
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    faults = []
    for name in filter(None, names.split("\0")):
        path = ROOT / name
        if path.is_file() and (match := REGISTRY.search(path.read_text(errors="replace"))):
            faults.append(f"{name}: {match.group()}")
    return "\n".join(faults)


def _templates() -> str:
    folders = sorted(str(path) for path in (ROOT / "src").rglob("templates") if path.is_dir())
    return _program("djlint", "--quiet", "--lint", *folders)() if folders else ""


CHECKS: dict[str, Check] = {
    "ruff check": _program("ruff", "check", *PYTHON_FOLDERS),
    "ruff format": _program("ruff", "format", "--check", *PYTHON_FOLDERS),
    "mypy --strict": _program("mypy", "src"),
    "import-linter": _program("lint-imports", "--no-cache"),
    "djlint": _templates,
    "lock files": locks_whole,
    "registry hosts": no_registry_named,
}
DATABASE_CHECKS: dict[str, Check] = {
    "makemigrations --check": _tool(*_manage("makemigrations", "--check", "--dry-run")),
    "definitions check": _tool(
        sys.executable, "-m", "thichinh.launcher.cli", "definitions", "check"
    ),
}
