"""A real town under the real supervisor, and the hand that kills its processes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.kills.cast import Cast
from thichinh.launcher import cluster, server
from thichinh.launcher.town import ROOT, Town, open_town

PROGRAM = [sys.executable, "-m", "thichinh.launcher.cli"]


class RunningTown:
    """`thichinh run --no-example` on a data folder of its own, and everything that it says."""

    def __init__(self, town: Town, port: int, variables: dict[str, str]) -> None:
        self.town, self.port, self.variables = town, port, variables
        self.said: list[str] = []
        self.heard = threading.Condition()
        self.process = subprocess.Popen(
            [*PROGRAM, "run", "--port", str(port), "--no-example"],
            env=variables,
            stderr=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()
        assert self.hears("Ctrl-C", 0, 120), "".join(self.said)

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self.heard:
                self.said.append(line)
                self.heard.notify_all()
        with self.heard:
            self.said.append("(end)")
            self.heard.notify_all()

    def hears(self, words: str, since: int, patience: float) -> bool:
        """Whether it says these words after its `since`th line, within `patience` seconds."""

        def found() -> bool:
            later = self.said[since:]
            return any(words in line for line in later) or "(end)" in later

        with self.heard:
            self.heard.wait_for(found, patience)
            return any(words in line for line in self.said[since:])

    @property
    def url(self) -> str:
        return cluster.describe(self.town).url()

    def log(self, name: str) -> str:
        path = self.town.logs / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def verb(self, *words: str) -> str:
        """What another verb prints beside the running town."""
        done = subprocess.run(
            [*PROGRAM, *words], env=self.variables, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    # Whom to kill. Each finds its victims anew: nobody keeps a process id for long.

    def parts(self) -> dict[str, int]:
        words = {"web": "launcher.web", "worker": "procrastinate", "keeper": "launcher.keeper"}
        found = {}
        for pid in children_of(self.process.pid):
            line = command_line(pid)
            found |= {name: pid for name, word in words.items() if word in line}
        return found

    def postmaster(self) -> int:
        lock = self.town.postgres / "data" / "postmaster.pid"
        return int(lock.read_text().split()[0])

    def victims(self, kind: str, choose: Callable[[list[int]], int]) -> list[int]:
        """The processes to kill for this kind of accident; empty when one is just not there."""
        try:
            return self._victims(kind, choose)
        except (KeyError, FileNotFoundError, IndexError):
            return []

    def _victims(self, kind: str, choose: Callable[[list[int]], int]) -> list[int]:
        if kind == "power cut":
            head = self.postmaster()
            return [head, *children_of(head)]
        if kind == "postmaster":
            return [self.postmaster()]
        if kind == "backend":
            backends = [p for p in children_of(self.postmaster()) if "[local]" in command_line(p)]
            return [choose(backends)]
        if kind == "web process":
            return [choose([p for p in children_of(self.parts()["web"]) if _is_granian(p)])]
        return [self.parts()[kind]]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


def kill(pids: list[int]) -> int:
    """`kill -9`; returns how many were there to be killed."""
    killed = 0
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            killed += 1
    return killed


def children_of(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            if int(fields[1]) == parent and fields[0] != "Z":
                found.append(int(folder.name))
    return found


def command_line(pid: int) -> str:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""


def _is_granian(pid: int) -> bool:
    return "resource_tracker" not in command_line(pid)


@contextlib.contextmanager
def prepared_town(folder: Path, citizens: int, clerks: int) -> Iterator[tuple[RunningTown, Cast]]:
    """Made, peopled, opened; afterwards nothing of it is left."""
    town = open_town(folder)
    variables = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    variables |= {"THICHINH_DATA": str(folder), "PYTHONPATH": str(ROOT)}
    variables |= {"DJANGO_SETTINGS_MODULE": "thichinh.config.settings"}
    try:
        line, address = server.open_line(town)
        try:
            cast = _people(variables | {"DATABASE_URL": address}, citizens, clerks)
            running = RunningTown(town, free_port(), variables)
        finally:
            line.leave()  # from here on the server lives for the running town alone
        try:
            yield running, cast
        finally:
            running.process.kill()
            running.process.wait()
    finally:
        server.open_line(town)[0].leave()  # whoever is still ending: see the server stop
        cluster.destroy(cluster.describe(town))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _people(variables: dict[str, str], citizens: int, clerks: int) -> Cast:
    done = subprocess.run(
        [sys.executable, "-m", "tests.kills.cast", str(citizens), str(clerks)],
        env=variables,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Cast(**json.loads(done.stdout.splitlines()[-1]))
