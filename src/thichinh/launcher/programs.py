"""PostgreSQL's own programs, run on the town's database."""

from __future__ import annotations

import os
import subprocess

from psycopg.conninfo import conninfo_to_dict

from thichinh.launcher import binaries
from thichinh.launcher.terminal import Trouble

_VARIABLES = {
    "host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT", "user": "PGUSER",
    "password": "PGPASSWORD", "passfile": "PGPASSFILE", "dbname": "PGDATABASE", "service": "PGSERVICE",
    "options": "PGOPTIONS", "application_name": "PGAPPNAME", "connect_timeout": "PGCONNECT_TIMEOUT",
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
    "sslcrl": "PGSSLCRL", "sslnegotiation": "PGSSLNEGOTIATION", "channel_binding": "PGCHANNELBINDING",
    "gssencmode": "PGGSSENCMODE", "require_auth": "PGREQUIREAUTH",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}  # fmt: skip
"""Where libpq's programs read each part of an address: a password in arguments would show in `ps`."""


def run_program(name: str, *arguments: str) -> None:
    """A program of PostgreSQL, its address and password in the environment and not in `ps`."""
    address = conninfo_to_dict(os.environ["DATABASE_URL"])
    strange = sorted(address.keys() - _VARIABLES.keys())
    if strange:  # left out, the program might talk to another server, or without TLS
        raise Trouble(
            f"DATABASE_URL có “{strange[0]}”, mà {name} không nhận được qua biến môi trường. Hãy bỏ phần "
            "ấy, hoặc đặt nó trong tệp dịch vụ của libpq (service=).",
            f"DATABASE_URL has '{strange[0]}', which cannot be handed to {name}. Leave it out, or put it "
            "into libpq's service file (service=).",
        )
    variables = {_VARIABLES[key]: str(value) for key, value in address.items()}
    command = [str(binaries.installed() / name), *arguments]
    done = subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        raise Trouble(
            f"{name} không làm xong: {reason}. Chưa có gì bị thay đổi.",
            f"{name} failed: {reason}. Nothing was changed.",
        )
