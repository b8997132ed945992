"""`thichinh run` as a person meets it: opened, hurt, closed."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.frontdoor.founding import init
from thichinh.launcher import cluster
from thichinh.launcher.children import wait_for_end
from thichinh.launcher.town import Town, open_town

pytestmark = pytest.mark.frontdoor
PROGRAM = [sys.executable, "-m", "thichinh.launcher.cli"]


class RunningTown:
    """A `thichinh run` and what it says."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.town: Town = open_town(folder)
        self.variables = {
            name: value for name, value in os.environ.items() if name != "DATABASE_URL"
        }
        self.variables["THICHINH_DATA"] = str(folder)
        self.founded = init(folder, self.variables)
        self.process = self.start("run", "--port", str(self.port), "--no-example")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*PROGRAM, *arguments], env=self.variables, stderr=subprocess.PIPE, text=True
        )

    def open_again(self) -> None:
        """After it was closed or killed."""
        self.process = self.start("run", "--port", str(self.port), "--no-example")
        self.hear("Ctrl-C")

    def hear(self, words: str) -> str:
        """The next line with these words; fails with all that was said when there is none."""
        assert self.process.stderr is not None
        said = []
        for line in self.process.stderr:
            said.append(line)
            if words in line:
                return line
        pytest.fail(f"never said {words!r}:\n{''.join(said)}")

    def status(self) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", "/suc-khoe/")
        return connection.getresponse().status

    def children(self) -> dict[str, int]:
        """The process ids of what runs under it, by a word of their command lines."""
        words = ("launcher.web", "procrastinate", "launcher.keeper")
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
                line = (folder / "cmdline").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == self.process.pid:
                found |= {word: int(folder.name) for word in words if word in line}
        return found


@pytest.fixture(scope="module")
def _opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTown]:
    """One town for all of them: to make it takes longer than any of the tests."""
    made = RunningTown(tmp_path_factory.mktemp("running") / "town")
    try:
        made.hear("Ctrl-C")
        yield made
    finally:
        made.process.kill()
        made.process.communicate()
        keeper = made.children().get("launcher.keeper")
        assert keeper is None
        cluster.destroy(cluster.describe(made.town))


@pytest.fixture
def running(_opened: RunningTown) -> RunningTown:
    """Open, also after a test that closed it or failed on the way."""
    if _opened.process.poll() is not None:
        _opened.open_again()
    return _opened


def test_a_town_that_has_just_opened_is_found_healthy(running: RunningTown) -> None:
    done = subprocess.run(
        [*PROGRAM, "doctor"], env=running.variables, capture_output=True, text=True, check=True
    )
    assert re.search(r"^OK +Việc nền: (đang khởi động|nhịp cuối)", done.stdout, re.MULTILINE)


def test_people_who_say_nothing_more_keep_nobody_waiting(running: RunningTown) -> None:
    """Three times as many as there are threads, each with a body that does not come."""
    silent = []
    for _ in range(24):
        line = socket.create_connection(("127.0.0.1", running.port), timeout=10)
        line.sendall(
            b"POST /api/v1/tokens HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
        )
        silent.append(line)
    assert running.status() == 200
    silent[0].sendall(b'"a": "b"')
    assert b"HTTP/1.1 4" in silent[0].recv(100)
    for line in silent:
        line.close()


def test_a_verb_beside_a_running_town_uses_its_server_and_leaves_it(running: RunningTown) -> None:
    server = _postmaster(running.town)
    done = subprocess.run(
        [*PROGRAM, "stocks", "prove", "--format", "json"],
        env=running.variables,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["balanced"] is True
    assert _postmaster(running.town) == server
    assert running.status() == 200


def test_a_killed_town_leaves_no_process_and_opens_again(running: RunningTown) -> None:
    pids = [*running.children().values(), _postmaster(running.town)]
    running.process.kill()
    for pid in pids:
        assert wait_for_end(pid, 30)
    running.process.communicate()
    running.open_again()
    assert running.status() == 200


def test_a_town_opens_mends_itself_and_closes(running: RunningTown) -> None:
    assert running.status() == 200
    before = running.children()

    second = running.start("run", "--port", str(running.port))
    _, refusal = second.communicate()
    assert second.returncode == 1
    assert f"http://localhost:{running.port}/" in refusal

    os.kill(before["procrastinate"], signal.SIGKILL)
    running.hear("worker restarted")
    os.kill(before["launcher.web"], signal.SIGKILL)
    running.hear("web restarted")
    os.kill(_postmaster(running.town), signal.SIGKILL)
    running.hear("PostgreSQL is back")
    os.kill(before["launcher.keeper"], signal.SIGKILL)
    running.hear("PostgreSQL is back")

    after = running.children()
    assert not set(after.values()) & set(before.values())
    server = _postmaster(running.town)
    running.process.send_signal(signal.SIGINT)
    running.hear("Stopped")
    assert running.process.wait(30) == 0
    for pid in (*after.values(), server):
        assert wait_for_end(pid, 5)


def _postmaster(town: Town) -> int:
    return int((town.postgres / "data" / "postmaster.pid").read_text().split()[0])
