"""The town, and people in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from thichinh.accounts import actions, queries
from thichinh.accounts.models import Account, Unit
from thichinh.accounts.rules import SYSTEM, Actor, PersonFacts

LONG_AGO = date(2020, 2, 1)
NO_PASSWORD = "!"
MakeOfficial = Callable[..., Account]


@pytest.fixture
def unit(town: None) -> Callable[[str], Unit]:
    return lambda code: Unit.objects.get(code=code)


@pytest.fixture
def official(unit: Callable[[str], Unit]) -> MakeOfficial:
    """`official("an", "duc-pho.tu-phap", specialist="duc-pho.tu-phap")`."""

    def make(username: str, of: str, password_hash: str = NO_PASSWORD, **roles: str) -> Account:
        new = actions.NewOfficial(username, username.title(), unit(of).pk)
        account, _ = actions.create_official(SYSTEM, new, password_hash=password_hash)
        for role, where in roles.items():
            terms = actions.RoleTerms(role.replace("_", "-"), unit(where).pk, LONG_AGO)
            actions.give_role(SYSTEM, account, terms)
        return account

    return make


@pytest.fixture
def citizen(town: None) -> Account:
    facts = PersonFacts("Trần Thị Bưởi", "051190000123", phone="0905123456")
    person = actions.upsert_person(SYSTEM, facts)
    account, _ = actions.create_citizen(SYSTEM, person, password_hash=NO_PASSWORD)
    return account


@pytest.fixture
def it_officer(official: MakeOfficial) -> Account:
    return official("it", "duc-pho.van-phong", it_officer="duc-pho")


@pytest.fixture
def clerk_actor(official: MakeOfficial) -> Actor:
    return queries.actor_for(official("clerk", "duc-pho.mot-cua", clerk="duc-pho.co-quan"))
