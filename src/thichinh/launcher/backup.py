"""`backup` and `restore`: database, files and definitions of a town in one archive that proves itself.

The archive is a plain tar. Its last member, `manifest.json`, names every other one with its size and
SHA-256, the program's migrations and what was found missing; `tar -xf` and `pg_restore` read all of
it without this program. A backup is taken while the town works: one snapshot of the database decides
what belongs to it.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from thichinh import __version__
from thichinh.config import environment
from thichinh.foundation.errors import Missing
from thichinh.launcher import binaries, management, prepare, server
from thichinh.launcher.parsing import Formatter
from thichinh.launcher.terminal import Trouble, show, step
from thichinh.launcher.town import Town, explained, free_bytes, open_town, secret_key

FORMAT = 1
MANIFEST, DATABASE = "manifest.json", "database.dump"
CHUNK = 1024 * 1024
_VARIABLES = {
    "host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT", "user": "PGUSER",
    "password": "PGPASSWORD", "passfile": "PGPASSFILE", "dbname": "PGDATABASE", "service": "PGSERVICE",
    "options": "PGOPTIONS", "application_name": "PGAPPNAME", "connect_timeout": "PGCONNECT_TIMEOUT",
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
    "sslcrl": "PGSSLCRL", "sslnegotiation": "PGSSLNEGOTIATION", "channel_binding": "PGCHANNELBINDING",
    "gssencmode": "PGGSSENCMODE", "require_auth": "PGREQUIREAUTH",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}  # fmt: skip
"""Where libpq's programs read each part of an address: a password in arguments would show in `ps`."""
_KEPT = ("secret-key", "example-accounts")
"""Files of the data folder that belong to the town."""


@dataclass
class Writer:
    """An archive being written: every member is hashed as it goes in."""

    tar: tarfile.TarFile
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, name: str, content: IO[bytes], size: int) -> str:
        """Add a member and return its SHA-256."""
        reader = _Hashed(content)
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self.tar.addfile(member, reader)
        self.entries[name] = {"sha256": reader.digest.hexdigest(), "size": size}
        return reader.digest.hexdigest()

    def add_file(self, name: str, path: Path) -> str:
        """Add a file of the disk."""
        with path.open("rb") as content:
            return self.add(name, content, path.stat().st_size)


class _Hashed:
    """A content that is hashed while it is read."""

    def __init__(self, content: IO[bytes]) -> None:
        self.content, self.digest = content, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.content.read(size)
        self.digest.update(piece)
        return piece


def run_backup(arguments: list[str]) -> int:
    """Write the archive and say what is in it; status 1 when something of the town was missing."""
    options = _parser("backup", "Sao lưu dữ liệu, tệp và định nghĩa vào một tệp. (Back up.)", "TỆP")
    given = options.parse_args(arguments)
    target = Path(os.path.abspath(given.file))
    with _answered(given.format == "json") as answer:
        if target.exists():
            raise Trouble(
                f"Đã có {target}. Hãy đặt tên khác cho bản sao lưu mới.",
                f"{target} is there already. Give the new backup another name.",
            )
        answer.update(_backup(target))
    return 1 if answer.get("status") != "ok" or answer["problems"] else 0


def run_restore(arguments: list[str]) -> int:
    """Bring an archive back into an empty data folder, and prove the books."""
    options = _parser("restore", "Phục hồi từ bản sao lưu vào thư mục trống. (Restore.)", "TỆP")
    given = options.parse_args(arguments)
    with _answered(given.format == "json") as answer:
        source = Path(given.file)
        if not source.is_file():
            raise Trouble(f"Không có tệp {source}.", f"There is no file {source}.")
        answer.update(_restore(source))
    return 1 if answer.get("status") != "ok" or not answer["proof"]["balanced"] else 0


def _parser(verb: str, description: str, argument: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"thichinh {verb}", description=description, formatter_class=Formatter
    )
    parser.add_argument("file", metavar=argument, help="tệp sao lưu (.tar) (the archive)")
    parser.add_argument(
        "--format", choices=["text", "json"], default="text", help="cách in (how to print)"
    )
    return parser


@contextmanager
def _answered(as_json: bool) -> Iterator[dict[str, Any]]:
    """Print what was found as JSON or as sentences; a trouble is JSON too where JSON was asked."""
    answer: dict[str, Any] = {}
    try:
        with management.plain_troubles():
            yield answer
    except Trouble as trouble:
        if not as_json:
            raise
        answer.update(status="refused", error=trouble.vietnamese, problems=[])
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        for name, value in answer.items():
            show(f"  {name}: {json.dumps(value, ensure_ascii=False)}")


# Writing ----------------------------------------------------------------------------------------


def _backup(target: Path) -> dict[str, Any]:
    town = open_town()
    os.environ.setdefault("THICHINH_SECRET_KEY", secret_key(town))
    with server.database(town, quiet=True):
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
        writer = Writer(tar)
        with _snapshot() as (snapshot, connection):
            known = connection.execute("SELECT app, name FROM django_migrations").fetchall()
            named = connection.execute("SELECT sha256, size FROM foundation_storedfile")
            with step("Sao lưu cơ sở dữ liệu"):
                _dump(writer, snapshot, target.parent)
            with step("Sao lưu các tệp"):
                problems = _contents(writer, named)
        _folders(writer, town)
        manifest = {
            "format": FORMAT,
            "program": __version__,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "migrations": sorted(f"{app}.{name}" for app, name in known),
            "problems": problems,
            "entries": writer.entries,
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        member = tarfile.TarInfo(MANIFEST)
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


def _dump(writer: Writer, snapshot: str, folder: Path) -> None:
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".dump-") as file:
        _program(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges",
            f"--snapshot={snapshot}", f"--file={file.name}",
        )  # fmt: skip
        writer.add_file(DATABASE, Path(file.name))


def _contents(writer: Writer, named: Any) -> list[str]:
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


def _folders(writer: Writer, town: Town) -> None:
    definitions = environment.read().definitions_folder
    if not definitions.is_relative_to(environment.SHIPPED):
        for path in sorted(path for path in definitions.rglob("*") if path.is_file()):
            writer.add_file(f"definitions/{path.relative_to(definitions)}", path)
    for name in _KEPT:
        if (town.data / name).exists():
            writer.add_file(name, town.data / name)


# Reading ----------------------------------------------------------------------------------------


def _restore(source: Path) -> dict[str, Any]:
    town = open_town()
    if (town.data / "definitions").exists():
        raise _inhabited(town)
    if free_bytes(town.data) < 2 * source.stat().st_size:
        raise Trouble(
            f"Đĩa của {town.data} không đủ chỗ để phục hồi: cần gấp đôi cỡ bản sao lưu.",
            f"The disk of {town.data} is too small: twice the size of the backup is needed.",
        )
    staging = Path(tempfile.mkdtemp(dir=town.data, prefix="restoring-"))
    try:
        with step("Kiểm từng phần của bản sao lưu"):
            manifest = _unpack(source, staging)
        if (staging / "definitions").exists():  # read by the settings, before they are in place
            os.environ["THICHINH_DEFINITIONS"] = str(town.data / "definitions")
        with server.addressed(town):
            management.set_up()
            _check_not_newer(manifest)
        with server.database(town, quiet=True):
            if _has_tables():
                raise _inhabited(town)
            return _put_back(town, staging, manifest)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _inhabited(town: Town) -> Trouble:
    return Trouble(
        f"Thư mục {town.data} (hoặc cơ sở dữ liệu) đã có dữ liệu của một cơ quan. Hãy đặt THICHINH_DATA "
        "vào một thư mục trống rồi phục hồi ở đó.",
        f"{town.data} (or the database) holds a town. Point THICHINH_DATA to an empty folder.",
    )


def _has_tables() -> bool:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        found = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1")
        return found.fetchone() is not None


def _unpack(source: Path, staging: Path) -> dict[str, Any]:
    """Every member into the staging folder, compared with the manifest. Raises Trouble."""
    found: dict[str, dict[str, Any]] = {}
    try:
        with tarfile.open(source, mode="r|") as tar:
            for member in tar:
                content = tar.extractfile(member) if member.isreg() else None
                if content is None or member.issparse() or not _is_ours(member.name):
                    raise _not_whole(f"{member.name}: not a part of a backup")
                if member.name in found or member.size > free_bytes(staging):
                    raise _not_whole(f"{member.name}: twice, or larger than the disk")
                found[member.name] = _keep(content, staging / member.name)
        manifest: dict[str, Any] = json.loads((staging / MANIFEST).read_text())
    except (tarfile.TarError, EOFError, ValueError, FileNotFoundError) as error:
        raise _not_whole(str(error)) from error
    del found[MANIFEST]
    _check_shape(manifest)
    wrong = [name for name, entry in manifest["entries"].items() if found.get(name) != entry]
    wrong += sorted(found.keys() - manifest["entries"].keys())
    if wrong:
        raise _not_whole(", ".join(wrong[:5]))
    return manifest


def _check_shape(manifest: Any) -> None:
    """Raise Trouble for a manifest that is none of ours, whatever it is."""
    lists = {"migrations": list, "problems": list, "entries": dict}
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise _not_whole("format")
    for name, kind in lists.items():
        if not isinstance(manifest.get(name), kind):
            raise _not_whole(name)


def _is_ours(name: str) -> bool:
    parts = Path(name).parts
    known = name in (MANIFEST, DATABASE, *_KEPT) or (
        len(parts) > 1 and parts[0] in ("files", "definitions")
    )
    return known and not Path(name).is_absolute() and ".." not in parts


def _keep(content: IO[bytes], target: Path) -> dict[str, Any]:
    target.parent.mkdir(parents=True, exist_ok=True)
    reader, size = _Hashed(content), 0
    with target.open("xb") as out:
        target.chmod(0o600)
        while piece := reader.read(CHUNK):
            size += len(piece)
            out.write(piece)
    return {"sha256": reader.digest.hexdigest(), "size": size}


def _not_whole(what: str) -> Trouble:
    return Trouble(
        f"Bản sao lưu không nguyên vẹn hoặc không phải của Thị Chính ({what}). Chưa phục hồi gì; hãy "
        "dùng bản sao lưu khác.",
        f"The backup is not whole, or not one of ours ({what}). Nothing was restored; use another.",
    )


def _put_back(town: Town, staging: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    own = staging / "definitions"
    if own.exists():
        own.rename(town.data / "definitions")
    try:
        with step("Phục hồi cơ sở dữ liệu"):
            _program(
                "pg_restore", "--no-owner", "--no-privileges", "--no-comments", "--exit-on-error",
                "--single-transaction", "--dbname=", str(staging / DATABASE),
            )  # fmt: skip
    except BaseException:
        shutil.rmtree(town.data / "definitions", ignore_errors=True)
        raise
    for name in _KEPT:
        if (staging / name).exists():
            (staging / name).rename(town.data / name)
    with step("Phục hồi các tệp"):
        files = _put_files(staging / "files")
    embedded = os.environ["DATABASE_URL"].startswith("postgresql:///thichinh?host=")
    prepare.prepare(town if embedded else None, town.data, example=False)
    return {"status": "ok", "files": files, "problems": manifest["problems"], "proof": _proof()}


def _check_not_newer(manifest: Mapping[str, Any]) -> None:
    from django.db.migrations.loader import MigrationLoader

    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    strange = sorted(set(manifest["migrations"]) - known)
    if strange:
        raise Trouble(
            f"Bản sao lưu do phiên bản Thị Chính mới hơn tạo ra ({strange[0]}). Hãy nâng cấp chương "
            "trình rồi phục hồi lại.",
            f"A newer Thị Chính made this backup ({strange[0]}). Upgrade the program, then restore.",
        )


def _put_files(folder: Path) -> int:
    from thichinh.foundation.storage import store_in_use

    store, count = store_in_use(), 0
    for path in folder.iterdir() if folder.exists() else ():
        store.put(path, path.name)
        count += 1
    return count


def _proof() -> dict[str, Any]:
    """The books recounted: a restore that does not balance is said at once."""
    from thichinh.stocks.actions import prove

    with step("Đếm lại sổ số liệu"):
        proof = prove()
    return {"balanced": proof.balanced, "movements": proof.movements, "items": proof.items}


def _program(name: str, *arguments: str) -> None:
    """A program of PostgreSQL, its address and password in the environment and not in `ps`."""
    address = conninfo_to_dict(os.environ["DATABASE_URL"])
    strange = sorted(address.keys() - _VARIABLES.keys())
    if strange:  # left out, the program might talk to another server, or without TLS
        raise Trouble(
            f"DATABASE_URL có “{strange[0]}”, mà {name} không nhận được qua biến môi trường. Hãy bỏ phần "
            "ấy, hoặc đặt nó trong tệp dịch vụ của libpq (service=).",
            f"DATABASE_URL has '{strange[0]}', which cannot be handed to {name}. Leave it out, or put it "
            "into libpq's service file (service=).",
        )
    variables = {_VARIABLES[key]: str(value) for key, value in address.items()}
    if name == "pg_restore":
        arguments = tuple(
            f"--dbname={address['dbname']}" if argument == "--dbname=" else argument
            for argument in arguments
        )
    command = [str(binaries.installed() / name), *arguments]
    done = subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        raise Trouble(
            f"{name} không làm xong: {reason}. Chưa có gì bị thay đổi.",
            f"{name} failed: {reason}. Nothing was changed.",
        )


def _fsync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
