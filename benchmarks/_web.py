"""The real web server on loopback, and clients that keep their connections open."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

HOST = "127.0.0.1"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def web(processes: int = 2, threads: int = 4, database: str = "") -> Iterator[int]:
    """Granian as `./thichinh run` starts it; yields its port, stops it by its process id.

    `database` is the address of another database than the one of this process.
    """
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": database or os.environ["DATABASE_URL"],
        "THICHINH_PORT": str(port),
        "THICHINH_ADDRESS": HOST,
        "THICHINH_WEB_PROCESSES": str(processes),
        "THICHINH_WEB_THREADS": str(threads),
    }
    command = [sys.executable, "-m", "thichinh.launcher.web"]
    child = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port, child)
        yield port
    finally:
        child.terminate()
        child.wait(20)


def _wait(port: int, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    poll = threading.Event()
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise RuntimeError("the web server did not start")
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", "/suc-khoe/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            poll.wait(0.1)
    raise RuntimeError("the web server did not answer")


class Client:
    """One signed-in program with one open connection."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self.headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
        }

    def call(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """The JSON answer; anything but 2xx is an error of the benchmark."""
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        sent = json.dumps(body) if body is not None else None
        self.connection.request(method, f"/api/v1{path}", sent, headers)
        response = self.connection.getresponse()
        text = response.read()
        if not 200 <= response.status < 300:
            raise RuntimeError(f"{method} {path}: {response.status} {text[:500]!r}")
        return json.loads(text) if text else None


def at_once(workers: list[Callable[[Callable[[], bool]], int]], seconds: float) -> float:
    """Run every worker in its own thread for `seconds`; returns finished units a second.

    A worker gets a function that says whether to go on, and returns how many units it finished.
    """
    counts = [0] * len(workers)
    errors: list[BaseException] = []
    start = time.perf_counter()
    going = lambda: time.perf_counter() - start < seconds and not errors  # noqa: E731

    def run(n: int) -> None:
        try:
            counts[n] = workers[n](going)
        except BaseException as error:  # raised again in the main thread below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(workers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return sum(counts) / (time.perf_counter() - start)
