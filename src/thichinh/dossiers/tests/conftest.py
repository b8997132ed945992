"""A town hall with one official per role, made through the real actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.test import Client

from thichinh.accounts import actions as accounts
from thichinh.accounts.actions import NewOfficial, RoleTerms
from thichinh.accounts.models import Account, Person, Unit
from thichinh.accounts.queries import actor_for
from thichinh.accounts.rules import SYSTEM, Actor, PersonFacts
from thichinh.dossiers.queries import desk
from thichinh.dossiers.tests.officials import MONDAY
from thichinh.foundation.clock import standing_at

SINCE = date(2020, 1, 1)
NewOfficer = Callable[..., Account]


@pytest.fixture
def new_official(town: None) -> NewOfficer:
    """Make an official: `new_official("clerk", "pho-an")`."""

    def make(role: str, unit: str, scope: str = "") -> Account:
        home = Unit.objects.get(code=unit)
        reach = Unit.objects.get(code=scope or unit)
        name = f"{role}.{unit.replace('.', '-')}"
        account, _ = accounts.create_official(
            SYSTEM, NewOfficial(name, "Nguyễn Thị Thử", home.pk), password="thu-mat-khau-2021"
        )
        accounts.give_role(SYSTEM, account, RoleTerms(role, reach.pk, SINCE))
        return account

    return make


@pytest.fixture
def clerk(new_official: NewOfficer) -> Actor:
    """Receives at the town's desk and sees what the town's agencies do."""
    return actor_for(new_official("clerk", "duc-pho.mot-cua", "duc-pho.co-quan"))


@pytest.fixture
def commune_clerk(new_official: NewOfficer) -> Actor:
    return actor_for(new_official("clerk", "pho-an"))


@pytest.fixture
def specialist(new_official: NewOfficer) -> Actor:
    return actor_for(new_official("specialist", "pho-an"))


@pytest.fixture
def leader(new_official: NewOfficer) -> Actor:
    return actor_for(new_official("unit-leader", "pho-an"))


@pytest.fixture
def citizen_account(town: None) -> Account:
    person = accounts.write_down_person(
        PersonFacts("Trần Văn Mẫu", identity_number="051090000001", phone="0900000001")
    )
    account, _ = accounts.create_citizen(SYSTEM, person, password="thu-mat-khau-2021")
    return account


@pytest.fixture
def citizen(citizen_account: Account) -> Actor:
    return actor_for(citizen_account)


@pytest.fixture
def stranger(town: None) -> Actor:
    """Another citizen, who may see nothing of the first one's."""
    person = accounts.write_down_person(
        PersonFacts("Lê Thị Khác", identity_number="051190000002", phone="0900000002")
    )
    account, _ = accounts.create_citizen(SYSTEM, person, password="thu-mat-khau-2021")
    return actor_for(account)


@pytest.fixture
def person(citizen_account: Account) -> Person:
    assert citizen_account.person is not None
    return citizen_account.person


@pytest.fixture
def monday(town: None) -> Iterator[None]:
    """A working morning on which nothing has come in yet."""
    desk._usual.clear()
    with standing_at(MONDAY):
        yield


@pytest.fixture
def clerk_account(new_official: NewOfficer) -> Account:
    return new_official("clerk", "pho-an")


@pytest.fixture
def at_desk(client: Client, clerk_account: Account) -> Client:
    client.force_login(clerk_account)
    return client


@pytest.fixture
def leader_account(new_official: NewOfficer) -> Account:
    return new_official("unit-leader", "pho-an")
