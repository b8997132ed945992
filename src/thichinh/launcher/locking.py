"""`lock`: the requirement files compiled to hashes, for Python 3.11 to 3.13, with no address."""

from __future__ import annotations

import subprocess
import sys

from thichinh.launcher.terminal import Trouble, step
from thichinh.launcher.town import ROOT

LOCKS = ("requirements", "requirements-dev", "requirements-node", "requirements-uv")
OPTIONS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"]
QUIET = ["--quiet", "--no-header", "--no-annotate"]


def renew(*, upgrade: bool) -> int:
    """Compile every lock; with `upgrade` to the newest versions, else keeping what is pinned."""
    for name in LOCKS:
        with step(f"{name}.txt"):
            command = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, *QUIET]
            command += ["--upgrade"] if upgrade else []
            command += ["-c", "requirements.txt"] if name == "requirements-dev" else []
            command += [f"{name}.in", "-o", f"{name}.txt"]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Trouble(f"Không khóa được {name}.in.", f"{name}.in: {done.stderr.strip()}")
    return 0
