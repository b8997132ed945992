"""Facts of accounts: units, people, accounts and authority."""

from __future__ import annotations

from thichinh.accounts.models.accounts import AccessToken, Account, Session
from thichinh.accounts.models.authority import AuthorityEpoch, Delegation, Role, RoleAssignment
from thichinh.accounts.models.links import OneTimeLink
from thichinh.accounts.models.people import Person
from thichinh.accounts.models.units import Unit, UnitSuccession

__all__ = [
    "AccessToken",
    "Account",
    "AuthorityEpoch",
    "Delegation",
    "OneTimeLink",
    "Person",
    "Role",
    "RoleAssignment",
    "Session",
    "Unit",
    "UnitSuccession",
]
