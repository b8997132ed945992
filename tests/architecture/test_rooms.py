"""Who knows one app knows them all: the same rooms, and doors that hold no handle of a table."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from thichinh.config import contracts
from thichinh.config.house import WrongHouse, installed_apps

from .house import (
    DOORS,
    FLOORS,
    FOLDERS_WITHOUT_CODE,
    HOUSE_APPS,
    ROOMS,
    ROOT,
    SOURCES,
    attributes,
    imports,
    name_of,
    room_files,
    tree,
)

WRITING = {"objects", "_default_manager", "save", "delete", "bulk_create", "bulk_update"}
READING = {"objects", "_default_manager", "raw", "cursor", "save", "delete", "select_related"}


def test_every_package_of_the_house_is_a_floor() -> None:
    packages = {path.name for path in SOURCES.iterdir() if (path / "__init__.py").exists()}
    assert packages == set(FLOORS)


@pytest.mark.parametrize("app", HOUSE_APPS)
def test_an_app_has_only_known_rooms(app: str) -> None:
    entries = {
        path.stem
        for path in (SOURCES / app).iterdir()
        if path.suffix == ".py" or (path.is_dir() and path.name not in FOLDERS_WITHOUT_CODE)
    }
    assert entries - ROOMS - {"__init__"} == set()


def test_the_contracts_are_written_from_the_list_of_the_house() -> None:
    """They guard every door that exists: doors are looked up in the folders."""
    assert (ROOT / ".importlinter").read_text() == contracts.written()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("thichinh.dosiers", "There is no app thichinh.dosiers. Is it thichinh.dossiers?"),
        ("nobody.knows", "There is no app nobody.knows. We looked in"),
        ("thichinh.config", "The app thichinh.config has no apps.py"),
    ],
)
def test_an_app_that_is_misspelt_or_not_there_fails_at_start_with_a_sentence(
    name: str, sentence: str
) -> None:
    with pytest.raises(WrongHouse, match=sentence.replace("?", r"\?")):
        installed_apps([name])


@pytest.mark.parametrize("app", HOUSE_APPS)
def test_a_door_reaches_a_table_only_through_a_query_or_an_action(app: str) -> None:
    found = [
        f"{name_of(path)}:{node.lineno} .{node.attr}"
        for door in DOORS
        for path in room_files(app, door)
        for node in attributes(path)
        if node.attr in WRITING and not _is_ours_to_call(node)
    ]
    assert found == []


def _is_ours_to_call(node: ast.Attribute) -> bool:
    """`actions.delete(...)`, `queries.save` and the like name functions of our own rooms."""
    return isinstance(node.value, ast.Name) and node.value.id in {
        "actions",
        "queries",
        "router",
        "self",
    }


@pytest.mark.parametrize("app", HOUSE_APPS)
def test_the_law_never_asks_the_database(app: str) -> None:
    found = [
        f"{name_of(path)}:{node.lineno} .{node.attr}"
        for path in room_files(app, "rules")
        for node in attributes(path)
        if node.attr in READING
    ]
    assert found == []


@pytest.mark.parametrize("app", HOUSE_APPS)
def test_models_state_facts_and_have_no_verbs_of_their_own(app: str) -> None:
    found = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in room_files(app, "models")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete", "clean"}
    ]
    assert found == []


def test_nobody_listens_to_model_signals() -> None:
    found = [
        name_of(path)
        for path in _own_files()
        for name in imports(path)
        if name.startswith("django.db.models.signals") or name == "django.dispatch.receiver"
    ]
    assert found == []


def test_nothing_waits_by_the_clock() -> None:
    found = [
        name_of(path) for path in _own_files() for name in imports(path) if name == "time.sleep"
    ]
    found += [
        f"{name_of(path)}:{node.lineno}"
        for path in _own_files()
        for node in attributes(path)
        if node.attr == "sleep"
    ]
    assert found == []


def test_no_exception_is_swallowed_whole() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in _own_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and _swallows(node)
    ]
    assert found == []


def _swallows(node: ast.ExceptHandler) -> bool:
    names = (
        {child.id for child in ast.walk(node.type) if isinstance(child, ast.Name)}
        if node.type
        else set()
    )
    broad = node.type is None or bool(names & {"Exception", "BaseException"})
    return broad and all(isinstance(part, ast.Pass) for part in node.body)


def _own_files() -> list[Path]:
    return [path for path in SOURCES.rglob("*.py") if "tests" not in path.parts]
