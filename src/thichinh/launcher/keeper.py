"""The keeper: a small process that owns a town's PostgreSQL for as long as somebody uses it.

Every verb that needs the database holds a connection to the keeper's socket. The first one starts
the keeper; when the last one has gone, even by kill -9, the keeper stops the server and ends. If
the server dies it is started again and every user is told. If the keeper itself is killed, the
kernel tells the server to shut down.

Wire: JSON lines. Keeper says {"ready": URL}, {"trouble": [vi, en]}, {"event": name, ...} and, as
the answer to {"bye": true}, {"stopped": true|false}.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import selectors
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from thichinh.launcher import children, cluster
from thichinh.launcher.terminal import Trouble
from thichinh.launcher.town import Town, explained, open_town

Message = dict[str, Any]
MANY_DEATHS = 5
SOON_SECONDS = 1.0


class Keeper:
    """One town's server and those who use it."""

    def __init__(self, town: Town, first: socket.socket, *, volatile: bool) -> None:
        self.town = town
        self.cluster = cluster.describe(town, volatile=volatile)
        self.selector = selectors.DefaultSelector()
        self.users: set[socket.socket] = set()
        self.server: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.early_deaths = 0  # one after another, each soon after it was ready
        self.listener = _listen(town.keeper_socket)
        self.selector.register(self.listener, selectors.EVENT_READ, "listener")
        self.ready: Message = {}
        self._add(first)

    def run(self) -> None:
        """Serve until nobody is left."""
        self._start()
        self.ready = {"ready": self.cluster.url()}
        self._tell(self.ready)
        while self.users:
            for key, _ in self.selector.select():
                self._handle(key.data, key.fileobj)
        self._stop()

    def _handle(self, kind: str, file: Any) -> None:
        if kind == "listener":
            user, _ = self.listener.accept()
            self._add(user)
            self._send(user, self.ready)
        elif kind == "server":
            self._repair()
        elif kind == "signal":
            if signal.SIGTERM in os.read(file, 64):
                self._tell({"event": "terminated"})
                self.users.clear()
        elif file in self.users:
            self._hear(file)

    def _add(self, user: socket.socket) -> None:
        self.users.add(user)
        self.selector.register(user, selectors.EVENT_READ, "user")

    def _hear(self, user: socket.socket) -> None:
        """A user speaks only to leave; silence of the line means it left without a word."""
        try:
            message = user.recv(4096)
        except OSError:
            message = b""
        self.selector.unregister(user)
        self.users.discard(user)
        if not message:
            user.close()
            return
        if not self.users:
            self._stop()
            self._send(user, {"stopped": True})
        else:
            self._send(user, {"stopped": False})
        user.close()

    def _start(self) -> None:
        cluster.prepare(self.cluster)
        self.server = cluster.start(self.cluster)
        self.started = time.monotonic()
        self.selector.register(os.pidfd_open(self.server.pid), selectors.EVENT_READ, "server")

    def _repair(self) -> None:
        """The server died under us: say so, start it again, say so.

        However often it is killed, it comes back; only one that cannot live for a second, again
        and again, is given up.
        """
        assert self.server is not None
        code = self.server.wait()
        self._forget_server()
        now = time.monotonic()
        self.early_deaths = self.early_deaths + 1 if now - self.started < SOON_SECONDS else 0
        if self.early_deaths > MANY_DEATHS:
            raise Trouble(
                f"PostgreSQL dừng liên tiếp (mã {code}); nhật ký ở {self.cluster.log}.",
                f"PostgreSQL keeps dying (status {code}); see {self.cluster.log}.",
            )
        self._tell({"event": "server-died", "code": code})
        self._start_again()
        self._tell({"event": "server-restarted", "seconds": round(time.monotonic() - now, 1)})

    def _start_again(self) -> None:
        """One more try when it is killed while it still recovers from the last kill."""
        for left in reversed(range(MANY_DEATHS)):
            try:
                self._start()
            except Trouble:
                if not left:
                    raise
            else:
                return

    def _forget_server(self) -> None:
        for key in list(self.selector.get_map().values()):
            if key.data == "server" and isinstance(key.fileobj, int):
                self.selector.unregister(key.fileobj)
                os.close(key.fileobj)

    def _stop(self) -> None:
        """No new users from here on; a late one finds no socket and starts a new keeper."""
        self.town.keeper_socket.unlink(missing_ok=True)
        if self.server is not None:
            self._forget_server()
            children.stop(self.server, signal.SIGINT, patience=60)
            self.server = None

    def close(self, trouble: Trouble | None) -> None:
        """Leave nothing running, and tell whoever still listens why."""
        if trouble is not None:
            self._tell({"trouble": [trouble.vietnamese, trouble.english]})
        self._stop()

    def _tell(self, message: Message) -> None:
        for user in list(self.users):
            self._send(user, message)

    def _send(self, user: socket.socket, message: Message) -> None:
        if message:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # its EOF is read next
                user.sendall(json.dumps(message).encode() + b"\n")


def _listen(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen(64)
    return listener


def _hold(folder: Path) -> list[int]:
    """The keeper's lock, and a shared lock on the folder, which keeps /tmp cleaners away."""
    lock = os.open(folder / "keeper.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    here = os.open(folder, os.O_RDONLY)
    fcntl.flock(here, fcntl.LOCK_SH)
    return [lock, here]


def main() -> None:
    """Started by `server.py` with one end of a socket pair as its first user."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("first", type=int)
    parser.add_argument("--volatile", action="store_true")
    arguments = parser.parse_args()
    first = socket.socket(fileno=arguments.first)
    first.set_inheritable(False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.set_wakeup_fd(wake_write)
    _serve(arguments.data, first, arguments.volatile, wake_read)


def _serve(data: Path, first: socket.socket, volatile: bool, wake: int) -> None:
    try:
        town = open_town(data)
        locks = _hold(town.runtime)
        keeper = Keeper(town, first, volatile=volatile)
    except (Trouble, OSError) as error:
        _refuse(first, error, data)
        return
    keeper.selector.register(wake, selectors.EVENT_READ, "signal")
    trouble: Trouble | None = None
    try:
        keeper.run()
    except Trouble as error:
        trouble = error
    except (OSError, subprocess.SubprocessError) as error:
        trouble = _as_trouble(error, data)
    finally:
        keeper.close(trouble)
        for lock in locks:
            os.close(lock)


def _refuse(first: socket.socket, error: Exception, data: Path) -> None:
    trouble = _as_trouble(error, data)
    message = {"trouble": [trouble.vietnamese, trouble.english]}
    first.sendall(json.dumps(message).encode() + b"\n")


def _as_trouble(error: Exception, data: Path) -> Trouble:
    if isinstance(error, Trouble):
        return error
    if isinstance(error, OSError):
        return explained(error, data)
    return Trouble(f"Lỗi khi quản lý PostgreSQL: {error}", f"Keeping PostgreSQL failed: {error}")


if __name__ == "__main__":
    main()
