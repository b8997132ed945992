"""Someone who acts now, and what they may do where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from django.db.models import Q

from thichinh.foundation.errors import NotAllowed
from thichinh.foundation.heads import any_of


class BelongsToUnit(Protocol):
    """Anything that belongs to a unit: a dossier, a task, a unit itself."""

    @property
    def unit_id(self) -> int | None: ...


@dataclass(frozen=True, eq=False)
class Actor:
    """Someone who acts now, and what they may do where.

    `grants` maps a permission to the ids of the units it holds for; a permission that is not tied
    to units (a citizen's own affairs) maps to an empty set. While acting on behalf of somebody,
    `grants` holds only what was delegated. `epoch` says as of which state of authority.
    """

    account_id: int | None = None
    person_id: int | None = None
    unit_id: int | None = None
    on_behalf_of_id: int | None = None
    name: str = ""
    grants: Mapping[str, frozenset[int]] = field(default_factory=lambda: MappingProxyType({}))
    roles: tuple[str, ...] = ()
    on_behalf_of_name: str = ""
    epoch: int = 0
    everywhere: bool = False
    identity_seen: bool = False
    """Whether papers were compared: `person_id` is only what the account claims until then."""

    @property
    def is_signed_in(self) -> bool:
        return self.account_id is not None

    @property
    def is_official(self) -> bool:
        return self.unit_id is not None

    @property
    def acting_for_id(self) -> int | None:
        """Whose work this is: the delegator's while acting on behalf, else one's own."""
        return self.on_behalf_of_id or self.account_id

    def may(self, permission: str, obj: BelongsToUnit | int | None = None) -> bool:
        """Whether the permission is held; with `obj` (or a unit id), held for its unit."""
        if self.everywhere:
            return True
        granted = self.grants.get(permission)
        if granted is None:
            return False
        if obj is None:
            return True
        return (obj if isinstance(obj, int) else obj.unit_id) in granted

    def require(self, permission: str, obj: BelongsToUnit | int | None = None) -> None:
        """Raise NotAllowed unless `may`."""
        if not self.may(permission, obj):
            raise NotAllowed()

    def units(self, permission: str) -> frozenset[int]:
        """The units a permission holds for. The system has no list: use `within` for queries."""
        return self.grants.get(permission, frozenset())


SYSTEM = Actor(name="Hệ thống", everywhere=True)
ANONYMOUS = Actor()


def within(actor: Actor, permission: str, unit_field: str = "unit") -> Q:
    """The filter that keeps the rows of units where `actor` holds `permission`."""
    if actor.everywhere:
        return Q()
    return any_of(unit_field, actor.units(permission))
