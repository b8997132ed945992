"""The rules of the house hold for an app of others too: floors, rooms, doors, keys, words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import reverse

from tests.tenant import urls
from tests.tenant.api import router
from tests.tenant.contribution import CONTRIBUTION
from tests.tenant.rules import VERBS
from thichinh.accounts.models import Role
from thichinh.accounts.rules.permissions import BUNDLE, Permission
from thichinh.config import contracts
from thichinh.config.house import has_module
from thichinh.foundation import definitions
from thichinh.foundation.acts.wording import untranslated
from thichinh.launcher import reference

HERE = Path(__file__).resolve().parents[1]
PLACES = {room: place for place, line in enumerate(contracts.ROOMS) for room in line}
SOURCES = [path for path in sorted(HERE.glob("*.py")) if path.name != "__init__.py"]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_room_imports_only_the_rooms_below_it_and_no_door_of_another_app(path: Path) -> None:
    for name in _imports(path):
        parts = name.split(".")
        if parts[:2] == ["tests", "tenant"]:
            assert PLACES[parts[2]] > PLACES[path.stem], f"{path.name} imports {name}"
        elif parts[0] == "thichinh" and parts[1] != "foundation":
            assert parts[1] != "config"
            assert parts[2] not in contracts.DOORS, f"{path.name} imports {name}"


def test_the_law_never_asks_the_database_and_no_door_holds_a_table() -> None:
    handles = {"objects", "save", "delete", "cursor"}
    for room in ("rules", "views", "api", "listings", "schemas"):
        found = {n.attr for n in ast.walk(ast.parse((HERE / f"{room}.py").read_text()))
                 if isinstance(n, ast.Attribute)}  # fmt: skip
        assert found & handles == set(), room


def test_every_page_is_marked_and_every_operation_authenticates() -> None:
    assert all(getattr(pattern.callback, "access", None) for pattern in urls.urlpatterns)
    operations = [one for view in router.path_operations.values() for one in view.operations]
    assert len(operations) == 3 + len(VERBS)
    assert router.auth


def test_the_reference_pages_of_the_house_do_not_know_it() -> None:
    assert reverse("lost_property:list") == "/do-that-lac/"
    for path, page in reference.pages().items():
        assert "lost_property" not in page, path
        assert "that-lac" not in page, path


def test_it_is_installed_above_every_app_of_the_house() -> None:
    labels = [config.label for config in apps.get_app_configs()]
    assert labels[0] == "lost_property"
    assert has_module("tests.tenant.urls")


@pytest.mark.django_db
def test_its_definitions_are_loaded_with_those_of_the_nation(town: None) -> None:
    assert definitions.check(Path(settings.DEFINITIONS_ROOT)).problems == []
    given = {code for role in Role.objects.filter(scope=BUNDLE, code__startswith="lost_property.")
             for code in role.permissions}  # fmt: skip
    assert given == {part.code for part in CONTRIBUTION.parts if isinstance(part, Permission)}
    assert definitions.current("report", "lost-property").title == "Tiếp nhận và xử lý đồ thất lạc"


def test_its_verbs_are_said_in_english_too() -> None:
    assert untranslated(VERBS) == []
