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
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.core import checks
from django.core.management import call_command, get_commands
from django.db import connection, transaction

from thichinh.config import environment, house
from thichinh.foundation.commands import sentence
from thichinh.foundation.errors import DomainError
from thichinh.launcher import roles
from thichinh.launcher.terminal import Trouble, show, step
from thichinh.launcher.town import ROOT, Town

SOURCES = ROOT / "src" / "thichinh"
EXAMPLE = environment.SHIPPED / "example"
NATIONAL = environment.SHIPPED / "national"
COMPILED = {".pyc", ".mo"}


def is_prepared(town: Town, *, example: bool) -> bool:
    """Whether the embedded database has these migrations and definitions (and had its example)."""
    try:
        digest, kind = _stamp(town).read_text().split()
    except (OSError, ValueError):
        return False
    return digest == _digest() and (kind != "bare" or not example)


def is_inhabited(town: Town) -> bool:
    """Whether somebody's town is here: the example's or an authority's own."""
    try:
        return _stamp(town).read_text().split()[1] != "bare"
    except (OSError, IndexError):
        return False


def prepare(town: Town | None, data: Path, *, example: bool) -> None:
    """Migrate, publish definitions, and give an empty town its example.

    One process at a time for a data folder. `town` is None for a server of the operator's own,
    which keeps no stamp. The accounts of the example are noted in the data folder, for `run`.
    """
    with _alone(data):
        if town is None or not is_prepared(town, example=example):
            _prepare(town, data, example=example)


def bring_structure(data: Path) -> None:
    """Migrate and publish nothing: for verbs that only read. One process at a time."""
    with _alone(data):
        migrate()


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    gate = os.open(data / "prepare.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield
    finally:
        os.close(gate)


def _prepare(town: Town | None, data: Path, *, example: bool) -> None:
    from thichinh.foundation import clock  # only now is Django there

    examine_apps()
    migrate()
    clock.keep_pace()  # what is in force is asked of the town's day
    layer = layer_of(example=example)
    published = publish_definitions(layer)
    if example and layer == EXAMPLE and is_empty() and "demo" in get_commands():
        with step("Nạp thị xã mẫu: 18 tháng hồ sơ"):
            call_command("demo", stdout=io.StringIO())
        note_accounts(data)
    if town is not None and published:
        _stamp(town).write_text(f"{_digest()} {_inhabitant(layer)}")


def examine_apps() -> None:
    """Refuse a house whose apps contradict one another or the code: Django's system checks.

    Raises Trouble with every sentence. `migrate` called from here would ask none of them.
    """
    found = [error for error in checks.run_checks() if error.is_serious()]
    if found:
        raise Trouble(
            "\n✗ ".join(f"{error.msg} [{error.id}]" for error in found),
            "\n  ".join(error.hint for error in found if error.hint),
        )


def migrate() -> None:
    """Bring the structure of the database up to date."""
    with step("Cập nhật cấu trúc dữ liệu"):
        call_command("migrate", verbosity=0, interactive=False)
        grant_roles()


def grant_roles() -> None:
    """Tell the database what the web, the worker and the backup may do with its tables."""
    with transaction.atomic(), connection.cursor() as cursor:
        roles.grant(cursor.connection)


def layer_of(*, example: bool) -> Path:
    """The lowest layer of definitions of this town: its own, the example's, or only the nation's.

    A town that nobody has founded is the example where that is wanted. One from before layers has
    the example's units without an authority.
    """
    from django.conf import settings

    from thichinh.accounts.queries import forget_authority, own_authority

    forget_authority()
    root, known = Path(settings.DEFINITIONS_ROOT), own_authority()
    if root != EXAMPLE or known.code in _codes_of_the_example():
        return root
    if known.exists:
        return NATIONAL
    return EXAMPLE if example or not is_empty() else NATIONAL


def _codes_of_the_example() -> set[str]:
    return {path.stem for path in (EXAMPLE / "authority").glob("*.yaml")}


def _inhabitant(layer: Path) -> str:
    """What the stamp says lives here: the example, an authority of its own, or nobody yet."""
    if layer == EXAMPLE:
        return "bare" if is_empty() else "example"
    from thichinh.accounts.queries import own_authority

    return "own" if own_authority().exists else "bare"


def note_accounts(data: Path) -> None:
    """What `demo --accounts` prints: one line per role, name and password."""
    output = io.StringIO()
    call_command("demo", "--accounts", stdout=output)
    (data / "example-accounts").write_text(output.getvalue())


def publish_definitions(layer: Path) -> bool:
    """Publish what is new in a layer and above it; False when the files were refused.

    A refused file does not close the town hall: what was published before stays in force, and
    the next start tries, and says so, again.
    """
    try:
        with step("Nạp các định nghĩa"):
            call_command("definitions", "load", str(layer), stdout=io.StringIO())
    except DomainError as error:
        show(sentence(error))
        show("! Các định nghĩa trên chưa được nạp; bản đã công bố vẫn có hiệu lực.")
        show("  (The definitions above were not loaded; what was published stays in force.)")
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
    """Migrations and definitions of the house; of apps of others everything, because what they
    declare is examined only while the database is prepared."""
    given = environment.read()
    yield from sorted(SOURCES.glob("*/migrations/*.py"))
    yield Path(roles.__file__)
    others = house.folders_of(given.extra_apps, given.apps_folder)
    for folder in (environment.SHIPPED, given.definitions_folder, *others):
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        yield from (path for path in files if path.suffix not in COMPILED)
