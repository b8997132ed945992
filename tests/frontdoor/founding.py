"""A real authority for tests of the front door: a ward of 2026, founded by `init`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROGRAM = [sys.executable, "-m", "thichinh.launcher.cli"]
WARD: dict[str, Any] = {
    "name": "Phường Thử",
    "kind": "ward",
    "code": "99999",
    "from": "2025-07-01",
    "language": "vi",
    "admin": {"name": "Nguyễn Thị Thử", "email": "thu.nguyen@example.vn"},
}


def init(
    folder: Path, variables: Mapping[str, str], given: Mapping[str, Any] = WARD
) -> tuple[int, dict[str, Any]]:
    """The exit status of `init --from FILE --format json` and what it printed."""
    file = folder.parent / f"{folder.name}.json"
    file.write_text(json.dumps(dict(given), ensure_ascii=False))
    command = [*PROGRAM, "init", "--from", str(file), "--format", "json"]
    done = subprocess.run(
        command, env=dict(variables), capture_output=True, text=True, timeout=120, check=False
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, told
