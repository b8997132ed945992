"""The program belongs to no town: what the example is called stands in its definitions alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.conf import settings

from thichinh.foundation.yaml_files import read_yaml

SOURCES = Path(settings.ROOT) / "src" / "thichinh"
ENDINGS = {".py", ".html", ".typ", ".js", ".txt", ".css"}
EVERYWHERE = ("tests", "migrations", "locale")


def _names() -> set[str]:
    """Names and codes of the example's committees, and the accounts that can be tried there."""
    shipped = Path(settings.SHIPPED_DEFINITIONS)
    found: set[str] = set()

    def walk(nodes: list[dict[str, Any]]) -> None:
        for node in nodes:
            if node["kind"] in ("province", "town", "ward", "commune"):
                found.update((node["short_name"], node["code"].removesuffix("-2025")))
            walk(node.get("children", []))

    for path in (shipped / "example" / "units").glob("*.yaml"):
        for tree in read_yaml(path):
            walk(tree["units"])
    (town,) = read_yaml(shipped / "demo" / "town.yaml")
    found |= {one["username"] for one in town["officials"]} | {town["citizen"]}
    return {name for name in found if len(name) > 5}


def test_no_source_names_the_example_town_its_communes_or_its_accounts() -> None:
    names = _names()
    assert {"Đức Phổ", "pho-thanh", "motcua"} <= names
    words = re.compile("|".join(rf"(?<![\w-]){re.escape(n)}(?![\w-])" for n in names), re.I)
    found = {
        f"{path.relative_to(SOURCES)}: {hit[0]}"
        for path in SOURCES.rglob("*")
        if path.suffix in ENDINGS and not set(path.parts) & set(EVERYWHERE)
        for hit in words.finditer(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_no_kind_of_unit_decides_anything_in_the_code() -> None:
    """The example may know its own town: it writes a ward's address otherwise than a commune's."""
    kinds = {
        document["code"]
        for path in (Path(settings.SHIPPED_DEFINITIONS) / "national" / "unit-kinds").glob("*.yaml")
        for document in read_yaml(path)
    }
    asked = re.compile(
        rf'\.kind\s*(==|!=|in)\s*\(?"({"|".join(kinds - {"office", "desk", "group"})})"'
    )
    found = {
        f"{path.relative_to(SOURCES)}: {hit[0]}"
        for path in SOURCES.rglob("*.py")
        if not set(path.parts) & {*EVERYWHERE, "example"}
        for hit in asked.finditer(path.read_text(encoding="utf-8"))
    }
    assert found == set()
