"""`restore`: an archive of `backup` back into an empty data folder, with its books recounted.

Everything is compared with the manifest before anything is touched.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from thichinh.launcher import archive, management, prepare, server
from thichinh.launcher.programs import run_program
from thichinh.launcher.terminal import Trouble, step
from thichinh.launcher.town import Town, free_bytes, open_town


def run_restore(arguments: list[str]) -> int:
    """Bring an archive back into an empty data folder, and prove the books."""
    options = archive.parser_of("restore", "Phục hồi từ bản sao lưu vào thư mục trống. (Restore.)")
    given = options.parse_args(arguments)
    with archive.answered(given.format == "json") as answer:
        source = Path(given.file)
        if not source.is_file():
            raise Trouble(f"Không có tệp {source}.", f"There is no file {source}.")
        answer.update(_restore(source))
    return 1 if answer.get("status") != "ok" or not answer["proof"]["balanced"] else 0


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
            manifest = archive.unpack(source, staging)
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


def _put_back(town: Town, staging: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    own = staging / "definitions"
    if own.exists():
        own.rename(town.data / "definitions")
    try:
        with step("Phục hồi cơ sở dữ liệu"):
            run_program(  # an empty --dbname is that of the environment
                "pg_restore", "--no-owner", "--no-privileges", "--no-comments", "--exit-on-error",
                "--single-transaction", "--dbname=", str(staging / archive.DATABASE),
            )  # fmt: skip
    except BaseException:
        shutil.rmtree(town.data / "definitions", ignore_errors=True)
        raise
    for name in archive.KEPT:
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
