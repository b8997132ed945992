"""Who knows one app knows them all: the same rooms, and doors that hold no handle of a table."""

from __future__ import annotations

import ast
import configparser
from pathlib import Path

import pytest

from .house import (
    APPS,
    DOORS,
    FLOORS,
    FOLDERS_WITHOUT_CODE,
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


@pytest.mark.parametrize("app", APPS)
def test_an_app_has_only_known_rooms(app: str) -> None:
    entries = {
        path.stem
        for path in (SOURCES / app).iterdir()
        if path.suffix == ".py" or (path.is_dir() and path.name not in FOLDERS_WITHOUT_CODE)
    }
    assert entries - ROOMS - {"__init__"} == set()


@pytest.mark.parametrize("app", APPS)
def test_import_linter_guards_every_door_that_exists(app: str) -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    here = {f"thichinh.{app}.{door}" for door in DOORS if list(room_files(app, door))}
    section = f"importlinter:contract:doors-of-{app}"
    guarded = contracts.get(section, "protected_modules", fallback="").split()
    assert here - set(guarded) == set()
    assert f"thichinh.{app}" in contracts["importlinter:contract:rooms"]["containers"].split()


@pytest.mark.parametrize("app", APPS)
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


@pytest.mark.parametrize("app", APPS)
def test_the_law_never_asks_the_database(app: str) -> None:
    found = [
        f"{name_of(path)}:{node.lineno} .{node.attr}"
        for path in room_files(app, "rules")
        for node in attributes(path)
        if node.attr in READING
    ]
    assert found == []


@pytest.mark.parametrize("app", APPS)
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
