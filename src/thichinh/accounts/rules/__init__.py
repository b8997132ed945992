"""The law of authority and identity: pure functions over values."""

from __future__ import annotations

from thichinh.accounts.rules.actor import ANONYMOUS, SYSTEM, Actor, BelongsToUnit, within
from thichinh.accounts.rules.grants import (
    Grants,
    Holding,
    add_own_affairs,
    delegated_grants,
    grants_of,
    without_signing,
)
from thichinh.accounts.rules.inputs import (
    DelegationTerms,
    PersonFacts,
    check_delegation,
    check_password,
    check_period,
    clean_person,
    email_problem,
    may_see_person,
    name_prefix_query,
    name_problem,
    password_problem,
    person_problems,
    username_problem,
)
from thichinh.accounts.rules.naming import desk_name, organ_name
from thichinh.accounts.rules.tree import UnitNode, UnitTree

__all__ = [
    "ANONYMOUS",
    "SYSTEM",
    "Actor",
    "BelongsToUnit",
    "DelegationTerms",
    "Grants",
    "Holding",
    "PersonFacts",
    "UnitNode",
    "UnitTree",
    "add_own_affairs",
    "check_delegation",
    "check_password",
    "check_period",
    "clean_person",
    "delegated_grants",
    "desk_name",
    "email_problem",
    "grants_of",
    "may_see_person",
    "name_prefix_query",
    "name_problem",
    "organ_name",
    "password_problem",
    "person_problems",
    "username_problem",
    "within",
    "without_signing",
]
