"""The embedded server: there while somebody uses it, mended when it dies, gone afterwards."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from thichinh.launcher import cluster, server
from thichinh.launcher.children import wait_for_end
from thichinh.launcher.terminal import Trouble
from thichinh.launcher.town import Town, open_town

pytestmark = pytest.mark.frontdoor


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("THICHINH_DATA", str(tmp_path / "town"))
    made = open_town(tmp_path / "town")
    yield made
    cluster.destroy(cluster.describe(made))


def _pid(town: Town) -> int:
    return int((town.postgres / "data" / "postmaster.pid").read_text().split()[0])


def _ask(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def test_the_server_is_private_durable_and_stops_with_its_last_user(town: Town) -> None:
    with server.database(town, quiet=True) as first:
        assert first is not None
        url = os.environ["DATABASE_URL"]
        assert _ask(url, "show listen_addresses") == ""
        assert _ask(url, "show fsync") == "on"
        assert _ask(url, "show data_checksums") == "on"
        assert _ask(url, "select usesuper from pg_user where usename = current_user") is False
        assert _ask(url, "select datcollate from pg_database where datname = 'thichinh'") == "C"
        pid = _pid(town)
        second, again = server.open_line(town)
        assert (again, _pid(town)) == (url, pid)
        second.leave()
        assert _ask(url, "select 1") == 1
    assert wait_for_end(pid, 0)
    assert not town.keeper_socket.exists()


def test_nobody_enters_as_somebody_else(town: Town) -> None:
    with server.database(town, quiet=True):
        url = os.environ["DATABASE_URL"]
        with pytest.raises(psycopg.OperationalError, match=r"Peer authentication failed|role"):
            psycopg.connect(url.replace("user=thichinh", "user=pg_monitor"))
        socket = Path(cluster.describe(town).socket)
        assert socket.stat().st_mode & 0o077 == 0


def test_a_killed_server_is_started_again_with_its_data_and_its_users_are_told(town: Town) -> None:
    with server.database(town, quiet=True) as line:
        assert line is not None
        url = os.environ["DATABASE_URL"]
        with psycopg.connect(url) as connection:
            connection.execute("create table kept (n int)")
            connection.execute("insert into kept values (38)")
        os.kill(_pid(town), signal.SIGKILL)
        told = [line.hear(), line.hear()]
        assert [message and message["event"] for message in told] == [
            "server-died",
            "server-restarted",
        ]
        assert _ask(url, "select n from kept") == 38


def test_a_user_killed_without_a_word_leaves_no_server_behind(town: Town) -> None:
    code = (
        "import sys; from thichinh.launcher import server, town\n"
        "with server.database(town.open_town(), quiet=True):\n"
        "    print('ready', flush=True); sys.stdin.read()"
    )
    user = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert user.stdout is not None
    assert user.stdout.readline() == "ready\n"
    pid = _pid(town)
    user.kill()
    user.communicate()
    assert wait_for_end(pid, 20)


def test_a_lock_file_left_by_a_crash_is_cleared_away(town: Town) -> None:
    with server.database(town, quiet=True):
        pass
    stale = cluster.describe(town).data / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n/somewhere\n")
    with server.database(town, quiet=True):
        assert _ask(os.environ["DATABASE_URL"], "select 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary account has its cluster in the folder")
def test_a_removed_data_folder_makes_room_for_another_town_and_loses_nothing(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    with server.database(town, quiet=True), psycopg.connect(os.environ["DATABASE_URL"]) as line:
        line.execute("create table kept (n int)")
        line.commit()
        shutil.rmtree(town.data)
        with pytest.raises(Trouble, match="vẫn mở"):
            cluster.describe(open_town(town.data))
    shutil.rmtree(town.data)
    other = open_town(town.data)
    with server.database(other, quiet=True):
        assert _ask(os.environ["DATABASE_URL"], "select to_regclass('kept')") is None
    way_back = re.search(r"ln -sfn (\S+) (\S+)", capsys.readouterr().err)
    assert way_back is not None
    cluster.destroy(cluster.describe(other))
    Path(way_back[2]).unlink()
    Path(way_back[2]).symlink_to(way_back[1])
    with server.database(other, quiet=True):
        assert _ask(os.environ["DATABASE_URL"], "select to_regclass('kept')::text") == "kept"


def test_data_of_another_major_version_is_refused_in_words(town: Town) -> None:
    with server.database(town, quiet=True):
        pass
    (cluster.describe(town).data / "PG_VERSION").write_text("15\n")
    with pytest.raises(Trouble, match="thuộc PostgreSQL 15"), server.database(town, quiet=True):
        pass


def test_a_server_of_ones_own_is_checked_and_left_alone(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, url = server.open_line(town)
    monkeypatch.setenv("DATABASE_URL", url)
    with server.database(town, quiet=True) as other:
        assert other is None
    assert os.environ["DATABASE_URL"] == url
    line.leave()
    with pytest.raises(Trouble, match="Không nối được"):
        server.check_foreign(url)
