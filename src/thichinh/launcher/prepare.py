"""Bring the database in step with the program: migrations, definitions, the example town.

Runs as a process of its own (`thichinh prepare`), so that the supervisor stays small; skipped
when a stamp beside the cluster says that nothing has changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.core.management import call_command, get_commands

from thichinh.config import environment
from thichinh.foundation.commands import sentence
from thichinh.foundation.errors import DomainError
from thichinh.launcher.say import say, step
from thichinh.launcher.town import ROOT, Town

SOURCES = ROOT / "src" / "thichinh"


def is_prepared(town: Town, *, example: bool) -> bool:
    """Whether the embedded database has these migrations and definitions (and had its example)."""
    try:
        digest, kind = _stamp(town).read_text().split()
    except (OSError, ValueError):
        return False
    return digest == _digest() and (kind == "example" or not example)


def prepare(town: Town | None, data: Path, *, example: bool) -> None:
    """Migrate, publish definitions, and give an empty town its example.

    One process at a time for a data folder. `town` is None for a server of the operator's own,
    which keeps no stamp. The accounts of the example are noted in the data folder, for `run`.
    """
    gate = os.open(data / "prepare.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if town is None or not is_prepared(town, example=example):
            _prepare(town, data, example=example)
    finally:
        os.close(gate)


def _prepare(town: Town | None, data: Path, *, example: bool) -> None:
    from thichinh.foundation import clock  # only now is Django there

    with step("Cập nhật cấu trúc dữ liệu"):
        call_command("migrate", verbosity=0, interactive=False)
    clock.keep_pace()  # what is in force is asked of the town's day
    published = publish_definitions()
    if example and is_empty() and "demo" in get_commands():
        with step("Nạp thị xã mẫu: 18 tháng hồ sơ"):
            call_command("demo", stdout=io.StringIO())
        note_accounts(data)
    if town is not None and published:
        _stamp(town).write_text(f"{_digest()} {'example' if example else 'bare'}")


def note_accounts(data: Path) -> None:
    """What `demo --accounts` prints: one line per role, name and password."""
    said = io.StringIO()
    call_command("demo", "--accounts", stdout=said)
    (data / "example-accounts").write_text(said.getvalue())


def publish_definitions() -> bool:
    """Publish what is new under `definitions/`; False when the files were refused.

    A refused file does not close the town hall: what was published before stays in force, and
    the next start tries, and says so, again.
    """
    try:
        with step("Nạp các định nghĩa"):
            call_command("definitions", "load", stdout=io.StringIO())
    except DomainError as error:
        say(sentence(error))
        say("! Các định nghĩa trên chưa được nạp; bản đã công bố vẫn có hiệu lực.")
        say("  (The definitions above were not loaded; what was published stays in force.)")
        return False
    return True


def is_empty() -> bool:
    """Whether no dossier was ever registered here."""
    try:
        dossier = apps.get_model("dossiers", "Dossier")
    except LookupError:
        return True
    return not dossier._default_manager.exists()


def _stamp(town: Town) -> Path:
    return town.postgres / "prepared"


def _digest() -> str:
    total = hashlib.sha256()
    for path in _sources():
        total.update(f"{path}\n".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _sources() -> Iterator[Path]:
    yield from sorted(SOURCES.glob("*/migrations/*.py"))
    for folder in (environment.SHIPPED, environment.read().definitions_folder):
        yield from sorted(path for path in folder.rglob("*") if path.is_file())
