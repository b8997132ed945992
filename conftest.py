"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

from thichinh.foundation.definitions import forget_cache

_flush = DatabaseOperations.execute_sql_flush


def _flush_append_only_tables_too(self: DatabaseOperations, sql_list: list[str]) -> None:
    """Transactional tests empty every table; ours refuse that, except to a replica."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            _flush(self, sql_list)
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


@pytest.fixture(autouse=True, scope="session")
def _flush_everything() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(DatabaseOperations, "execute_sql_flush", _flush_append_only_tables_too)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _fresh_definitions() -> Iterator[None]:
    """No test sees definitions that another one published and rolled back."""
    forget_cache()
    yield
    forget_cache()


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any) -> None:
    """Uploads of a test go to its own folder."""
    from thichinh.foundation.storage import store_in_use

    settings.FILES_ROOT = tmp_path / "files"
    store_in_use.cache_clear()


@pytest.fixture(autouse=True)
def _fresh_cells() -> Iterator[None]:
    """Ids of book cells that a test made are gone with its rows."""
    from thichinh.stocks.actions import forget_cells

    forget_cells()
    yield
    forget_cells()
