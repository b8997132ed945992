"""Who may do what in the database of a town, tried as each role; and whether `doctor` sees what is open."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from thichinh.config import environment
from thichinh.launcher import cluster, server
from thichinh.launcher.town import Town, open_town

pytestmark = pytest.mark.frontdoor
PROGRAM = [sys.executable, "-m", "thichinh.launcher.cli"]
VILLAIN = [
    "CREATE TABLE mine (n int)",
    "CREATE TEMP TABLE mine (n int)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "ALTER TABLE dossiers_act DISABLE TRIGGER ALL",
    "ALTER TABLE dossiers_act OWNER TO thichinh_web",
    "DROP TABLE dossiers_act",
    "DROP TRIGGER act_no_change ON dossiers_act",
    "TRUNCATE dossiers_act CASCADE",
    "TRUNCATE accounts_account CASCADE",
    "UPDATE dossiers_act SET note = 'x'",
    "DELETE FROM foundation_auditentry",
    "UPDATE stocks_movement SET item = 0",
    "DELETE FROM django_migrations",
    "SET session_replication_role = replica",
    "SET ROLE thichinh",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "CREATE ROLE mine SUPERUSER LOGIN",
    "ALTER ROLE thichinh_web SUPERUSER",
    "GRANT thichinh TO thichinh_web",
    "COPY dossiers_act TO PROGRAM 'cat > /tmp/out'",
    "COPY accounts_account TO '/tmp/out'",
    "SELECT pg_read_file('/etc/passwd')",
    "ALTER SYSTEM SET fsync = off",
    "CREATE EXTENSION file_fdw",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'thichinh'",
]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town with its tables, kept open by this test as by somebody's verb."""
    folder = tmp_path_factory.mktemp("secure") / "town"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.setenv("THICHINH_DATA", str(folder))
        made = open_town(folder)
        with server.database(made, quiet=True):
            url = os.environ.pop("DATABASE_URL")
            _verb(made, "migrate")
            os.environ["DATABASE_URL"] = url
            yield made
    cluster.destroy(cluster.describe(made))


def _verb(town: Town, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    known = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    variables = known | {"THICHINH_DATA": str(town.data)} | more
    return subprocess.run(
        [*PROGRAM, *words], env=variables, capture_output=True, text=True, check=False, timeout=120
    )


def _addresses(town: Town) -> server.Addresses:
    return server.addresses(town, environment.read({"THICHINH_DATA": str(town.data)}))


def _checks(town: Town, **more: str) -> tuple[int, dict[str, Any]]:
    done = _verb(town, "doctor", "--security", "--format", "json", **more)
    answer = json.loads(done.stdout)
    return done.returncode, {check["name"]: check for check in answer["checks"]}


@pytest.mark.parametrize("statement", VILLAIN)
def test_the_web_cannot_change_structure_history_or_itself(town: Town, statement: str) -> None:
    with psycopg.connect(_addresses(town).web, autocommit=True) as web:
        if "pg_terminate_backend" in statement:
            with psycopg.connect(_addresses(town).owner), pytest.raises(psycopg.Error):
                web.execute(statement).fetchall()
            return
        with pytest.raises(psycopg.Error) as caught:
            web.execute(statement)
    assert caught.value.sqlstate in ("42501", "22023", "0A000", "42704"), caught.value


def test_the_backup_reads_everything_and_writes_nothing(town: Town) -> None:
    with psycopg.connect(_addresses(town).backup, autocommit=True) as backup:
        backup.execute("SELECT count(*) FROM accounts_account")
        for statement in (
            "INSERT INTO foundation_townclock DEFAULT VALUES",
            "UPDATE accounts_account SET id = id",
            "DELETE FROM accounts_account",
            "CREATE TABLE mine (n int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                backup.execute(statement)


def test_nobody_enters_as_the_superuser(town: Town) -> None:
    described = cluster.describe(town)
    for database in ("postgres", cluster.DATABASE):
        with pytest.raises(psycopg.OperationalError, match="rejects connection"):
            psycopg.connect(described.url(database, cluster.SUPERUSER))


def test_the_doctor_finds_nothing_wrong_with_the_embedded_server(town: Town) -> None:
    status, checks = _checks(town)
    assert status == 0, checks
    assert checks["database-owner"]["verdict"] == "ok"
    assert {check["verdict"] for check in checks.values()} <= {"ok", "warning"}
    assert all(check["why"] for check in checks.values())


def test_the_doctor_names_a_web_that_owns_the_tables(town: Town) -> None:
    status, checks = _checks(town, DATABASE_URL=_addresses(town).owner)
    assert status == 1
    assert checks["database-owner"]["verdict"] == "wrong"
    assert "sở hữu" in checks["database-owner"]["why"]


def test_the_doctor_names_a_web_that_may_build_tables(town: Town) -> None:
    with psycopg.connect(_addresses(town).owner, autocommit=True) as owner:
        owner.execute("GRANT CREATE ON SCHEMA public TO thichinh_web")
        try:
            status, checks = _checks(town)
        finally:
            owner.execute("REVOKE CREATE ON SCHEMA public FROM thichinh_web")
    assert (status, checks["database-owner"]["verdict"]) == (1, "wrong")


def test_the_doctor_names_tables_whose_guard_is_off(town: Town) -> None:
    with psycopg.connect(_addresses(town).owner, autocommit=True) as owner:
        owner.execute("ALTER TABLE dossiers_act DISABLE TRIGGER USER")
        try:
            status, checks = _checks(town)
        finally:
            owner.execute("ALTER TABLE dossiers_act ENABLE TRIGGER USER")
    assert (status, checks["append-only"]["verdict"]) == (1, "wrong")
    assert "dossiers_act" in checks["append-only"]["why"]


def test_the_doctor_names_a_right_that_the_web_was_given(town: Town) -> None:
    with psycopg.connect(_addresses(town).owner, autocommit=True) as owner:
        owner.execute("GRANT UPDATE ON dossiers_act TO thichinh_web")
    status, checks = _checks(town)
    assert (status, checks["append-only"]["verdict"]) == (1, "wrong")
    assert _verb(town, "migrate").returncode == 0  # the remedy that it names
    assert _checks(town)[0] == 0


def test_the_doctor_names_an_open_line_and_debug_pages(town: Town) -> None:
    status, checks = _checks(town, THICHINH_ADDRESS="0.0.0.0", THICHINH_DEBUG="1")
    assert status == 1
    assert checks["transport"]["verdict"] == checks["debug"]["verdict"] == "wrong"


def test_no_service_hears_of_the_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "DATABASE_URL": "postgresql://web@h/d",
        "THICHINH_OWNER_DATABASE_URL": "postgresql://owner@h/d",
        "THICHINH_WORKER_DATABASE_URL": "postgresql://worker@h/d",
        "THICHINH_DATA": str(tmp_path),
    }
    found = server.addresses(open_town(tmp_path), environment.read(given))
    assert (found.owner, found.web) == ("postgresql://owner@h/d", "postgresql://web@h/d")
    assert (found.worker, found.backup) == ("postgresql://worker@h/d", "postgresql://owner@h/d")
    assert set(server.ADDRESSES) < {
        field.alias for field in environment.Environment.model_fields.values()
    }
