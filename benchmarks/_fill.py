"""Many dossiers in many states, through the law of acts and the bulk path."""

from __future__ import annotations

import random
from datetime import timedelta

from benchmarks import _town
from thichinh.accounts.actions import person_row
from thichinh.accounts.models import Person
from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import SYSTEM, PersonFacts
from thichinh.dossiers.actions.bulk import BulkWriter
from thichinh.dossiers.rules import acts, record
from thichinh.foundation import calendar
from thichinh.foundation.bulk import copy_rows
from thichinh.procedures import queries as catalogue
from thichinh.procedures.rules import competent_unit
from thichinh.stocks import actions as stocks

NAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Võ", "Huỳnh", "Đặng", "Bùi")
GIVEN = ("An", "Bình", "Châu", "Dũng", "Giang", "Hạnh", "Khánh", "Linh", "Minh", "Ngọc")
PERSON_FIELDS = (
    "kind",
    "full_name",
    "search_name",
    "sort_name",
    "birth_date",
    "sex",
    "identity_number",
    "tax_code",
    "phone",
    "email",
    "address",
)


def people(count: int) -> list[int]:
    """Invented people; returns their ids."""
    rows = []
    for n in range(count):
        name = f"{NAMES[n % 8]} {GIVEN[n // 8 % 10]} {GIVEN[n // 80 % 10]} {n:05d}"
        row = person_row(PersonFacts(name, identity_number=f"0517{n:08d}", phone="0900000001"))
        rows.append(tuple(row[field] for field in PERSON_FIELDS))
    copy_rows(Person, PERSON_FIELDS, rows)
    return list(
        Person.objects.filter(identity_number__startswith="0517").values_list("pk", flat=True)
    )


def dossiers(count: int, open_tasks: int | None = None) -> None:
    """`count` dossiers over a hundred procedures and fifteen communes.

    The first ones are resolved; the last `open_tasks` (a tenth by default) are still open.
    """
    rng = random.Random(2022)
    tree, days = unit_tree(), calendar.current()
    applicants = people(max(count // 10, 10))
    kinds = [
        v for v in catalogue.definitions_in_force(_town.MORNING.date()) if v.level == "commune"
    ]
    units = [unit.code for unit in _town.communes()]
    still_open = count // 10 if open_tasks is None else open_tasks
    writer = BulkWriter("bench")
    for n in range(count):
        definition = kinds[n % len(kinds)]
        version = catalogue.definition_for(definition.code, _town.MORNING.date())
        receiving = tree.by_code[units[rng.randrange(len(units))]]
        competent = competent_unit(definition, receiving, tree, _town.MORNING.date())
        dossier = record.new_dossier(
            procedure_id=version.procedure_id,
            definition_id=version.version_id,
            unit_id=competent.id,
            receiving_unit_id=receiving.id,
            applicant_id=applicants[rng.randrange(len(applicants))],
            channel=1,
        )
        age = timedelta(days=2 + 500 * (count - n) / count)
        at = days.next_working_moment(_town.MORNING - age)
        writer.open(dossier, definition, SYSTEM, acts.receive(dossier, definition, days, at))
        later = at + timedelta(hours=3)
        writer.act(dossier, SYSTEM, acts.transfer(dossier, definition, later))
        if n < count - still_open:
            done = later + timedelta(hours=20)
            writer.act(dossier, SYSTEM, acts.decide(dossier, done, granted=True))
        if (n + 1) % 5000 == 0:
            writer.flush()
    writer.flush()
    stocks.fold()
