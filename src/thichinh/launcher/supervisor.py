"""Watches the processes of a running town: what dies is started again, and said so."""

from __future__ import annotations

import http.client
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thichinh.config.environment import Environment
from thichinh.launcher import children, server
from thichinh.launcher.terminal import Trouble, show, step
from thichinh.launcher.town import Town

STEADY_SECONDS = 10.0
LONGEST_PAUSE = 30.0
READY_SECONDS = 900.0
PATIENCE_SECONDS = 20.0
LARGEST_LOG = 20 * 1024 * 1024
_PAUSE = threading.Event()


@dataclass
class Service:
    """One long-running child and the history of its deaths."""

    name: str
    vietnamese: str
    command: list[str]
    log: Path
    database: str  # where its role works
    death: int = signal.SIGTERM  # what the kernel sends it should the supervisor be killed
    process: subprocess.Popen[bytes] | None = None
    descriptor: int = -1
    started: float = 0.0
    failures: int = 0
    due: float | None = None

    @property
    def running(self) -> subprocess.Popen[bytes]:
        """The live process; only asked for between start and death."""
        assert self.process is not None
        return self.process


class Supervisor:
    """Runs services until a signal raises through it."""

    def __init__(
        self,
        town: Town,
        given: Environment,
        line: server.Line | None,
        environment: Mapping[str, str],
    ) -> None:
        self.town = town
        self.given = given
        self.line = line
        self.environment = environment
        self.selector = selectors.DefaultSelector()
        self.services: list[Service] = []

    def run(self, services: list[Service]) -> None:
        """Start, announce, watch. Whatever ends this, the services are stopped on the way out."""
        self.services = services
        try:
            self._watch_database()
            with step("Khởi động máy chủ web"):
                self._open(services)
            self._announce()
            while True:
                self._turn()
        finally:
            self._stop()

    def _open(self, services: list[Service]) -> None:
        """The web first: on an old PC with two cores the others would only slow it down."""
        for service in services:
            self._start(service)
            (self.town.runtime / f"{service.name}.lock").touch()  # since when, for the doctor
            if service.name == "web":
                self._wait_until_open(service)

    def _start(self, service: Service) -> None:
        _rotate(service.log)
        variables = {**self.environment, "DATABASE_URL": service.database}
        service.process = children.start(
            service.command, log=service.log, environment=variables, death=service.death
        )
        service.started, service.due = time.monotonic(), None
        service.descriptor = os.pidfd_open(service.process.pid)
        self.selector.register(service.descriptor, selectors.EVENT_READ, service)

    def _turn(self) -> None:
        """One event: a death, word from the database's keeper, or a restart that is due."""
        due = [service.due for service in self.services if service.due is not None]
        patience = max(min(due) - time.monotonic(), 0.0) if due else None
        for key, _ in self.selector.select(patience):
            if isinstance(key.data, Service):
                self._bury(key.data)
            else:
                self._hear()
        for service in self.services:
            if service.due is not None and service.due <= time.monotonic():
                self._start(service)
                show(f"✓ Đã khởi động lại {service.vietnamese}. ({service.name} restarted.)")

    def _bury(self, service: Service) -> None:
        """Take note of a death and set the time of the restart: at once, later when it repeats."""
        code = service.running.wait()
        self._let_go(service)
        children.sweep(service.running.pid)
        steady = time.monotonic() - service.started > STEADY_SECONDS
        service.failures = 0 if steady else service.failures + 1
        pause = min(0.25 * 2**service.failures, LONGEST_PAUSE)
        service.due = time.monotonic() + pause
        show(
            f"! {service.vietnamese.capitalize()} đã dừng (mã {code}); sẽ chạy lại. Nhật ký: "
            f"{service.log} ({service.name} ended, restarting.)"
        )

    def _let_go(self, service: Service) -> None:
        if service.descriptor >= 0:
            self.selector.unregister(service.descriptor)
            os.close(service.descriptor)
            service.descriptor = -1

    def _watch_database(self) -> None:
        if self.line is not None:
            self.selector.register(self.line, selectors.EVENT_READ, "database")

    def _hear(self) -> None:
        """What the keeper says; several messages may have come at once."""
        assert self.line is not None
        self._heed(self.line.hear())
        while self.line.has_more:
            self._heed(self.line.hear())

    def _heed(self, message: dict[str, Any] | None) -> None:
        if message is None or message.get("event") == "terminated":
            self._find_new_keeper()
        elif message.get("event") == "server-died":
            show("! PostgreSQL đã dừng đột ngột; đang khôi phục. (PostgreSQL died, recovering.)")
        elif message.get("event") == "server-restarted":
            seconds = str(message["seconds"]).replace(".", ",")
            show(f"✓ PostgreSQL đã chạy lại sau {seconds} s. (PostgreSQL is back.)")

    def _find_new_keeper(self) -> None:
        """The keeper was killed: the kernel shut its server down, a new keeper brings it back."""
        assert self.line is not None
        show("! Tiến trình giữ PostgreSQL đã dừng; đang khởi động lại. (Keeper died, restarting.)")
        self.selector.unregister(self.line)
        self.line.connection.close()
        fresh, _ = server.open_line(self.town)
        self.line.replace(fresh)
        self._watch_database()
        show("✓ PostgreSQL đã chạy lại. (PostgreSQL is back.)")

    def _wait_until_open(self, web: Service) -> None:
        """Until the health page answers; a server that ends or fails meanwhile cannot be opened."""
        begun = shown = time.monotonic()
        while (status := _answer(self.given.address, self.given.port)) != 200:
            now = time.monotonic()
            if status == 500 or web.running.poll() is not None or now > begun + READY_SECONDS:
                raise _did_not_start(web)
            if now > shown + PATIENCE_SECONDS:  # a slow machine is no dead process
                shown = now
                show(f"… Máy chủ web đang khởi động, đã {now - begun:.0f} giây. (Still starting.)")
            _PAUSE.wait(0.05)

    def _announce(self) -> None:
        names = {service.name for service in self.services}
        show("")
        if "web" in names:
            show(f"Thị Chính đã mở cửa tại {self.given.reachable_at}  (Thị Chính is open.)")
            self._show_accounts()
        else:
            show("Việc nền đang chạy. (The worker is running.)")
        show("Nhấn Ctrl-C để dừng. (Press Ctrl-C to stop.)")

    def _show_accounts(self) -> None:
        """One account per role of the example town, when this town is the example."""
        note = self.town.data / "example-accounts"
        if note.exists():
            show("Tài khoản mẫu (example accounts):")
            for line in note.read_text().splitlines():
                show(f"  {line}")

    def _stop(self) -> None:
        """All at once, then each with patience."""
        alive = [service for service in self.services if service.process is not None]
        for service in alive:
            self._let_go(service)
            if service.running.poll() is None:
                service.running.terminate()
        for service in alive:
            children.stop(service.running)
        self.selector.close()


def _answer(address: str, port: int) -> int:
    """The status of the health page; 0 while nobody answers."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/suc-khoe/", headers={"Host": "localhost"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _did_not_start(service: Service) -> Trouble:
    lines = service.log.read_text(errors="replace").strip().splitlines()
    own_words = [line for line in lines if line and not line.startswith("[")]  # not granian's
    tail = "\n    ".join((own_words or lines)[-6:])
    return Trouble(
        f"{service.vietnamese.capitalize()} không khởi động được; nhật ký ở {service.log}.",
        f"The {service.name} process did not start. Last words:\n    {tail}",
    )


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
