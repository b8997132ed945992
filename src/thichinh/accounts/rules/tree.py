"""The dated unit tree as a value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
    level: str = ""
    place: str = ""
    organ_name: str = ""
    organ_name_en: str = ""
    desk_name: str = ""
    desk_name_en: str = ""
    duties: Sequence[str] = ()

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

    def organ_of(self, unit_id: int) -> UnitNode | None:
        """The nearest unit, itself or above, that has an organ code: numbers carry it. A commune has
        its own, a desk counts under its committee."""
        node = self.nodes.get(unit_id)
        while node is not None and not node.organ_code:
            node = self.nodes.get(node.parent_id) if node.parent_id else None
        return node

    def committee_of(self, unit_id: int) -> UnitNode | None:
        """The nearest unit, itself or above, that has a People's Committee."""
        node = self.nodes.get(unit_id)
        while node is not None and node.place != "committee":
            node = self.nodes.get(node.parent_id) if node.parent_id else None
        return node

    def committee_at(self, unit_id: int, level: str) -> UnitNode | None:
        """The committee of a level of government that a unit belongs to."""
        node = self.committee_of(unit_id)
        while node is not None and node.level != level:
            node = self.committee_of(node.parent_id) if node.parent_id else None
        return node

    def receives(self, unit_id: int, on: date) -> str:
        """The level whose dossiers a unit takes in on a day; '' where it takes in nothing.

        A desk takes in for its committee; a committee without a desk is its own.
        """
        node, committee = self.nodes[unit_id], self.committee_of(unit_id)
        if committee is None or node.place not in ("desk", "committee"):
            return ""
        has_desk = any(desk.is_valid(on) for desk in self._desks.get(committee.id, ()))
        return "" if node.place == "committee" and has_desk else committee.level

    def office_for(self, committee: UnitNode, duty: str, on: date) -> UnitNode | None:
        """The office of a committee that has a duty on a day; one that has ended where none has it.

        None where the committee never had such an office.
        """
        offices = self._offices.get((committee.id, duty), [])
        living = [office for office in offices if office.is_valid(on)]
        return next(iter(living or offices[-1:]), None)

    @cached_property
    def _desks(self) -> Mapping[int, list[UnitNode]]:
        found: defaultdict[int, list[UnitNode]] = defaultdict(list)
        for node in self.nodes.values():
            committee = self.committee_of(node.id) if node.place == "desk" else None
            if committee is not None:
                found[committee.id].append(node)
        return found

    @cached_property
    def _offices(self) -> Mapping[tuple[int, str], list[UnitNode]]:
        found: defaultdict[tuple[int, str], list[UnitNode]] = defaultdict(list)
        offices = (node for node in self.nodes.values() if node.place == "office")
        for node in sorted(offices, key=lambda office: (office.sort_key, office.id)):
            committee = self.committee_of(node.id)
            if committee is None:
                continue
            for duty in node.duties or (node.code.rpartition(".")[2],):
                found[committee.id, duty].append(node)
        return found

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
