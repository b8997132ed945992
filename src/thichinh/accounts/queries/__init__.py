"""Reads of accounts. Lists start from `visible_to(actor)` or from `actor.units(permission)`."""

from __future__ import annotations

from thichinh.accounts.queries.accounts import (
    HeldRole,
    account,
    account_to_sign_in,
    colleagues_of,
    held_roles,
    officials,
    officials_of,
    own_tokens,
    token_digest,
    token_in_force,
)
from thichinh.accounts.queries.authority import (
    actor_for,
    delegations_by,
    delegations_to,
    holders_of,
    holdings,
    in_force,
    roles_in_force,
    withholds_signing,
)
from thichinh.accounts.queries.first_day import first_day
from thichinh.accounts.queries.form_sources import (
    codes_and_names,
    own_facts,
    own_unit,
    unit_name,
)
from thichinh.accounts.queries.installation import (
    Authority,
    forget_authority,
    letterhead_at,
    own_authority,
)
from thichinh.accounts.queries.links import link_in_force
from thichinh.accounts.queries.people import (
    FEW,
    PersonCard,
    as_known_to,
    chosen_card,
    find_people,
    is_claimed,
    people_like,
    person,
    person_card,
    person_numbered,
    vouched_for,
    written_by_others,
)
from thichinh.accounts.queries.units import (
    current_epoch,
    unit,
    unit_choices,
    unit_tree,
)

__all__ = [
    "FEW",
    "Authority",
    "HeldRole",
    "PersonCard",
    "account",
    "account_to_sign_in",
    "actor_for",
    "as_known_to",
    "chosen_card",
    "codes_and_names",
    "colleagues_of",
    "current_epoch",
    "delegations_by",
    "delegations_to",
    "find_people",
    "first_day",
    "forget_authority",
    "held_roles",
    "holders_of",
    "holdings",
    "in_force",
    "is_claimed",
    "letterhead_at",
    "link_in_force",
    "officials",
    "officials_of",
    "own_authority",
    "own_facts",
    "own_tokens",
    "own_unit",
    "people_like",
    "person",
    "person_card",
    "person_numbered",
    "roles_in_force",
    "token_digest",
    "token_in_force",
    "unit",
    "unit_choices",
    "unit_name",
    "unit_tree",
    "vouched_for",
    "withholds_signing",
    "written_by_others",
]
