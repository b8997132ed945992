"""A target belongs to the authority that set it, for its units and its years."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from thichinh.accounts.queries import unit_tree
from thichinh.foundation.calendar import Period
from thichinh.foundation.yaml_files import read_yaml
from thichinh.indicators.queries.catalogue import catalogue
from thichinh.indicators.rules.targets import target_in_words

FIRST_HALF = Period.between(date(2021, 12, 15), date(2022, 6, 14))
YEAR_BEFORE = Period.between(date(2020, 12, 15), date(2021, 12, 14))


def test_the_nation_sets_no_target() -> None:
    folder = Path(settings.SHIPPED_DEFINITIONS) / "national" / "indicators"
    latest = {row["code"]: row for path in folder.glob("*.yaml") for row in read_yaml(path)}
    assert [code for code, row in latest.items() if "target" in row] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("unit", "period", "words"),
    [
        ("duc-pho", FIRST_HALF, "trên 80 % vào năm 2023"),
        ("pho-an", FIRST_HALF, "từ 60 % vào năm 2023"),
        ("duc-pho", YEAR_BEFORE, ""),
        ("duc-pho.tu-phap", FIRST_HALF, ""),
    ],
)
def test_the_example_town_keeps_its_own(town: None, unit: str, period: Period, words: str) -> None:
    known = catalogue(date(2022, 6, 14))
    node = unit_tree().by_code[unit]
    target = known.target("online_pct", node, period)
    shown = target_in_words(target, known.notation("online_pct"))
    assert shown.replace("\N{NO-BREAK SPACE}", " ") == words
