"""A small town and requests that the property tests share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from django.db import connection, transaction

from thichinh.accounts import actions as accounts
from thichinh.accounts.actions import NewOfficial, RoleTerms
from thichinh.accounts.models import Account, Unit
from thichinh.accounts.queries import actor_for
from thichinh.accounts.rules import SYSTEM, Actor, PersonFacts
from thichinh.dossiers.actions import FileIn, Request
from thichinh.dossiers.actions.performing import DossierActs
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules import acts
from thichinh.dossiers.rules.acts import Outcome
from thichinh.dossiers.rules.book import NOT_DUE, OVERDUE
from thichinh.dossiers.rules.verbs import ORGAN, VERBS
from thichinh.example.actions.people import FOLDER
from thichinh.example.rules.answers import Filling, invent_answers
from thichinh.example.rules.people import read_names
from thichinh.foundation.acts import Authority, Form
from thichinh.foundation.clock import ZONE
from thichinh.foundation.storage import store
from thichinh.foundation.yaml_files import read_yaml
from thichinh.procedures import queries as catalogue
from thichinh.procedures.models import ProcedureDefinition
from thichinh.stocks.rules import Move

MONDAY = datetime(2021, 3, 1, 9, 0, tzinfo=ZONE)
SINCE = date(2020, 1, 1)
COMMUNE, OTHER = "pho-an", "nguyen-nghiem"
WALK_INS = ("khai-sinh", "ket-hon", "khai-tu")


@dataclass(frozen=True)
class Cast:
    """Who acts: those of one commune, one of the commune beside it, and two citizens."""

    clerk: Actor
    specialist: Actor
    leader: Actor
    neighbour: Actor
    citizen: Actor
    stranger: Actor

    @property
    def everybody(self) -> tuple[Actor, ...]:
        return (
            self.clerk, self.specialist, self.leader, self.neighbour, self.citizen, self.stranger,
        )  # fmt: skip


def cast() -> Cast:
    """Made through the real actions."""
    return Cast(
        clerk=actor_for(official("clerk", COMMUNE)),
        specialist=actor_for(official("specialist", COMMUNE)),
        leader=actor_for(official("unit-leader", COMMUNE)),
        neighbour=actor_for(official("clerk", OTHER)),
        citizen=actor_for(citizen("051090000071")),
        stranger=actor_for(citizen("051090000072")),
    )


def official(role: str, unit: str) -> Account:
    home = Unit.objects.get(code=unit)
    new = NewOfficial(f"thu.{role}.{unit}", "Cán Bộ Thử", home.pk)
    account, _ = accounts.create_official(SYSTEM, new, password_hash="!")
    accounts.give_role(SYSTEM, account, RoleTerms(role, home.pk, SINCE))
    return account


def citizen(identity_number: str) -> Account:
    person = accounts.write_down_person(
        PersonFacts("Người Dân Thử", identity_number=identity_number, phone="0900000001")
    )
    return accounts.create_citizen(SYSTEM, person, password_hash="!")[0]


def walk_in_request(procedure: str, unit: str = COMMUNE, channel: int = 1) -> Request:
    """A complete request at the desk."""
    definition = catalogue.definition_for(procedure, MONDAY.date()).definition
    papers: dict[str, object] = {p.code: 1 for p in definition.papers if p.required}
    return Request(procedure, unit, channel=channel, papers=papers)


def online_request(unit: str = COMMUNE) -> Request:
    """A complete request of a citizen, filled in as in the example town."""
    day = MONDAY.date()
    definition = next(d for d in catalogue.online(day) if d.level == "commune")
    (names,) = read_yaml(FOLDER / "names.yaml")
    applicant = PersonFacts(
        "Người Dân Thử", identity_number="051090000071", phone="0901234567", address="12 Lê Lợi"
    )
    filling = Filling(applicant, day, unit)
    answers = invent_answers(definition, filling, read_names(names), Random(0))
    return Request(
        definition.code,
        unit,
        channel=Dossier.Channel.ONLINE,
        answers=answers,
        files=[_scan(unit, paper.code) for paper in definition.papers if paper.required],
    )


def _scan(unit: str, paper: str) -> FileIn:
    content = f"%PDF-1.4 {unit} {paper}".encode()
    for sender in Account.objects.values_list("pk", flat=True):  # whoever will name it has sent it
        stored = store([content], "application/pdf", sender=sender)
    return FileIn(paper, f"{paper}.pdf", stored.sha256)


def extended(dossier: Dossier, definition: ProcedureDefinition, at: datetime) -> Outcome:
    """Four days more from now, as an extension of the deadline will do it one day: while the old
    deadline has not passed the books see no movement; afterwards one leads back."""
    same = acts.assign(dossier, definition, at, dossier.assignee_id)
    assert dossier.due_at is not None
    due = at + timedelta(days=4)
    late = at > dossier.due_at
    return replace(
        same,
        verb="extend",
        changes={"due_at": due},
        moves=(Move(at, OVERDUE, NOT_DUE),) if late else (),
        schedule=Move(due, NOT_DUE, OVERDUE),
    )


EXTEND = replace(
    VERBS["assign"],
    code="extend",
    form=Form(""),
    buttons=(),
    authority=(Authority("dossier.assign", ORGAN),),
    rule=lambda case, said: extended(case.dossier, case.definition, case.at),
)
WITH_EXTENSION = DossierActs([*VERBS.values(), EXTEND])
"""The acts on dossiers, and one more that only moves the deadline."""


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves nothing behind."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as a commit would find them
        yield
        transaction.set_rollback(True)
