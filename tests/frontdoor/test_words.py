"""The words of the front door, without a database."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import socket
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from psycopg import OperationalError
from psycopg.errors import DiskFull

from thichinh.config import environment
from thichinh.launcher import (
    bootstrap,
    checks,
    cli,
    doctor,
    management,
    parsing,
    running,
    size,
    supervisor,
    verbs,
)
from thichinh.launcher.terminal import Trouble
from thichinh.launcher.town import ROOT, open_town, secret_key

OF_ITS_OWN = pytest.mark.frontdoor
"""Tests that start a process of the program."""


def thichinh(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "thichinh.launcher.cli", *arguments]
    return subprocess.run(
        command,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@OF_ITS_OWN
def test_help_lists_every_verb_in_vietnamese_and_english() -> None:
    done = thichinh("help")
    assert done.returncode == 0
    for verb in verbs.VERBS:
        assert verb.vietnamese in done.stdout
        assert verb.english in done.stdout


@OF_ITS_OWN
def test_an_unknown_verb_is_a_plain_sentence_and_a_failure() -> None:
    done = thichinh("mở-cửa")
    assert done.returncode == 1
    assert "Không có việc nào tên 'mở-cửa'" in done.stderr
    assert "Traceback" not in done.stderr


@OF_ITS_OWN
def test_half_a_verb_shows_its_halves() -> None:
    done = thichinh("definitions")
    assert done.returncode == 2
    assert "definitions check" in done.stdout
    assert "definitions load" in done.stdout


@OF_ITS_OWN
def test_help_of_a_verb_needs_no_database(tmp_path: Path) -> None:
    done = thichinh(
        "stocks", "prove", "--help", THICHINH_DATA=str(tmp_path / "none"), DATABASE_URL=""
    )
    assert done.returncode == 0
    assert "thichinh stocks prove" in done.stdout
    assert not (tmp_path / "none").exists()


NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
"""A database that whoever asks it complains about."""
ENGLISH = re.compile(r"usage: thichinh|error:|required|invalid|unrecognized|expected|argument --")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("demo --format pdf", "--format: không có lựa chọn 'pdf'"),
        ("demo --seed một", "--seed: không dùng được giá trị (wrong value) 'một'"),
        ("report show", "còn thiếu (missing): report"),
        ("stocks prove x", "không có tham số (unknown arguments): x"),
        ("stocks prove --format", "--format: cần đúng một giá trị"),
        ("run --port 0", "--port: cổng là số từ 1 đến 65535"),
    ],
)
def test_wrong_words_are_answered_in_vietnamese_before_anything_is_asked(
    line: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", NOWHERE)
    monkeypatch.setenv("THICHINH_DATA", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["thichinh", *line.split()])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    answer = capsys.readouterr().err
    assert ended.value.code == 2
    assert said in answer
    assert not ENGLISH.search(answer)


@pytest.mark.parametrize("verb", [verb for verb in verbs.VERBS if verb.command])
def test_help_of_a_verb_shows_what_it_takes_and_an_example(
    verb: verbs.Verb, capsys: pytest.CaptureFixture[str]
) -> None:
    parsing.speak_vietnamese()
    with pytest.raises(SystemExit) as ended:
        management.understand(f"thichinh {verb.name}", verb.command, ["--help"], verb)
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"./thichinh {verb.name}" in said
    assert not re.search("--pythonpath|--traceback|--fake|usage: thichinh|show this help", said)


@OF_ITS_OWN
@pytest.mark.parametrize("line", ["help", "migrate --help"])
def test_a_reader_who_has_had_enough_is_left_in_peace(line: str) -> None:
    command = [sys.executable, "-m", "thichinh.launcher.cli", *line.split()]
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        command, env=usual, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        assert program.stderr.read() == b""


@OF_ITS_OWN
def test_a_wrong_setting_is_named() -> None:
    done = thichinh("run", THICHINH_PORT="tám nghìn")
    assert done.returncode == 1
    assert "THICHINH_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_https_without_counted_proxies_is_warned_of() -> None:
    def grade(**given: str) -> doctor.Grade:
        return doctor._proxies(environment.read(given)).grade

    assert grade(THICHINH_HTTPS="yes") is doctor.Grade.WARNING
    assert grade(THICHINH_HTTPS="yes", THICHINH_PROXIES="1") is doctor.Grade.OK
    assert grade() is doctor.Grade.OK


def test_a_worker_that_has_only_just_been_started_is_no_alarm(tmp_path: Path) -> None:
    town = open_town(tmp_path)

    def seen(silent: int | None) -> doctor.Finding:
        answers = iter([("procrastinate_workers",), (silent,)])
        asked = SimpleNamespace(execute=lambda *_: SimpleNamespace(fetchone=lambda: next(answers)))
        return doctor._worker(asked, doctor._begun_ago(town))  # type: ignore[arg-type]

    assert seen(None).text == "không chạy"
    with (town.runtime / "worker.lock").open("w") as lock:
        assert seen(None).text == "không chạy"  # left behind: nobody holds it
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert (seen(None).text, seen(None).grade) == ("đang khởi động", doctor.Grade.OK)
        assert seen(500).text == "đang khởi động"
        assert seen(3).text == "nhịp cuối 3 giây trước"
        os.utime(lock.fileno(), (0, 0))
        assert seen(None).grade is doctor.Grade.WARNING


def test_every_setting_has_a_variable_and_a_meaning() -> None:
    for field in environment.Environment.model_fields.values():
        assert field.alias is not None
        assert field.description


def test_an_older_python_gets_a_plain_sentence(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\ncase "$2" in *exit*) exit 1;; *) echo 3.9.2;; esac\n')
    old.chmod(0o755)
    for name in ("dirname", "readlink"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    done = _script(tmp_path)
    assert done.returncode == 1
    assert "chỉ có Python 3.9.2" in done.stderr
    assert "needs Python 3.11 or newer" in done.stderr


def test_a_machine_without_python_is_told_what_to_install(tmp_path: Path) -> None:
    for name in ("dirname", "readlink"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    done = _script(tmp_path)
    assert done.returncode == 1
    assert "apt-get install python3 python3-venv" in done.stderr


def _script(path: Path) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", str(ROOT / "thichinh"), "run"]
    return subprocess.run(
        command, env={"PATH": str(path)}, capture_output=True, text=True, check=False
    )


def test_a_machine_without_venv_is_told_the_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_VENV_PROBE", "raise SystemExit(1)")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Trouble, match=r"apt-get install -y python3.*-venv"):
        bootstrap._ensure_ensurepip()


def test_a_full_disk_during_the_installation_is_recognised() -> None:
    trouble = bootstrap._explained(["pip"], "OSError: [Errno 28] No space left on device")
    assert "Đĩa đã đầy" in trouble.vietnamese


def test_a_busy_port_is_refused_with_the_next_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Trouble) as refusal:
            running.check_port("127.0.0.1", port)
    assert f"Cổng {port}" in refusal.value.vietnamese
    assert "run --port" in refusal.value.english


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Trouble, match="Không dùng được thư mục dữ liệu"):
        open_town(tmp_path / "file")


def test_a_deep_data_folder_gets_a_short_private_folder_for_its_sockets(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    town = open_town(deep)
    assert len(os.fsencode(town.keeper_socket)) < 107
    assert stat.S_IMODE(town.runtime.stat().st_mode) == 0o700
    assert open_town(deep).runtime == town.runtime
    town.runtime.rmdir()


def test_the_signing_key_is_made_once_and_for_this_account_alone(tmp_path: Path) -> None:
    town = open_town(tmp_path)
    key = secret_key(town)
    assert len(key) > 60
    assert secret_key(town) == key
    assert stat.S_IMODE(town.secret_key.stat().st_mode) == 0o600


def test_a_lock_file_with_an_address_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checks.locks_whole() == ""
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    (tmp_path / "requirements.txt").write_text("--index-url somewhere\nx==1 --hash=sha256:0\n")
    (tmp_path / "frontend").mkdir()
    lock = '{"packages": {"": {}, "node_modules/x": {"resolved": "somewhere"}}}'
    (tmp_path / "frontend" / "package-lock.json").write_text(lock)
    found = checks.locks_whole()
    assert "requirements.txt:1" in found
    assert "carries an address" in found
    assert "no integrity hash" in found


def test_a_library_that_was_asked_for_and_not_locked_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    (tmp_path / "requirements-dev.in").write_text("# ours\n-r requirements.in\nMoto[s3]\ny==1\n")
    (tmp_path / "requirements-dev.txt").write_text("y==1 \\\n    --hash=sha256:0\n")
    assert (
        checks.locks_whole() == "requirements-dev.in: Moto is not in the lock. Run: ./thichinh lock"
    )


def test_a_ring_of_imports_is_found() -> None:
    edges = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}
    assert max(size._components(edges), key=len) == {"a", "b", "c"}
    assert size.biggest_ring() == []


def test_a_web_server_that_is_slow_but_alive_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter(range(0, 10_000, 30))
    answers = iter([0, 503, 0, 200])
    monkeypatch.setattr(supervisor, "_answer", lambda *_: next(answers))
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(supervisor, "_PAUSE", SimpleNamespace(wait=lambda _: None))
    here = SimpleNamespace(given=SimpleNamespace(address="127.0.0.1", port=1))
    alive = SimpleNamespace(running=SimpleNamespace(poll=lambda: None))
    supervisor.Supervisor._wait_until_open(here, alive)  # type: ignore[arg-type]
    assert "đang khởi động, đã 90 giây" in capsys.readouterr().err


@pytest.mark.parametrize(
    "error",
    [DiskFull("could not extend file"), OSError(errno.ENOSPC, "No space left on device")],
)
def test_a_disk_that_fills_is_said_plainly(error: Exception) -> None:
    with pytest.raises(Trouble, match="Đĩa đã đầy"), management.plain_troubles():
        raise error


def test_a_server_that_fell_over_a_full_disk_is_said_plainly(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("THICHINH_DATA", str(tmp_path))
    with pytest.raises(Trouble, match="không trả lời"), management.plain_troubles():
        raise OperationalError("server closed the connection unexpectedly")
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=4096))
    with pytest.raises(Trouble, match="Đĩa đã đầy"), management.plain_troubles():
        raise OperationalError("server closed the connection unexpectedly")


def test_a_fault_of_ours_is_not_taken_for_the_database() -> None:
    with pytest.raises(PermissionError), management.plain_troubles():
        raise PermissionError(errno.EACCES, "no")


def test_the_doctor_says_what_keeps_messages_in_the_house() -> None:
    def seen(stuck: tuple[int, int], server: str) -> doctor.Finding:
        return doctor._channel("Thư điện tử", stuck, server, "THICHINH_SMTP_HOST")

    assert seen((0, 0), "").grade is doctor.Grade.OK
    waiting = seen((0, 7), "")
    assert (waiting.grade, waiting.text) == (
        doctor.Grade.WARNING,
        "chưa cài đặt, 7 thông báo đang chờ",
    )
    assert "THICHINH_SMTP_HOST" in waiting.advice
    assert seen((3, 0), "thu.example.vn").grade is doctor.Grade.WARNING
    assert seen((0, 0), "thu.example.vn").grade is doctor.Grade.OK
