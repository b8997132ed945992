"""kill -9 in the middle of an import: run it again and everything is there, once."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from thichinh.caselogs.models import ImportRun
from thichinh.dossiers.models import Act, Dossier
from thichinh.stocks.queries import recount

MAPPING = """
code: killed
case_id: case
activity: what
timestamp: when
due_at: {term: {unit: days, amount: 10}}
resolved_at: {activity: Done}
"""
CASES = 450
KILLS = 3


def command(folder: Path) -> subprocess.Popen[bytes]:
    url = connection.settings_dict
    address = f"postgresql:///{url['NAME']}?host={url['HOST']}&user={url['USER']}"
    words = ["import_cases", str(folder / "log.csv"), "--mapping", str(folder / "killed.yaml")]
    return subprocess.Popen(
        [sys.executable, "-m", "django", *words, "--format", "json", "--batch", "20"],
        env=os.environ
        | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "thichinh.config.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def log(tmp_path: Path) -> Path:
    rows = [
        f"{case},{what},2021-0{month}-01T08:00:00+07:00"
        for case in range(CASES)
        for month, what in ((1, "Begin"), (2, "Check"), (3, "Done" if case % 3 else "Wait"))
    ]
    (tmp_path / "log.csv").write_text("\n".join(["case,what,when", *rows, ""]))
    (tmp_path / "killed.yaml").write_text(MAPPING)
    return tmp_path


def cursors(running: subprocess.Popen[bytes]) -> Iterator[int]:
    """How far it is, asked until it ends."""
    while running.poll() is None:
        run = ImportRun.objects.first()
        yield run.cursor if run is not None else 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("town")
def test_killed_again_and_again_it_still_imports_everything_once(log: Path) -> None:
    chance = random.Random(7)
    reached = 0
    for _ in range(KILLS):
        running = command(log)
        goal = reached + chance.randrange(20, 100)
        reached = next((cursor for cursor in cursors(running) if cursor >= goal), CASES)
        running.send_signal(signal.SIGKILL)
        running.wait()
        assert recount().differences == []
    done, _ = command(log).communicate()
    told = json.loads(done)
    assert told["resumed"] is True
    assert (told["dossiers"], told["events"], told["finished"]) == (
        CASES,
        3 * CASES,
        CASES * 2 // 3,
    )
    assert told["balanced"] is True
    assert Dossier.objects.count() == CASES
    assert Act.objects.filter(verb="event").count() == 3 * CASES
    assert recount().differences == []
