"""Who types a whole name, with or without marks, finds its bearer first or among equals first."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from thichinh.accounts import actions, queries
from thichinh.accounts.models import Person
from thichinh.accounts.rules import SYSTEM, PersonFacts
from thichinh.example.rules.people import read_names
from thichinh.foundation.text import fold, nfc, sort_key
from thichinh.foundation.yaml_files import read_yaml
from thichinh.procedures.models import Procedure
from thichinh.procedures.queries import CatalogueFilter, catalogue

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("town")]
ROOT = Path(__file__).resolve().parents[2]
GIVEN = ROOT.parent / "shared/data/names"
MANY = 2000
KINDS = ("citizen", "citizen", "citizen", "household")


def shipped_names() -> set[str]:
    """Names of the example town: few syllables, so many differ by their marks alone."""
    names = read_names(read_yaml(ROOT / "definitions/demo/names.yaml")[0])
    drawn = random.Random(7)
    found: set[str] = set()
    while len(found) < MANY:
        found.add(nfc(names.draw(drawn, drawn.choice("mf"))))
    return found


def real_names() -> set[str]:
    """Given names of real life under a handful of family names."""
    lines = (GIVEN / "girl.txt").read_text().split("\n") + (GIVEN / "boy.txt").read_text().split(
        "\n"
    )
    given = sorted({line.strip() for line in lines if line.strip()})
    drawn = random.Random(7)
    chosen = drawn.sample(given, 500)
    return {nfc(f"{drawn.choice(('Lê', 'Lệ', 'Hồ', 'Hộ'))} {name}") for name in chosen}


def write_down(names: set[str]) -> None:
    people = []
    for place, name in enumerate(sorted(names)):
        facts = PersonFacts(name, f"09919{place:07d}", kind=KINDS[place % len(KINDS)])
        people.append(Person(**actions.person_row(facts)))
    Person.objects.bulk_create(people)


def not_first(names: set[str]) -> list[str]:
    wrong = []
    for name in sorted(names):
        first = queries.find_people(SYSTEM, name, 1)
        bare = queries.find_people(SYSTEM, fold(name), 1)
        if not first or sort_key(first[0].full_name) != sort_key(name):
            wrong.append(name)
        if not bare or fold(bare[0].full_name) != fold(name):
            wrong.append(fold(name))
    return wrong


def test_a_person_of_2000_typed_exactly_is_first() -> None:
    names = shipped_names()
    write_down(names)
    assert not_first(names) == []


@pytest.mark.realdata
@pytest.mark.skipif(not GIVEN.is_dir(), reason="../shared/data is not here")
def test_a_person_of_real_names_typed_exactly_is_first() -> None:
    names = real_names()
    write_down(names)
    assert not_first(names) == []


def test_a_procedure_typed_exactly_is_first() -> None:
    rows = list(catalogue(CatalogueFilter()))  # those that are offered
    assert len(rows) > 40
    for row in rows:
        for typed in (row.name, fold(row.name)):
            first = catalogue(CatalogueFilter(q=typed)).first()
            assert first is not None, typed
            assert fold(first.name) == fold(row.name), typed


def test_a_long_name_typed_exactly_stands_before_a_shorter_one_of_the_same_beginning() -> None:
    base = Procedure.objects.filter(is_active=True).order_by("pk")
    one, other = base[0], base[1]
    beginning = "Cấp lại giấy phép xây dựng nhà ở riêng lẻ tại đô thị và nông thôn"
    one.name, other.name = f"{beginning} trong khu bảo tồn", f"{beginning} mới"
    for row in (one, other):
        row.search_name = f" {fold(row.name)} ho tich"
        row.save()
    for row in (one, other):
        for typed in (row.name, fold(row.name)):
            assert catalogue(CatalogueFilter(q=typed)).first() == row
