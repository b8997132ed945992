"""Every verb that knows `--format json` answers every failure with one object on stdout."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from thichinh.launcher import bootstrap, cli, management, server, verbs
from thichinh.launcher.terminal import Trouble, wants_json
from thichinh.launcher.town import ROOT

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
Capture = pytest.CaptureFixture[str]


def said(words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> tuple[int, str]:
    """Exit status and stdout of the program; what it says on stderr is never a traceback."""
    capsys.readouterr()
    monkeypatch.setattr(sys, "argv", ["thichinh", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    return int(str(ended.value.code or 0)), told.out


def failure(words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> dict[str, Any]:
    """The one object that a failing command line prints."""
    status, out = said(words, monkeypatch, capsys)
    assert status != 0, words
    told: dict[str, Any] = json.loads(out)
    assert told.get("message") or told.get("findings") or told.get("checks"), words
    return told | {"exit": status}


@pytest.fixture
def json_verbs(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> list[list[str]]:
    """Whose help shows `--format`; the verbs of developers apart, which read no data of a town."""
    found = []
    for verb in verbs.VERBS:
        if not verb.developer:
            _, shown = said([*verb.words, "--help"], monkeypatch, capsys)
            found += [list(verb.words)] if "--format" in shown else []
    assert ["import", "cases"] in found
    assert ["doctor"] in found
    return found


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A data folder that is well, and a database that answers nobody."""
    monkeypatch.setenv("DATABASE_URL", NOWHERE)
    monkeypatch.setenv("THICHINH_DATA", str(tmp_path))
    monkeypatch.setenv("THICHINH_SECRET_KEY", "k" * 50)
    monkeypatch.setenv("THICHINH_DEFINITIONS", str(tmp_path / "own"))
    return tmp_path


def filled(
    words: list[str], value: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> list[str]:
    """The verb with `value` for everything that it says is missing."""
    given = [*words, "--format", "json"]
    while (told := failure(given, monkeypatch, capsys))["exit"] == 2:
        assert "(missing): " in told["message"], told
        names = told["message"].partition("(missing): ")[2].partition(". Xem")[0].split(", ")
        for name in names:
            given += [name, value] if name.startswith("--") else [value]
    return given


@pytest.mark.usefixtures("away")
def test_wrong_words(
    json_verbs: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    for words in json_verbs:
        for wrong in (["--khong-co"], ["--khong-co=1"], ["--format"], ["a", "b", "c", "d"]):
            if wrong[0] == "a" and words == ["import", "procedures"]:
                continue  # takes any number of files
            told = failure(
                [*words, "--format=json", *wrong, "--format", "json"], monkeypatch, capsys
            )
            assert (told["exit"], told["status"]) == (2, "failed"), (words, wrong)
            assert "--help" in told["message"]
    told = failure(["import", "--format", "json"], monkeypatch, capsys)
    assert "import procedures" in told["message"]
    assert "help" in failure(["mở-cửa", "--format", "json"], monkeypatch, capsys)["message"]


def test_a_database_that_is_down_and_files_that_are_not_there(
    json_verbs: list[list[str]], away: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    for value in (str(away / "nowhere"), str(away), __file__, "\udcff"):
        for words in json_verbs:
            given = filled(words, value, monkeypatch, capsys)
            assert failure(given, monkeypatch, capsys)["status"] != "ok"


def test_a_data_folder_that_cannot_be_used_and_a_wrong_setting(
    json_verbs: list[list[str]], away: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    file = away / "file"
    file.write_text("")
    complete = [filled(words, str(file), monkeypatch, capsys) for words in json_verbs]
    for name, value in (
        ("THICHINH_DATA", str(file)),
        ("THICHINH_DATA", str(file / "below")),
        ("THICHINH_DATA", "/proc/thichinh"),
        ("THICHINH_PORT", "cổng"),
        ("DATABASE_URL", "mysql://x"),
    ):
        with monkeypatch.context() as changed:
            changed.setenv(name, value)
            for given in complete:
                failure(given, monkeypatch, capsys)


@pytest.mark.django_db
def test_commands_over_files_that_are_no_files(
    json_verbs: list[list[str]],
    away: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    """With a database that answers: the test's own."""
    noise = away / "noise"
    noise.write_bytes(bytes(range(256)))
    values = [str(away / "nowhere"), str(away), str(noise), "/proc/self/mem", "\udcff", "x" * 5000]
    with_files = [words for words in json_verbs if verbs.find(words)[0].command]  # type: ignore[index]
    complete = {
        value: [filled(words, value, monkeypatch, capsys) for words in with_files]
        for value in values
    }
    monkeypatch.setattr(management.connections, "close_all", lambda: None)
    monkeypatch.setattr(server, "database", lambda *_, **__: nullcontext())
    for value, lines in complete.items():
        for given in lines:
            status, out = said(given, monkeypatch, capsys)
            told = json.loads(out)
            assert status == 0 or told.get("message") or told.get("differences"), (given, value)
            assert status or value not in given, given


def test_an_unforeseen_fault_is_an_object_too_and_keeps_its_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def fault(_: list[str]) -> int:
        raise ZeroDivisionError

    monkeypatch.setitem(cli.OWN, "doctor", fault)
    monkeypatch.setattr(sys, "argv", ["thichinh", "doctor", "--format", "json"])
    with pytest.raises(ZeroDivisionError):
        cli.main()
    assert "ZeroDivisionError" in json.loads(capsys.readouterr().out)["message"]


def test_an_environment_that_cannot_be_made(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def fail(_: str) -> None:
        raise Trouble("Đĩa đã đầy.", "The disk is full.")

    monkeypatch.setattr(bootstrap, "ensure_environment", fail)
    monkeypatch.setattr(sys, "argv", ["thichinh", "doctor", "--format", "json"])
    with pytest.raises(SystemExit):
        bootstrap.main()
    assert json.loads(capsys.readouterr().out)["message"] == "Đĩa đã đầy."


def test_a_machine_without_python(tmp_path: Path) -> None:
    (tmp_path / "dirname").symlink_to("/usr/bin/dirname")
    command = ["/bin/sh", str(ROOT / "thichinh"), "doctor", "--format", "json"]
    done = subprocess.run(
        command, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "3.11" in json.loads(done.stdout)["message"]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("--format json", True),
        ("--form=json", True),
        ("--format text --format json", True),
        ("--format json --format text", False),
        ("--from json", False),
        ("json", False),
        ("--format", False),
    ],
)
def test_what_asks_for_json(line: str, wanted: bool) -> None:
    assert wants_json(line.split()) is wanted


@pytest.mark.django_db
@pytest.mark.usefixtures("away")
def test_a_refusal_in_text_is_said_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(management.connections, "close_all", lambda: None)
    monkeypatch.setattr(server, "database", lambda *_, **__: nullcontext())
    for line in (
        ["report", "show", "one-stop", "--from", "2021-13-01", "--to", "2021-12-14"],
        ["export", "--unit", "không-có"],
        ["import", "procedures", __file__],
        ["stocks", "rebuild", "khong-co"],
    ):
        monkeypatch.setattr(sys, "argv", ["thichinh", *line])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 1
        assert capsys.readouterr().err.count("✗") == 1
