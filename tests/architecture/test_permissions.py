"""Nothing is open by accident: every address has a key, and the written matrix is the real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from thichinh.config import environment
from thichinh.launcher import reference


def test_every_page_and_operation_says_who_may_use_it() -> None:
    undecided = [route for route in reference.routes() if route.access == reference.UNMARKED]
    assert undecided == []


def test_the_settings_page_is_written_from_the_typed_definition() -> None:
    _same(reference.DOCS / "settings.md")


def test_the_permission_matrix_is_the_one_in_force() -> None:
    _same(reference.DOCS / "permissions.md")


def test_the_page_of_acts_is_written_from_their_declarations() -> None:
    _same(reference.DOCS / "acts.md")


def test_the_api_keeps_its_contract() -> None:
    _same(environment.ROOT / "tests" / "contracts" / "openapi.json")


def _same(path: Path) -> None:
    if path.read_text() != reference.pages()[path]:
        pytest.fail(
            f"{path.name} is out of step: ./thichinh reference --write, then read the change"
        )
