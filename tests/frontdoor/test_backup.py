"""A town is carried to another folder whole, and what is not whole is refused before anything is done."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.frontdoor.founding import PROGRAM, init
from thichinh.launcher import archive as archives
from thichinh.launcher import cluster
from thichinh.launcher.programs import run_program
from thichinh.launcher.terminal import Trouble
from thichinh.launcher.town import open_town

CONTENT = b"%PDF-1.4 a paper of somebody"
_STORE = f"""
from thichinh.foundation import storage
print(storage.store([{CONTENT!r}], "application/pdf").sha256)
"""
_LOOK = """
from thichinh.accounts.models import Account
from thichinh.accounts.queries import own_authority
from thichinh.foundation.models import StoredFile
from thichinh.foundation.storage import open_stored
held = [open_stored(file.pk).read().decode() for file in StoredFile.objects.all()]
print([own_authority().name, Account.objects.count(), held])
"""


def thichinh(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [*PROGRAM, *arguments],
        env=kept | {"THICHINH_DATA": str(folder)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def told(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def asked(folder: Path, code: str) -> str:
    done = thichinh(folder, "manage", "shell", "--no-imports", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("backup")
    yield folder
    for town in folder.iterdir():
        if town.is_dir():
            cluster.destroy(cluster.describe(open_town(town)))


@pytest.fixture(scope="module")
def archive(places: Path) -> Path:
    """A ward with one stored file, backed up."""
    town, target = places / "ward", places / "ward.tar"
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    status, _told = init(town, kept | {"THICHINH_DATA": str(town)})
    assert status == 0
    asked(town, _STORE)
    done = thichinh(town, "backup", str(target), "--format", "json")
    assert (done.returncode, told(done)["files"], told(done)["problems"]) == (0, 1, [])
    return target


def test_a_town_comes_back_in_another_folder_with_its_files_and_its_books_proved(
    places: Path, archive: Path
) -> None:
    done = thichinh(places / "second", "restore", str(archive), "--format", "json")
    assert done.returncode == 0, done.stderr
    assert told(done)["proof"]["balanced"] is True
    assert told(done)["files"] == 1
    assert asked(places / "second", _LOOK) == asked(places / "ward", _LOOK)
    assert "a paper of somebody" in asked(places / "second", _LOOK)
    again = thichinh(places / "second", "restore", str(archive), "--format", "json")
    assert (again.returncode, told(again)["status"]) == (1, "refused")
    assert "đã có dữ liệu" in told(again)["error"]


def test_a_backup_never_writes_over_another(places: Path, archive: Path) -> None:
    before = archive.read_bytes()
    done = thichinh(places / "ward", "backup", str(archive))
    assert done.returncode == 1
    assert "Đã có" in done.stderr
    assert archive.read_bytes() == before


def _changed(archive: Path, target: Path, change: Any) -> Path:
    """The archive with every member as `change(name, content)` gives it back (None: left out)."""
    with tarfile.open(archive) as old, tarfile.open(target, "w") as new:
        for member in old:
            file = old.extractfile(member)
            assert file is not None
            content = change(member.name, file.read())
            if content is not None:
                member.size = len(content)
                new.addfile(member, BytesIO(content))
    return target


def _newer(name: str, content: bytes) -> bytes:
    if name != "manifest.json":
        return content
    manifest = json.loads(content)
    manifest["migrations"].append("dossiers.9999_of_tomorrow")
    return json.dumps(manifest).encode()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda name, c: c[:-1] + b"?" if name == "database.dump" else c, "database.dump"),
        (lambda name, c: c + b"?" if name.startswith("files/") else c, "files/"),
        (lambda name, c: None if name == "secret-key" else c, "secret-key"),
        (lambda name, c: None if name == "manifest.json" else c, "không nguyên vẹn"),
        (_newer, "9999_of_tomorrow"),
    ],
)
def test_what_was_changed_or_is_of_a_newer_program_is_refused_and_leaves_nothing(
    places: Path, archive: Path, tmp_path: Path, change: Any, sentence: str
) -> None:
    wrong = _changed(archive, tmp_path / "wrong.tar", change)
    target = places / f"refused-{abs(hash(sentence))}"
    done = thichinh(target, "restore", str(wrong), "--format", "json")
    assert (done.returncode, told(done)["status"]) == (1, "refused")
    assert sentence in told(done)["error"]
    assert not (target / "definitions").exists()
    assert list(target.glob("restoring-*")) == []


def _broken_dump(archive: Path, target: Path) -> Path:
    """An archive whose hashes are right and whose database is none."""
    noise = b"no dump at all"

    def change(name: str, content: bytes) -> bytes:
        if name == "database.dump":
            return noise
        if name == "manifest.json":
            manifest = json.loads(content)
            sha256 = hashlib.sha256(noise).hexdigest()
            manifest["entries"]["database.dump"] = {"sha256": sha256, "size": len(noise)}
            return json.dumps(manifest).encode()
        return content

    return _changed(archive, target, change)


def test_a_database_that_cannot_be_restored_leaves_neither_key_nor_definitions(
    places: Path, archive: Path, tmp_path: Path
) -> None:
    wrong = _broken_dump(archive, tmp_path / "wrong.tar")
    done = thichinh(places / "broken", "restore", str(wrong), "--format", "json")
    assert (done.returncode, "pg_restore" in told(done)["error"]) == (1, True)
    assert not (places / "broken" / "definitions").exists()
    assert not (places / "broken" / "secret-key").exists()


@pytest.mark.parametrize(
    "members",
    [
        [(".", b"")],
        [("files", b"x")],
        [("secret-key", b"a"), ("secret-key", b"b")],
        [("manifest.json", b"[1]")],
        [("manifest.json", b'{"format": 1}')],
        [("manifest.json", b'{"format": 1, "migrations": [], "problems": [], "entries": []}')],
    ],
)
def test_an_archive_of_another_shape_is_refused_with_a_sentence(
    tmp_path: Path, members: list[tuple[str, bytes]]
) -> None:
    wrong, staging = tmp_path / "wrong.tar", tmp_path / "staging"
    staging.mkdir()
    with tarfile.open(wrong, "w") as tar:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, BytesIO(content))
    with pytest.raises(Trouble, match="không nguyên vẹn"):
        archives.unpack(wrong, staging)


def test_the_programs_of_postgresql_talk_to_the_same_server_as_safely_as_we_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: dict[str, str] = {}

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        seen.update(options["env"])
        assert not any("secret" in word for word in command)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    safe = "postgresql://u:secret@db/x?sslmode=verify-full&sslrootcert=/etc/ca.pem"
    monkeypatch.setenv("DATABASE_URL", safe)
    run_program("pg_dump")
    assert (seen["PGSSLMODE"], seen["PGSSLROOTCERT"]) == ("verify-full", "/etc/ca.pem")
    assert (seen["PGHOST"], seen["PGPASSWORD"]) == ("db", "secret")
    monkeypatch.setenv("DATABASE_URL", f"{safe}&keepalives_idle=5")
    with pytest.raises(Trouble, match="keepalives_idle"):
        run_program("pg_dump")


def test_a_member_that_points_outside_is_refused(places: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "evil.tar"
    with tarfile.open(wrong, "w") as tar:
        member = tarfile.TarInfo("files/../../evil")
        member.size = 1
        tar.addfile(member, BytesIO(b"x"))
    done = thichinh(places / "evil", "restore", str(wrong), "--format", "json")
    assert (done.returncode, "không nguyên vẹn" in told(done)["error"]) == (1, True)
    assert not (places / "evil.").exists()
    noise = tmp_path / "noise.tar"
    noise.write_bytes(os.urandom(5000))
    done = thichinh(places / "evil", "restore", str(noise), "--format", "json")
    assert (done.returncode, told(done)["status"]) == (1, "refused")


def test_a_content_that_the_store_lost_is_named_and_the_rest_is_kept(
    places: Path, archive: Path
) -> None:
    shutil.copytree(places / "ward" / "files", places.parent / "kept-files", dirs_exist_ok=True)
    for path in (places / "ward" / "files").rglob("*"):
        if path.is_file():
            path.write_bytes(b"something else")
    done = thichinh(places / "ward", "backup", str(places / "poor.tar"), "--format", "json")
    assert done.returncode == 1
    assert "is not what was stored" in told(done)["problems"][0]
    assert (places / "poor.tar").exists()
