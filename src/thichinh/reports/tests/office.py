"""Who reports, and what the command and a PDF say; shared by the tests of reports."""

from __future__ import annotations

import json
import subprocess
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from thichinh.accounts.actions.accounts import open_account
from thichinh.accounts.models import Account, RoleAssignment, Unit
from thichinh.foundation.clock import ZONE

NOW = datetime(2022, 6, 25, 9, 0, tzinfo=ZONE)


def official(username: str, role: str, unit: str = "duc-pho") -> Account:
    place = Unit.objects.get(code=unit)
    account = open_account(username, f"Cán bộ {username}", "x", unit=place)
    RoleAssignment.objects.create(
        account=account, role=role, unit=place, valid_from=date(2020, 1, 1)
    )
    return account


def shown(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("report_show", *arguments, "--format", "json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def text_of(pdf: bytes, tmp_path: Path) -> tuple[str, str]:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)

    def run(*command: str) -> str:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    return run("pdftotext", "-layout", str(path), "-"), run("pdffonts", str(path))
