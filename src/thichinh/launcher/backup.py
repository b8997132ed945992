"""`backup`: database, files and definitions of a town in one archive (archive.py).

It is taken while the town works: one snapshot of the database decides what belongs to it.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from thichinh import __version__
from thichinh.config import environment
from thichinh.foundation.errors import Missing
from thichinh.launcher import archive, management, server
from thichinh.launcher.programs import run_program
from thichinh.launcher.terminal import Trouble, step
from thichinh.launcher.town import Town, explained, open_town, secret_key


def run_backup(arguments: list[str]) -> int:
    """Write the archive and say what is in it; status 1 when something of the town was missing."""
    options = archive.parser_of(
        "backup", "Sao lưu dữ liệu, tệp và định nghĩa vào một tệp. (Back up.)"
    )
    given = options.parse_args(arguments)
    target = Path(os.path.abspath(given.file))
    with archive.answered(given.format == "json") as answer:
        if target.exists():
            raise Trouble(
                f"Đã có {target}. Hãy đặt tên khác cho bản sao lưu mới.",
                f"{target} is there already. Give the new backup another name.",
            )
        answer.update(_backup(target))
    return 1 if answer.get("status") != "ok" or answer["problems"] else 0


def _backup(target: Path) -> dict[str, Any]:
    town = open_town()
    os.environ.setdefault("THICHINH_SECRET_KEY", secret_key(town))
    with server.database(town, "backup", quiet=True):
        management.set_up()
        aside = target.with_name(f".{target.name}.part")
        try:
            manifest = _write(town, aside)
            aside.rename(target)
            _fsync(target.parent)
        except OSError as error:
            raise explained(error, target.parent) from error
        finally:
            aside.unlink(missing_ok=True)
    contents = [name for name in manifest["entries"] if name.startswith("files/")]
    return {
        "status": "ok",
        "file": str(target),
        "bytes": target.stat().st_size,
        "files": len(contents),
        "problems": manifest["problems"],
    }


def _write(town: Town, target: Path) -> dict[str, Any]:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out, tarfile.open(fileobj=out, mode="w|") as tar:
        writer = archive.Writer(tar)
        with _snapshot() as (snapshot, connection):
            known = connection.execute("SELECT app, name FROM django_migrations").fetchall()
            named = connection.execute("SELECT sha256, size FROM foundation_storedfile")
            with step("Sao lưu cơ sở dữ liệu"):
                _dump(writer, snapshot, target.parent)
            with step("Sao lưu các tệp"):
                problems = _contents(writer, named)
        _folders(writer, town)
        manifest = {
            "format": archive.FORMAT,
            "program": __version__,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "migrations": sorted(f"{app}.{name}" for app, name in known),
            "problems": problems,
            "entries": writer.entries,
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        member = tarfile.TarInfo(archive.MANIFEST)
        member.size, member.mode = len(text), 0o600
        tar.addfile(member, io.BytesIO(text))
        tar.close()
        out.flush()
        os.fsync(out.fileno())
    return manifest


@contextmanager
def _snapshot() -> Iterator[tuple[str, psycopg.Connection[Any]]]:
    """One moment of the database, for the dump and for the list of files."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None  # the function always answers one row
        yield str(row[0]), connection


def _dump(writer: archive.Writer, snapshot: str, folder: Path) -> None:
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".dump-") as file:
        run_program(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges",
            f"--snapshot={snapshot}", f"--file={file.name}",
        )  # fmt: skip
        writer.add_file(archive.DATABASE, Path(file.name))


def _contents(writer: archive.Writer, named: Any) -> list[str]:
    """Every content that a row names. Missing or changed ones are problems, the rest is kept."""
    from thichinh.foundation.storage import open_stored

    problems = []
    for sha256, size in named:
        try:
            with open_stored(sha256) as content:
                whole = os.fstat(content.fileno()).st_size
                found = writer.add(f"files/{sha256}", content, whole)
        except Missing:
            problems.append(f"file {sha256} ({size} bytes) is missing from the store")
            continue
        if found != sha256:
            problems.append(f"file {sha256} is not what was stored: its content is {found}")
    return problems


def _folders(writer: archive.Writer, town: Town) -> None:
    definitions = environment.read().definitions_folder
    if not definitions.is_relative_to(environment.SHIPPED):
        for path in sorted(path for path in definitions.rglob("*") if path.is_file()):
            writer.add_file(f"definitions/{path.relative_to(definitions)}", path)
    for name in archive.KEPT:
        if (town.data / name).exists():
            writer.add_file(name, town.data / name)


def _fsync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
