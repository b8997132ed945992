"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

from thichinh.accounts.queries import Authority, installation, own_authority
from thichinh.accounts.queries.installation import _Kept
from thichinh.foundation import clock, definitions
from thichinh.foundation.models import DefinitionVersion
from thichinh.foundation.storage import store_in_use
from thichinh.stocks.actions import forget_cells

TOWN_DAY = datetime(2022, 6, 15, 1, tzinfo=UTC)
"""The morning on which the example town lives: rows that follow a day follow this one."""
_EXAMPLE: list[Authority] = []
_flush = DatabaseOperations.execute_sql_flush
# The one row that a migration makes; after a flush it must not repeat an epoch already cached.
_EPOCH = """
INSERT INTO accounts_authorityepoch (id, value)
VALUES (1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
ON CONFLICT (id) DO UPDATE SET value = excluded.value
"""

_GUARDED = """
SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger
JOIN pg_proc ON pg_proc.oid = tgfoid WHERE tgtype & 32 <> 0 AND NOT tgisinternal
"""


def _flush_append_only_tables_too(self: DatabaseOperations, sql_list: list[str]) -> None:
    """Transactional tests empty every table; ours refuse that until their owner lets them."""
    with connection.cursor() as cursor:
        cursor.execute(_GUARDED)
        guarded = [row[0] for row in cursor.fetchall()]
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            _flush(self, sql_list)
            cursor.execute(_EPOCH)
        finally:
            for table in guarded:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture(autouse=True, scope="session")
def _flush_everything() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(DatabaseOperations, "execute_sql_flush", _flush_append_only_tables_too)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    """No test sees definitions or book cells that another one made and rolled back."""
    definitions.forget_cache()
    forget_cells()
    yield
    definitions.forget_cache()
    forget_cells()


@pytest.fixture(autouse=True)
def _real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of a test is the real one, or the one it says; nothing is asked of the database."""
    monkeypatch.setattr(clock, "_shift", clock._Shift(read_at=float("inf")))


@pytest.fixture(autouse=True)
def _example_authority(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of a test belong to the example town unless it says otherwise (`forget_authority`)."""
    kept = _Kept(*_EXAMPLE, read_at=float("inf")) if _EXAMPLE else _Kept()
    monkeypatch.setattr(installation, "_kept", kept)


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    """Uploads of a test go to its own folder."""
    settings.FILES_ROOT = tmp_path / "files"
    store_in_use.cache_clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database starts with the definitions that we ship, loaded once."""
    with django_db_blocker.unblock():
        with clock.standing_at(TOWN_DAY):
            definitions.load(Path(django_settings.DEFINITIONS_ROOT))
        _EXAMPLE.append(own_authority())
    definitions.forget_cache()


@pytest.fixture
def town(db: None) -> None:
    """The town's units, roles, procedures and calendar are there (a flush may have taken them)."""
    if not DefinitionVersion.objects.exists():
        with clock.standing_at(TOWN_DAY):
            definitions.load(Path(django_settings.DEFINITIONS_ROOT))
