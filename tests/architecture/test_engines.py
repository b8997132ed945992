"""Engines serve any app: what they store, show and answer names nothing of the apps above them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .house import SOURCES, name_of, tree

ENGINES = ("stocks", "notifications", "work", "indicators", "reports")
OF_A_TENANT = re.compile(r"dossier|hồ sơ|procedure|thủ tục", re.IGNORECASE)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_names_no_tenant_as_data_or_in_words(engine: str) -> None:
    found = [
        f"{name_of(path)}:{line} {text.strip()[:80]}"
        for path in sorted((SOURCES / engine).rglob("*"))
        if not {"tests", "migrations"} & set(path.parts)
        for line, text in _texts(path)
        if OF_A_TENANT.search(text)
    ]
    assert found == []


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """The strings of a program without its docstrings; the lines of a template."""
    if path.suffix == ".py":
        module = tree(path)
        documented = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
        for node in ast.walk(module):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if is_text and id(node) not in documented:
                yield node.lineno, node.value
    elif path.suffix in {".html", ".typ", ".sql", ".txt"}:
        yield from enumerate(path.read_text().splitlines(), 1)
