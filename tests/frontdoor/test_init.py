"""`thichinh init` at the keyboard: what is wrong is said at once, and nothing is left behind."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.frontdoor.founding import PROGRAM, WARD, init
from thichinh.launcher import cluster
from thichinh.launcher.town import open_town


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    made = tmp_path / "town"
    yield made
    if made.exists():
        cluster.destroy(cluster.describe(open_town(made)))


@pytest.fixture
def variables(folder: Path) -> dict[str, str]:
    given = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return given | {"THICHINH_DATA": str(folder)}


def test_every_fault_is_named_at_once_in_the_language_asked_for(
    folder: Path, variables: dict[str, str]
) -> None:
    wrong = {
        "kind": "lâu đài", "code": "A B", "from": "31/12/2025", "language": "en",
        "admin": {"email": "nope"}, "units": [{"code": "a", "name": "A", "kind": "ward"}], "so": 1,
    }  # fmt: skip
    status, told = init(folder, variables, wrong)
    assert (status, told["status"]) == (1, "refused")
    assert told["errors"].keys() == {
        "so", "name", "kind", "code", "from", "admin.name", "admin.email",
    }  # fmt: skip
    assert told["errors"]["name"] == "The name is missing."
    assert not (folder / "definitions").exists()


@pytest.mark.parametrize(("text", "said"), [("[1, 2]", "khoá"), ("a: [", "file"), (None, "file")])
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(
    folder: Path, variables: dict[str, str], tmp_path: Path, text: str | None, said: str
) -> None:
    file = tmp_path / "given.yaml"
    if text is not None:
        file.write_text(text)
    command = [*PROGRAM, "init", "--from", str(file), "--format", "json"]
    done = subprocess.run(
        command, env=variables, capture_output=True, text=True, timeout=60, check=False
    )
    told: dict[str, Any] = json.loads(done.stdout)
    assert (done.returncode, told["status"], len(told["errors"])) == (1, "refused", 1)
    assert said in " ".join([*told["errors"], *told["errors"].values()])


@pytest.mark.slow
def test_a_folder_that_holds_a_town_is_refused(folder: Path, variables: dict[str, str]) -> None:
    status, told = init(folder, variables)
    assert (status, told["authority"]["name"]) == (0, "UBND phường Thử")
    assert {line["code"] for line in told["todo"]} == {
        "units", "officers", "roles", "dossier-people", "procedures", "hours", "letterhead", "organ-code",
    }  # fmt: skip
    assert "/mo-tai-khoan/" in told["link"]
    status, told = init(folder, variables, WARD | {"code": "88888"})
    assert (status, told["status"]) == (1, "refused")
    assert "THICHINH_DATA" in told["errors"]["folder"]
