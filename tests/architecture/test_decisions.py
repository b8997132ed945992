"""The decisions stand in one row without holes, in one form, and the index names each."""

from __future__ import annotations

import re

import pytest

from tests.architecture.house import ROOT

FOLDER = ROOT / "docs" / "adr"
PAGES = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
FORM = re.compile(r"Context( Decision)( Sources| Considered)?( Consequences)")


def test_the_numbers_have_no_hole() -> None:
    numbers = [path.name[:4] for path in PAGES]
    assert numbers == [f"{number:04d}" for number in range(1, len(PAGES) + 1)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name[:4])
def test_each_page_has_the_same_parts(path) -> None:
    text = path.read_text()
    parts = re.findall(r"^\*\*([A-Z][a-z]+)\.\*\*", text, flags=re.MULTILINE)
    assert FORM.fullmatch(" ".join(parts))
    assert re.findall(r"^#.*", text, flags=re.MULTILINE) == [text.splitlines()[0]]


def test_the_index_names_every_page_by_its_title() -> None:
    rows = [
        f"| {path.name[:4]} | [{path.read_text().splitlines()[0][2:]}]({path.name}) |"
        for path in PAGES
    ]
    index = (FOLDER / "README.md").read_text().splitlines()
    assert [line for line in index if line.startswith("| 0")] == rows
