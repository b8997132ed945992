"""Which unit takes in what: one table, asked by whole words."""

from __future__ import annotations

import pytest

from thichinh.dossiers.rules.receiving import level_received, receives


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        ("desk", "town"), ("commune", "commune"), ("ward", "commune"),
        ("office", None), ("town", None), ("des", None), ("", None),
    ],
)  # fmt: skip
def test_each_kind_of_unit_takes_in_one_level_or_nothing(kind: str, level: str | None) -> None:
    assert level_received(kind) == level
    assert [lev for lev in ("town", "commune") if receives(lev, kind)] == [level] * bool(level)
