"""The dated unit tree as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property


@dataclass(frozen=True)
class UnitNode:
    """What the tree remembers of one unit. `valid_to` is the last day, None while it exists."""

    id: int
    code: str
    name: str
    short_name: str
    kind: str
    parent_id: int | None
    path: str
    sort_key: str
    valid_from: date
    valid_to: date | None
    organ_code: str = ""

    def is_valid(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, eq=False)
class UnitTree:
    """Every unit that ever was, and who took over whom: answers without asking the database."""

    nodes: Mapping[int, UnitNode]
    predecessors: Mapping[int, tuple[int, ...]]

    @cached_property
    def by_code(self) -> dict[str, UnitNode]:
        return {node.code: node for node in self.nodes.values()}

    @cached_property
    def _subtrees(self) -> dict[int, frozenset[int]]:
        return {}

    def subtree(self, unit_id: int) -> frozenset[int]:
        """The unit, all below it, and all they took over, for old matters stay somebody's."""
        known = self._subtrees.get(unit_id)
        if known is None:
            known = self._subtrees[unit_id] = frozenset(self._walk([unit_id], set()))
        return known

    def with_predecessors(self, unit_id: int) -> frozenset[int]:
        """The unit alone, and the units it took over, wherever those stood."""
        found = {unit_id}
        for old in self.predecessors.get(unit_id, ()):
            found |= self.subtree(old)
        return frozenset(found)

    def _walk(self, roots: list[int], found: set[int]) -> set[int]:
        for root in roots:
            path = self.nodes[root].path
            below = {n.id for n in self.nodes.values() if n.path.startswith(path)} - found
            found |= below
            for unit_id in below:
                self._walk(list(self.predecessors.get(unit_id, ())), found)
        return found

    def valid(self, on: date) -> list[UnitNode]:
        """The units that exist on a day, in the order people list them."""
        nodes = (node for node in self.nodes.values() if node.is_valid(on))
        return sorted(nodes, key=lambda node: (node.sort_key, node.id))
