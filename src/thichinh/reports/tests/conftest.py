"""A town that lost two dossiers between two half-years, and who looks at its reports."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from thichinh.foundation.clock import standing_at
from thichinh.indicators.tests.small_town import lose_two
from thichinh.reports.tests.office import NOW, official


@pytest.fixture(autouse=True)
def _town(town: None) -> Iterator[None]:
    lose_two()
    with standing_at(NOW):
        yield


@pytest.fixture
def leader(client: Client) -> Client:
    client.force_login(official("lanh-dao", "town-leader"))
    return client


@pytest.fixture
def reporter(client: Client) -> Client:
    client.force_login(official("bao-cao", "reporter"))
    return client
