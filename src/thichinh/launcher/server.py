"""The database as a verb sees it: there while the verb runs, left as it was found."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any

import psycopg

from thichinh.config import environment
from thichinh.config.environment import Environment
from thichinh.launcher import cluster, roles
from thichinh.launcher.terminal import Trouble, step
from thichinh.launcher.town import Town, explained

OLDEST_SERVER = 15
EXTENSIONS = ("unaccent", "pg_trgm")
ADDRESSES = tuple(f"THICHINH_{role}_DATABASE_URL" for role in ("OWNER", "WORKER", "BACKUP"))
"""Variables with the addresses of roles that the web is not."""


class Line:
    """A connection to the keeper. While it is open the server is kept running."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._pending = b""

    def fileno(self) -> int:
        """For a selector: readable when the keeper has something to say or has died."""
        return self.connection.fileno()

    @property
    def has_more(self) -> bool:
        """Whether a whole message has been received and not yet heard."""
        return b"\n" in self._pending

    def hear(self) -> dict[str, Any] | None:
        """The next message; None when the keeper is gone. Raises the `Trouble` it reports."""
        while b"\n" not in self._pending:
            try:
                more = self.connection.recv(65536)
            except ConnectionResetError:
                more = b""
            if not more:
                return None
            self._pending += more
        line, self._pending = self._pending.split(b"\n", 1)
        message: dict[str, Any] = json.loads(line)
        if "trouble" in message:
            raise Trouble(*message["trouble"])
        return message

    def url(self) -> str | None:
        """The database's address once the server is ready; None when the keeper was just ending."""
        while (message := self.hear()) is not None:
            if "ready" in message:
                return str(message["ready"])
        return None

    def replace(self, other: Line) -> None:
        """Go on over another connection, after the keeper had to be started again."""
        self.connection, self._pending = other.connection, other._pending

    def leave(self) -> None:
        """Say good-bye, and wait for the server to stop if this was its last user."""
        with suppress(BrokenPipeError, ConnectionResetError, Trouble):
            self.connection.sendall(b'{"bye": true}\n')
            while (message := self.hear()) is not None and "stopped" not in message:
                pass
        self.connection.close()


def open_line(town: Town, *, volatile: bool = False) -> tuple[Line, str]:
    """A line to the keeper, started if there is none, and the address of its ready database.

    Raises `Trouble` when the folder or the server cannot serve.
    """
    for _ in range(3):
        line = _line(town, volatile)
        address = line.url()
        if address is not None:
            return line, address
        line.connection.close()  # we joined a keeper that was just ending; the next one is ours
    raise Trouble(
        "Tiến trình giữ PostgreSQL dừng đột ngột nhiều lần. Hãy chạy ./thichinh doctor.",
        "The process that keeps PostgreSQL keeps ending. Run ./thichinh doctor.",
    )


def _line(town: Town, volatile: bool) -> Line:
    joined = _join(town)
    if joined is not None:
        return joined
    try:
        gate = os.open(town.runtime / "start.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise explained(error, town.runtime) from error
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)
        return _join(town) or _start_keeper(town, volatile)
    finally:
        os.close(gate)


def _join(town: Town) -> Line | None:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(town.keeper_socket))
    except (FileNotFoundError, ConnectionRefusedError):
        connection.close()
        return None
    return Line(connection)


def _start_keeper(town: Town, volatile: bool) -> Line:
    """The keeper is born with this process as its first user, and listens before we let go."""
    cluster.describe(town, volatile=volatile)  # laid out here, so that a person hears of it
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "thichinh.launcher.keeper"]
    command += [str(town.data), str(theirs.fileno())] + (["--volatile"] if volatile else [])
    log = os.open(town.logs / "keeper.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
            cwd="/",
        )
    finally:
        os.close(log)
        theirs.close()
    return Line(ours)


@dataclass(frozen=True)
class Addresses:
    """Where each role of an installation works on the same database."""

    owner: str
    web: str
    worker: str
    backup: str


def addresses(town: Town, given: Environment) -> Addresses:
    """Of the embedded server, or as the operator named them; what was not named shares an address."""
    if given.database_url:
        shared = given.database_url
        return Addresses(
            owner=given.owner_database_url or shared,
            web=shared,
            worker=given.worker_database_url or shared,
            backup=given.backup_database_url or given.owner_database_url or shared,
        )
    embedded = cluster.describe(town)
    return Addresses(
        owner=embedded.url(role=roles.OWNER),
        web=embedded.url(role=roles.WEB),
        worker=embedded.url(role=roles.WORKER),
        backup=embedded.url(role=roles.BACKUP),
    )


@contextmanager
def database(
    town: Town, role: str = "owner", *, volatile: bool = False, quiet: bool = False
) -> Iterator[Line | None]:
    """Set DATABASE_URL to the address of a role for what follows. The value is the line to the
    keeper, None for a server of the operator's own (DATABASE_URL was given)."""
    given = environment.read()
    if given.database_url:
        with _announced(getattr(addresses(town, given), role)) as address:
            check_foreign(address)
            yield None
        return
    with nullcontext() if quiet else step("Khởi động PostgreSQL"):
        line, _ = open_line(town, volatile=volatile)
    try:
        with _announced(getattr(addresses(town, given), role)):
            yield line
    finally:
        line.leave()


@contextmanager
def addressed(town: Town) -> Iterator[None]:
    """DATABASE_URL says where the owner's database answers once it is started; nothing is started."""
    with _announced(addresses(town, environment.read()).owner):
        yield


@contextmanager
def _announced(address: str) -> Iterator[str]:
    """DATABASE_URL meanwhile."""
    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = address
    try:
        yield address
    finally:
        if before is None:
            os.environ.pop("DATABASE_URL", None)
        else:
            os.environ["DATABASE_URL"] = before


def check_foreign(url: str) -> None:
    """Refuse a server that is unreachable, too old, or cannot have the extensions we use."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
            query = "select name from pg_available_extensions where name = any(%s)"
            available = {row[0] for row in connection.execute(query, [list(EXTENSIONS)])}
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1]
        raise Trouble(
            "Không nối được tới cơ sở dữ liệu trong DATABASE_URL. Hãy kiểm tra địa chỉ và mật khẩu.",
            f"The database of DATABASE_URL cannot be reached: {reason}",
        ) from error
    if version < OLDEST_SERVER:
        raise Trouble(
            f"Máy chủ cơ sở dữ liệu là PostgreSQL {version}; cần bản {OLDEST_SERVER} trở lên.",
            f"The database server is PostgreSQL {version}; {OLDEST_SERVER} or newer is needed.",
        )
    missing = sorted(set(EXTENSIONS) - available)
    if missing:
        raise Trouble(
            f"Máy chủ cơ sở dữ liệu thiếu phần mở rộng {', '.join(missing)} (gói postgresql-contrib).",
            f"The database server lacks {', '.join(missing)} (package postgresql-contrib).",
        )


def remove_volatile(town: Town) -> None:
    """Throw away a test town's cluster."""
    cluster.destroy(cluster.describe(town, volatile=True))
