"""The databases of a run: a template with schema and definitions, another with the example town.

A template is made once for a state of the sources (a digest is part of its name) and stays on the
server for the next run; every worker works on a copy, which the server makes by copying files.
Who makes a template holds an advisory lock, and the others wait for it.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from thichinh.config.house import folders_of
from thichinh.foundation import clock, definitions
from thichinh.launcher.prepare import migrate

Server = psycopg.Connection[Any]
ROOT = Path(__file__).resolve().parents[2]
TEMPLATE, COPY = "test_thichinh_template", "test_thichinh_run"
TOWN_DAY = datetime(2022, 6, 15, 1, tzinfo=UTC)
"""The morning on which the example town lives: rows that follow a day follow this one."""
_EPOCH = (
    "SELECT setval('accounts_authority_epoch', (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)",
    "UPDATE accounts_authorityepoch SET value = nextval('accounts_authority_epoch')",
)
"""The sequence too: where a copy begins with the template's, the next change would repeat an epoch."""
_LOCK = 7_019_411
"""Any number that no other advisory lock takes."""


def of_this_worker(kind: str) -> str:
    """The name of this worker's copy; the process that started the run is part of it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    run = os.getppid() if worker else os.getpid()
    return f"{COPY}_{run}_{kind}{worker}"


@contextmanager
def copy_of(kind: str) -> Iterator[None]:
    """Django works on a fresh copy of the template of this kind; it is gone afterwards."""
    name, before = of_this_worker(kind), connection.settings_dict["NAME"]
    with _server() as server:
        template = _template(server, kind)
        _create(server, name, template)
    _use(name)
    begin_an_epoch()
    try:
        yield
    finally:
        _use(before)
        with _server() as server:
            _drop(server, name)


@contextmanager
def bare() -> Iterator[None]:
    """Django works on a database without a table; it is gone afterwards."""
    name, before = of_this_worker("bare"), connection.settings_dict["NAME"]
    with _server() as server:
        _drop(server, name)
        server.execute(_named("CREATE DATABASE {}", name))
    _use(name)
    try:
        yield
    finally:
        _use(before)
        with _server() as server:
            _drop(server, name)


def copy_again(kind: str) -> None:
    """Give the worker a fresh copy under the name that it uses."""
    name = connection.settings_dict["NAME"]
    connection.close()
    with _server() as server:
        _drop(server, name)
        _create(server, name, _template(server, kind))
    begin_an_epoch()


def begin_an_epoch() -> None:
    """Ids come again in another copy; what a process keeps of people is kept by id and epoch."""
    with connection.cursor() as cursor:
        for statement in _EPOCH:
            cursor.execute(statement)


def _template(server: Server, kind: str) -> str:
    """The name of a template that is whole: it is made under another name."""
    name = f"{TEMPLATE}_{kind}_{_digest()}"
    server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    if name not in _names(server, f"{TEMPLATE}_{kind}_"):
        _clear_away(server, kind)
        _make(server, kind, f"{name}_new")
        server.execute(_named("ALTER DATABASE {} RENAME TO {}", f"{name}_new", name))
    server.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    return name


def _make(server: Server, kind: str, name: str) -> None:
    base, fill = _KINDS[kind]
    if base:
        _create(server, name, f"{TEMPLATE}_{base}_{_digest()}")
    else:
        server.execute(_named("CREATE DATABASE {}", name))
    before = connection.settings_dict["NAME"]
    _use(name)
    try:
        fill()
    finally:
        _use(before)


def _schema_and_definitions() -> None:
    migrate()
    with clock.standing_at(TOWN_DAY):
        definitions.load(Path(settings.DEFINITIONS_ROOT))
    definitions.forget_cache()


def _example() -> None:
    """The clock of the example town is a row of its database; this process keeps its own."""
    ours = clock._shift
    call_command("demo", stdout=io.StringIO(), stderr=io.StringIO())
    clock._shift = ours


_KINDS: dict[str, tuple[str, Callable[[], None]]] = {
    "empty": ("", _schema_and_definitions),
    "example": ("empty", _example),
}
"""From which template another one is made, and what fills it."""


@cache
def _digest() -> str:
    """Of all that decides what a template holds: the apps of others, sources, definitions,
    libraries, the day."""
    found = hashlib.sha256(date.today().isoformat().encode())  # noqa: DTZ011  # of this machine
    files = [ROOT / "requirements.txt"]
    given = settings.ENVIRONMENT
    found.update(repr(given.extra_apps).encode())
    others = folders_of(given.extra_apps, given.apps_folder)
    for folder in (ROOT / "definitions", *(other / "definitions" for other in others)):
        files += [path for path in folder.rglob("*") if path.is_file()]
    for folder in (ROOT / "src", *others):
        sources = (path.relative_to(folder) for path in folder.rglob("*.py"))
        files += [folder / path for path in sources if "tests" not in path.parts]
    for path in sorted(files):
        found.update(str(path).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


def _clear_away(server: Server, kind: str) -> None:
    """Templates of other sources, and copies of runs that were killed."""
    for name in _names(server, f"{TEMPLATE}_{kind}_"):
        _drop(server, name)
    for name in _names(server, f"{COPY}_"):
        if not Path("/proc", name.removeprefix(f"{COPY}_").split("_")[0]).exists():
            _drop(server, name)


def _server() -> Server:
    """A connection to the database that every server has."""
    known = connection.get_connection_params() | {"dbname": "postgres"}
    names = ("dbname", "host", "port", "user", "password")
    return psycopg.connect(autocommit=True, **{n: known[n] for n in names if n in known})


def _names(server: Server, beginning: str) -> list[str]:
    rows = server.execute("SELECT datname FROM pg_database").fetchall()
    return [row[0] for row in rows if row[0].startswith(beginning)]


def _create(server: Server, name: str, template: str) -> None:
    server.execute(_named("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template))


def _drop(server: Server, name: str) -> None:
    """Autovacuum may be at work in it: a plain DROP sends it away, FORCE has no right to."""
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = %s AND backend_type = 'client backend'",
        [name],
    )
    server.execute(_named("DROP DATABASE IF EXISTS {}", name))


def _named(query: str, *names: str) -> sql.Composed:
    return sql.SQL(query).format(*map(sql.Identifier, names))


def _use(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
