"""What people call the levels of government that take in dossiers here."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import get_language

from thichinh.accounts.models.definition import UnitKindDefinition
from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import desk_name
from thichinh.foundation.clock import today
from thichinh.foundation.definitions import all_current


def level_names() -> dict[str, str]:
    """Level of government -> the kinds of unit that take in for it today: 'xã, phường'."""
    kinds: list[UnitKindDefinition] = all_current("unit-kind", today())
    english = (get_language() or "vi").startswith("en")
    return {
        level: ", ".join(
            (kind.name_en if english else kind.name).lower() for kind in kinds if kind.code in found
        )
        for level, found in _kinds_that_take_in().items()
    }


def only_desk() -> str:
    """The name of the place that takes dossiers in, where there is one alone today; '' otherwise."""
    tree, day = unit_tree(), today()
    desks = [node for node in tree.valid(day) if tree.receives(node.id, day)]
    return desk_name(desks[0]) if len(desks) == 1 else ""


def levels_taken_in() -> frozenset[str]:
    """The levels of government that a unit of today takes in for: of others nothing is offered."""
    return frozenset(_kinds_that_take_in())


def _kinds_that_take_in() -> dict[str, set[str]]:
    tree, day = unit_tree(), today()
    levels: defaultdict[str, set[str]] = defaultdict(set)
    for node in tree.valid(day):
        level = tree.receives(node.id, day)
        committee = tree.committee_of(node.id)
        if level and committee is not None:
            levels[level].add(committee.kind)
    return levels
