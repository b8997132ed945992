"""What happened to accounts and authority, for upper apps that care."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AccountDisabled:
    """An official's account was closed: their open work needs another hand."""

    account_id: int


@dataclass(frozen=True)
class RoleDelegated:
    """A role was lent to another for some days."""

    delegation_id: int


@dataclass(frozen=True)
class PersonChanged:
    """Facts of a person were corrected; `fields` are the names of what changed."""

    person_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class AccountDetached:
    """An account turned out not to be of `person_id`; it stands for `claimed_id` now."""

    account_id: int
    person_id: int
    claimed_id: int
