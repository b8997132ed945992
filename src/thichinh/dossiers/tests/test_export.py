"""The table for others holds every dossier and nobody's name."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from thichinh.accounts.models import Person
from thichinh.accounts.rules import Actor
from thichinh.dossiers import actions
from thichinh.dossiers.actions import Request
from thichinh.foundation.clock import ZONE, standing_at
from thichinh.foundation.errors import Refused
from thichinh.procedures import queries as catalogue

MONDAY = datetime(2021, 3, 1, 9, 0, tzinfo=ZONE)


@pytest.fixture
def number(commune_clerk: Actor, person: Person) -> str:
    with standing_at(MONDAY):
        definition = catalogue.definition_for("khai-sinh").definition
        papers = {paper.code: 1 for paper in definition.papers if paper.required}
        request = Request("khai-sinh", "pho-an", papers=papers)
        return actions.receive_dossier(commune_clerk, request, applicant_id=person.pk).number


def rows(path: Path, **options: str) -> list[dict[str, str]]:
    call_command("export_data", str(path), **options)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.django_db
def test_every_dossier_is_there_with_codes_and_without_people(
    number: str, person: Person, tmp_path: Path
) -> None:
    path = tmp_path / "ho-so.csv"
    found = rows(path)
    assert [(row["number"], row["procedure"], row["unit"]) for row in found] == [
        (number, "khai-sinh", "pho-an")
    ]
    assert person.full_name not in path.read_text(encoding="utf-8")


@pytest.mark.django_db
def test_days_and_units_narrow_it_and_a_wrong_unit_is_said(number: str, tmp_path: Path) -> None:
    path = tmp_path / "ho-so.csv"
    assert len(rows(path, first="1/3/2021", last="1/3/2021", unit="duc-pho")) == 1
    assert rows(path, first="2/3/2021") == []
    assert rows(path, unit="pho-van") == []
    with pytest.raises(Refused, match="khong-co"):
        rows(path, unit="khong-co")
