"""What role assignments and delegations add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from thichinh.accounts.rules.permissions import signs
from thichinh.accounts.rules.tree import UnitTree


@dataclass(frozen=True)
class Holding:
    """A role held over a unit: an assignment that counts on the day in question."""

    role: str
    unit_id: int
    include_subunits: bool = True

    def reach(self, tree: UnitTree) -> frozenset[int]:
        """The units it covers."""
        return (
            tree.subtree(self.unit_id)
            if self.include_subunits
            else tree.with_predecessors(self.unit_id)
        )


Permissions = Mapping[str, Iterable[str]]
Grants = Mapping[str, frozenset[int]]


def grants_of(holdings: Iterable[Holding], roles: Permissions, tree: UnitTree) -> Grants:
    """What a set of role holdings adds up to: permission -> units."""
    found: dict[str, frozenset[int]] = {}
    for holding in holdings:
        reach = holding.reach(tree)
        for permission in roles.get(holding.role, ()):
            found[permission] = found.get(permission, frozenset()) | reach
    return MappingProxyType(found)


def delegated_grants(
    delegated: Iterable[Holding], held: Iterable[Holding], roles: Permissions, tree: UnitTree
) -> Grants:
    """What a delegate may do: never more than the giver still holds on the same day."""
    held = list(held)
    found: dict[str, frozenset[int]] = {}
    for part in delegated:
        still = frozenset[int]().union(*(h.reach(tree) for h in held if h.role == part.role))
        reach = tree.subtree(part.unit_id) & still
        for permission in roles.get(part.role, ()) if reach else ():
            found[permission] = found.get(permission, frozenset()) | reach
    return MappingProxyType(found)


def without_signing(lent: Grants, own: Grants) -> Grants:
    """What is lent to somebody with these grants of their own.

    To sign may be lent only to who signs in their own right at the same place or below it, a deputy or
    the head of a unit there (decree 30/2020, article 13.2 and 13.3); the rest of a role to anybody.
    """
    return MappingProxyType(
        {
            code: units
            for code, units in lent.items()
            if not signs(code) or units & own.get(code, frozenset())
        }
    )


def add_own_affairs(grants: Grants, own: Iterable[str]) -> Grants:
    """Add the permissions every person has over their own affairs, tied to no unit."""
    return MappingProxyType({**{permission: frozenset() for permission in own}, **grants})
