"""The place in a desk's register: given once, in order of reception, without gap, kept for ever."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection, transaction

from thichinh.accounts.models import Person
from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import SYSTEM, Actor
from thichinh.dossiers import actions
from thichinh.dossiers.actions import FileIn, Request, writing
from thichinh.dossiers.actions.bulk import BulkWriter
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.queries import printing
from thichinh.dossiers.rules import acts
from thichinh.dossiers.rules.numbers import REGISTER, SERIES
from thichinh.dossiers.tests.test_api import online
from thichinh.dossiers.tests.test_locking import wait_until_somebody_waits
from thichinh.foundation import calendar, clock
from thichinh.foundation.clock import ZONE, standing_at
from thichinh.foundation.models import NumberSeries
from thichinh.foundation.numbering import next_daily
from thichinh.procedures import queries as catalogue

MONDAY = datetime(2021, 3, 1, 9, 0, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def _monday(town: None) -> Iterator[None]:
    with standing_at(MONDAY):
        yield


def receive(clerk: Actor, person: Person) -> Dossier:
    definition = catalogue.definition_for("khai-sinh").definition
    papers: dict[str, object] = {p.code: 1 for p in definition.papers if p.required}
    asked = Request("khai-sinh", "pho-an", papers=papers)
    return actions.receive_dossier(clerk, asked, applicant_id=person.pk)


def place(dossier: Dossier) -> dict[str, str]:
    return printing._place_words(Dossier.objects.get(pk=dossier.pk))


def counted() -> dict[str, int]:
    rows = NumberSeries.objects.filter(series=REGISTER).values_list("period", "last")
    return dict(rows)


@pytest.mark.django_db
def test_what_comes_into_the_books_later_does_not_change_a_number_already_printed(
    commune_clerk: Actor, person: Person
) -> None:
    printed = receive(commune_clerk, person)
    version = catalogue.definition_for("khai-sinh")
    older = Dossier(
        secret="AAAAAAAA", procedure_id=version.procedure_id, definition_id=version.version_id,
        unit_id=printed.unit_id, receiving_unit_id=printed.receiving_unit_id,
        applicant_id=person.pk, channel=1, state=0,
    )  # fmt: skip
    writer = BulkWriter("late")
    at = MONDAY - timedelta(days=20)
    taken = acts.receive(older, version.definition, calendar.current(), at)
    writer.open(older, version.definition, SYSTEM, taken)
    writer.flush()
    assert place(printed) == {"book": "2021", "place": "01"}
    assert place(older) == {"book": "2021", "place": "02"}
    assert place(receive(commune_clerk, person)) == {"book": "2021", "place": "03"}
    with standing_at(MONDAY + timedelta(days=365)):
        assert place(receive(commune_clerk, person)) == {"book": "2022", "place": "01"}


@pytest.mark.django_db
def test_older_dossiers_get_their_numbers_when_the_schema_comes_up(
    commune_clerk: Actor, person: Person
) -> None:
    received = [receive(commune_clerk, person).pk for _ in range(3)]
    before, series = _registered(received), counted()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE dossiers_dossier DROP CONSTRAINT dossier_received_is_registered"
        )
        cursor.execute("UPDATE dossiers_dossier SET register_year = NULL, register_number = NULL")
        NumberSeries.objects.filter(series=REGISTER).delete()
        cursor.execute(import_module("thichinh.dossiers.migrations.0003_register").FILL)
    assert _registered(received) == before == [(2021, 1), (2021, 2), (2021, 3)]
    assert counted() == series


def _registered(keys: list[int]) -> list[tuple[int | None, int | None]]:
    rows = Dossier.objects.filter(pk__in=keys).order_by("pk")
    return list(rows.values_list("register_year", "register_number"))


class _Clock:
    """A clock that all threads of a test share."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = MONDAY
        monkeypatch.setattr(clock, "now", lambda: self.now)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["receive", "submit", "accept"])
def test_who_waits_for_a_number_comes_in_when_it_is_there(
    verb: str,
    commune_clerk: Actor,
    citizen: Actor,
    person: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared = _Clock(monkeypatch)
    first = receive(commune_clerk, person)
    organ = unit_tree().organ_of(first.receiving_unit_id)
    assert organ is not None
    waiting = _submit(citizen).pk if verb == "accept" else 0
    run = {
        "receive": lambda: receive(commune_clerk, person),
        "submit": lambda: _submit(citizen),
        "accept": lambda: actions.perform(commune_clerk, "accept", waiting),
    }[verb]

    def beside() -> Dossier:
        try:
            return run()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            if verb == "accept":
                receive(commune_clerk, person)
            else:
                next_daily(SERIES, organ.id, MONDAY.date())
            other = pool.submit(beside)
            wait_until_somebody_waits(other)  # type: ignore[arg-type]
            shared.now = MONDAY + timedelta(minutes=5)
        done = other.result(30)
    assert (done.submitted_at if verb == "submit" else done.received_at) == shared.now


def _submit(citizen: Actor) -> Dossier:
    _, body = online()
    files = [FileIn(**file) for file in body["files"]]
    asked = Request(body["procedure"], body["receiving_unit"], answers=body["answers"], files=files)
    return actions.submit_dossier(citizen, asked)


def test_a_number_of_a_day_belongs_to_that_day_though_midnight_passed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared = _Clock(monkeypatch)
    assert writing.moment_of(MONDAY.date()) == MONDAY
    shared.now = MONDAY + timedelta(days=1)
    assert writing.moment_of(MONDAY.date()).isoformat() == "2021-03-01T23:59:59.999999+07:00"
