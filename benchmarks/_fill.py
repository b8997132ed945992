"""Many dossiers in many states, through the law of acts and the bulk path."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests import measured_town

from thichinh.accounts.actions import person_row
from thichinh.accounts.models import Person
from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import SYSTEM, PersonFacts, UnitNode
from thichinh.dossiers.actions.bulk import BulkWriter
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules import acts, record
from thichinh.foundation import calendar
from thichinh.foundation.bulk import copy_rows
from thichinh.procedures import queries as catalogue
from thichinh.procedures.models import ProcedureDefinition
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
DESK = "duc-pho.mot-cua"


def people(count: int) -> list[int]:
    """`count` more invented people; returns their ids."""
    before = Person.objects.filter(identity_number__startswith="0517").count()
    rows = []
    for n in range(before, before + count):
        name = f"{NAMES[n % 8]} {GIVEN[n // 8 % 10]} {GIVEN[n // 80 % 10]} {n:05d}"
        row = person_row(PersonFacts(name, identity_number=f"0517{n:08d}", phone="0900000001"))
        rows.append(tuple(row[field] for field in PERSON_FIELDS))
    copy_rows(Person, PERSON_FIELDS, rows)
    made = Person.objects.filter(identity_number__gte=f"0517{before:08d}")
    return list(made.filter(identity_number__startswith="0517").values_list("pk", flat=True))


@dataclass
class _Filler:
    """Opens dossiers of every level of government and acts on them as the law lets it."""

    writer: BulkWriter
    officers: Mapping[int, int]

    def __post_init__(self) -> None:
        self.rng = random.Random(2022)
        self.tree, self.days = unit_tree(), calendar.current()
        self.today = measured_town.MORNING.date()
        self.communes = [self.tree.by_code[unit.code] for unit in measured_town.communes()]
        every = catalogue.definitions_in_force(self.today)
        self.kinds = [v for v in every if v.level == "commune"]
        level = self.tree.receives(self.tree.by_code[DESK].id, self.today)
        self.town_kinds = [v for v in every if v.level == level]

    def taken_in(self, n: int, applicant: int, age: timedelta, *, online: bool) -> _Case:
        """The next dossier: one in five is the town's, taken in at its desk."""
        of_town = bool(self.town_kinds) and n % 5 == 4
        kinds = self.town_kinds if of_town else self.kinds
        definition = kinds[n % len(kinds)]
        receiving = (
            self.tree.by_code[DESK]
            if of_town
            else self.communes[self.rng.randrange(len(self.communes))]
        )
        case = _Case(self, definition, self._dossier(definition, receiving, applicant, online))
        case.open(self.days.next_working_moment(measured_town.MORNING - age), online=online)
        return case

    def _dossier(
        self, definition: ProcedureDefinition, receiving: UnitNode, applicant: int, online: bool
    ) -> Dossier:
        version = catalogue.definition_for(definition.code, self.today)
        return record.new_dossier(
            procedure_id=version.procedure_id,
            definition_id=version.version_id,
            unit_id=competent_unit(definition, receiving, self.tree, self.today).id,
            receiving_unit_id=receiving.id,
            applicant_id=applicant,
            channel=2 if online else 1,
        )


@dataclass
class _Case:
    """One dossier on its way."""

    filler: _Filler
    definition: ProcedureDefinition
    dossier: Dossier

    def open(self, at: datetime, *, online: bool) -> None:
        self.at = at
        days = self.filler.days
        first = (
            acts.submit(self.dossier, days, at)
            if online
            else acts.receive(self.dossier, self.definition, days, at)
        )
        self.filler.writer.open(self.dossier, self.definition, SYSTEM, first)

    def act(self, outcome: acts.Outcome) -> None:
        self.filler.writer.act(self.dossier, SYSTEM, outcome)

    def transfer(self) -> None:
        self.act(acts.transfer(self.dossier, self.definition, self.at + timedelta(hours=3)))

    def assign(self) -> None:
        officer = self.filler.officers.get(self.dossier.unit_id)
        at = self.at + timedelta(hours=4)
        if officer is not None:
            self.act(acts.assign(self.dossier, self.definition, at, officer))

    def decide(self) -> None:
        self.act(acts.decide(self.dossier, self.at + timedelta(hours=23), granted=True))

    def return_result(self) -> None:
        self.act(acts.return_result(self.dossier, self.at + timedelta(hours=40)))


def dossiers(
    count: int,
    open_tasks: int | None = None,
    officers: Mapping[int, int] | None = None,
) -> None:
    """`count` more dossiers over all procedures of fifteen communes and the town's desk.

    The first ones were handed out over the last five hundred days; the last `open_tasks` (a tenth by
    default) came in over the last sixty and wait for somebody: one in ten to be accepted, one to be
    handed over, one to be given out, the others to be worked on, a third of these by the officer
    that `officers` names for the competent unit.
    """
    filler = _Filler(BulkWriter("bench"), officers or {})
    applicants = people(max(count // 10, 10))
    still_open = count // 10 if open_tasks is None else open_tasks
    history = count - still_open
    for n in range(count):
        waiting = n >= history
        left = (count - n) / still_open if waiting else (history - n) / history
        age = timedelta(days=0.2 + 60 * left) if waiting else timedelta(days=5 + 500 * left)
        turn = n % 10 if waiting else -1
        applicant = applicants[filler.rng.randrange(len(applicants))]
        case = filler.taken_in(n, applicant, age, online=turn == 1)
        if turn not in (1, 2):
            case.transfer()
        if turn in (3, 6, 9):
            case.assign()
        if not waiting or turn == 5:
            case.decide()
        if not waiting:
            case.return_result()
        if (n + 1) % 5000 == 0:
            filler.writer.flush()
    filler.writer.flush()
    while stocks.post_due():
        stocks.fold()
    stocks.fold()
