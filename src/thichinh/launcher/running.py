"""`thichinh run`: database, web and worker together, for as long as somebody wants them."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from thichinh.config.environment import Environment
from thichinh.launcher import children, prepare, server
from thichinh.launcher.supervisor import Service, Supervisor
from thichinh.launcher.terminal import Trouble, show
from thichinh.launcher.town import Town, secret_key

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PROGRAM = [sys.executable, "-m", "thichinh.launcher.cli"]


@dataclass(frozen=True)
class Wanted:
    """What is to be run: everything for `run`, one of the two for `serve` and `worker`."""

    web: bool = True
    worker: bool = True
    example: bool = True


class Stopped(Exception):
    """Somebody asked the town hall to close."""


def run(town: Town, given: Environment, wanted: Wanted) -> int:
    """Start everything, watch it, stop everything. The value is the exit status."""
    with _only_run_here(town, given, wanted):
        if wanted.web:
            check_port(given.address, given.port)
        _stop_on_signals()
        try:
            _run(town, given, wanted)
        except Stopped:
            show("✓ Đã dừng. (Stopped.)")
    return 0


def _run(town: Town, given: Environment, wanted: Wanted) -> None:
    environment = os.environ | _settings(town, given)
    building = _start(["assets"], environment) if wanted.web else None
    addresses = server.addresses(town, given)
    try:
        if building is not None and given.extra_apps:  # their icons are looked for in the sprite
            _finish(building)
        with server.database(town) as line:
            owner = environment | {"DATABASE_URL": addresses.owner}
            _prepare(town, wanted, owner, embedded=line is not None)
            if building is not None:
                _finish(building)
            for variable in server.ADDRESSES:  # of other roles: no service needs to know them
                environment.pop(variable, None)
            services = _services(town, given, wanted, addresses)
            Supervisor(town, given, line, environment).run(services)
    finally:
        if building is not None:
            children.stop(building, patience=3)


def check_port(address: str, port: int) -> None:
    """Refuse a port that somebody else uses, naming the next one that is free."""
    if _is_free(address, port):
        return
    free = next((p for p in range(port + 1, min(port + 200, 65536)) if _is_free(address, p)), None)
    advice = f" Hãy thử: ./thichinh run --port {free}" if free else ""
    hint = f" Try: ./thichinh run --port {free}" if free else ""
    raise Trouble(
        f"Cổng {port} trên {address} đang có chương trình khác dùng, hoặc không được phép mở.{advice}",
        f"Port {port} on {address} is in use by another program, or may not be opened.{hint}",
    )


def _is_free(address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


@contextmanager
def _only_run_here(town: Town, given: Environment, wanted: Wanted) -> Iterator[None]:
    """One `run` (or `serve`, or `worker`) per data folder; the lock dies with its process."""
    name = "run" if wanted.web and wanted.worker else "serve" if wanted.web else "worker"
    names = ["web", "worker"] if name == "run" else ["web" if wanted.web else "worker"]
    held = []
    try:
        for part in names:
            held.append(_take(town.runtime / f"{part}.lock", town, given))
        yield
    finally:
        for descriptor in held:
            os.close(descriptor)


def _take(path: Path, town: Town, given: Environment) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise _already_running(descriptor, town) from None
    os.ftruncate(descriptor, 0)
    note = {"pid": os.getpid(), "address": given.reachable_at}
    os.pwrite(descriptor, json.dumps(note).encode(), 0)
    return descriptor


def _already_running(descriptor: int, town: Town) -> Trouble:
    try:
        note: dict[str, Any] = json.loads(os.pread(descriptor, 4096, 0))
    except ValueError:
        note = {}
    finally:
        os.close(descriptor)
    address, pid = note.get("address", "?"), note.get("pid", "?")
    return Trouble(
        f"Thị Chính đang chạy với dữ liệu {town.data} tại {address} (tiến trình {pid}). "
        "Muốn chạy thêm một thị xã khác: THICHINH_DATA=THƯ_MỤC ./thichinh run --port CỔNG",
        f"Already running on {town.data} at {address} (process {pid}). For a second town: "
        "THICHINH_DATA=DIR ./thichinh run --port N",
    )


def _stop_on_signals() -> None:
    """The first signal ends the run; later ones must not disturb the closing."""

    def stop(*_: int | FrameType | None) -> None:
        for number in SIGNALS:
            signal.signal(number, lambda *_: None)
        show("… Đang dừng (stopping)")
        raise Stopped

    for number in SIGNALS:
        signal.signal(number, stop)


def _settings(town: Town, given: Environment) -> dict[str, str]:
    """What the children must know, so that a moved default cannot part them."""
    return {
        "THICHINH_DATA": str(town.data),
        "THICHINH_APPS_PATH": str(given.apps_folder),
        "THICHINH_ADDRESS": given.address,
        "THICHINH_PORT": str(given.port),
        "THICHINH_SECRET_KEY": given.secret_key or secret_key(town),
        "THICHINH_SUPERVISED": "1",
        "PYTHONUNBUFFERED": "1",
    }


def _prepare(town: Town, wanted: Wanted, environment: dict[str, str], *, embedded: bool) -> None:
    ready = embedded and prepare.is_prepared(town, example=wanted.example)
    if ready and (wanted.example or prepare.is_inhabited(town)):
        return
    command = ["prepare"] + ([] if wanted.example else ["--no-example"])
    _finish(_start(command, environment))


def _start(command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return children.start([*PROGRAM, *command], log=2, environment=environment)


def _finish(process: subprocess.Popen[bytes]) -> None:
    """Wait for a step that tells its own story; its failure is ours."""
    try:
        code = process.wait()
    except BaseException:
        children.stop(process)
        raise
    if code != 0:
        raise Trouble(
            "Chưa khởi động được; lý do ở ngay trên.", "Not started; the reason is just above."
        )


def _services(
    town: Town, given: Environment, wanted: Wanted, addresses: server.Addresses
) -> list[Service]:
    web = [sys.executable, "-m", "thichinh.launcher.web"]
    worker = [*PROGRAM, "manage", "procrastinate", "worker"]
    worker += ["--concurrency", str(given.worker_jobs), "--name", f"worker-{os.getpid()}"]
    services = []
    if wanted.web:
        log = town.logs / "web.log"
        services.append(Service("web", "máy chủ web", web, log, addresses.web))
    if wanted.worker:
        # Without its supervisor it has no database either, and would wait for it for ever.
        log, death = town.logs / "worker.log", signal.SIGKILL
        services.append(Service("worker", "việc nền", worker, log, addresses.worker, death))
    return services
