"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import TransactionTestCase
from tests.suite import databases, restoring

from thichinh.accounts.access.hashers import PasswordHasher
from thichinh.accounts.queries import Authority, installation, own_authority
from thichinh.accounts.queries.installation import _Kept
from thichinh.foundation import clock, definitions
from thichinh.foundation.storage import store_in_use
from thichinh.stocks.actions import forget_cells

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_EXAMPLE: list[Authority] = []
pytest_plugins = ["tests.suite.order", "tests.suite.costs"]


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
    """Pages of a test belong to the example town unless it says otherwise (`forget_authority`);
    before the first test with a database, to nobody."""
    kept = _Kept(*_EXAMPLE, read_at=float("inf"))
    monkeypatch.setattr(installation, "_kept", kept)


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    """Uploads of a test go to its own folder."""
    settings.FILES_ROOT = tmp_path / "files"
    store_in_use.cache_clear()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Every worker has a copy of the database with our schema and the definitions that we ship."""
    with django_db_blocker.unblock(), databases.copy_of("empty"):
        untouched = restoring.contents()
        _EXAMPLE.append(own_authority())
        patch = pytest.MonkeyPatch()
        restore = partial(restoring.restore, untouched)
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: restore())
        with django_db_blocker.block():
            yield
        patch.undo()


@pytest.fixture
def town(db: None) -> None:
    """The town's units, roles, procedures and calendar, as the template has them."""


@pytest.fixture(scope="module")
def example_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The tests of a module stand in the example town; each undoes what it writes."""
    with django_db_blocker.unblock(), databases.copy_of("example"), django_db_blocker.block():
        yield


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, once for a module. While it is open, Playwright's loop runs in the thread of the
    tests, which Django takes for asynchronous code; it is told that it is not."""
    from thichinh.foundation.tests.ui.browser import chromium  # few tests need it, all would wait

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with chromium() as found:
            yield found
            connection.close()  # under a running loop Django keeps another one: see asgiref's Local


@pytest.fixture(autouse=True, scope="session")
def _passwords_cost_little() -> Iterator[None]:
    """The same algorithm at its lowest cost: most tests only make people who sign in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PasswordHasher, "time_cost", 1)
        patch.setattr(PasswordHasher, "memory_cost", 8)
        yield
