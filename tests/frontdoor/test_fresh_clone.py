"""A fresh clone has no compiled catalogues: a verb that needs them makes them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.frontdoor.founding import PROGRAM
from thichinh.launcher.town import ROOT


def test_the_first_verb_of_a_fresh_clone_compiles_the_catalogues(tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "src",
        tmp_path / "src",
        ignore=shutil.ignore_patterns("*.mo", "__pycache__", "tests"),
    )
    shutil.copytree(ROOT / "definitions", tmp_path / "definitions")
    variables = os.environ | {
        "PYTHONPATH": str(tmp_path / "src"),
        "THICHINH_DATA": str(tmp_path / "data"),
        "THICHINH_EXTRA_APPS": "",
    }
    done = subprocess.run(
        [*PROGRAM, "manage", "check"],
        env=variables, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "src").glob("**/locale/en/LC_MESSAGES/django.mo"))
