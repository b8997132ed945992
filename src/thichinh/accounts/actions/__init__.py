"""Writes of accounts: one function per verb, each one transaction and one audit row."""

from __future__ import annotations

from thichinh.accounts.actions.accounts import (
    NewOfficial,
    change_own_password,
    create_citizen,
    create_official,
    disable_account,
    enable_account,
    reset_citizen_password,
    reset_password,
)
from thichinh.accounts.actions.definitions import (
    call_own_authority,
    project_authority,
    project_bundle,
    project_role,
    project_unit_kind,
    project_unit_tree,
)
from thichinh.accounts.actions.delegation import delegate_role, end_delegation
from thichinh.accounts.actions.identity import confirm_identity, detach_account
from thichinh.accounts.actions.links import make_link, open_by_link
from thichinh.accounts.actions.people import (
    person_row,
    update_own_contact,
    upsert_person,
    write_down_person,
)
from thichinh.accounts.actions.roles import RoleTerms, assign_role, end_role, give_role
from thichinh.accounts.actions.signing_in import authenticate, sign_up
from thichinh.accounts.actions.tokens import create_token, revoke_token

__all__ = [
    "NewOfficial",
    "RoleTerms",
    "assign_role",
    "authenticate",
    "call_own_authority",
    "change_own_password",
    "confirm_identity",
    "create_citizen",
    "create_official",
    "create_token",
    "delegate_role",
    "detach_account",
    "disable_account",
    "enable_account",
    "end_delegation",
    "end_role",
    "give_role",
    "make_link",
    "open_by_link",
    "person_row",
    "project_authority",
    "project_bundle",
    "project_role",
    "project_unit_kind",
    "project_unit_tree",
    "reset_citizen_password",
    "reset_password",
    "revoke_token",
    "sign_up",
    "update_own_contact",
    "upsert_person",
    "write_down_person",
]
