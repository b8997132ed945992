"""What the pages about the authority's own set-up show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from thichinh.accounts.models.definition import UnitKindDefinition
from thichinh.accounts.queries.first_day import OWN_HOURS
from thichinh.accounts.queries.installation import own_authority
from thichinh.accounts.queries.units import unit_tree
from thichinh.accounts.rules import UnitNode
from thichinh.accounts.rules.founding import is_provisional
from thichinh.foundation.calendar import CALENDAR, CalendarDefinition, Week
from thichinh.foundation.clock import today
from thichinh.foundation.definitions import all_current

__all__ = ["UnitLine", "is_provisional"]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class UnitLine:
    """A unit in the drawn tree."""

    node: UnitNode
    depth: int
    kind: str

    @property
    def indent(self) -> str:
        """A dash per level below the root."""
        return "– " * self.depth


def root_code() -> str:
    """The code of the authority's own root."""
    return own_authority().unit


def kinds(on: date) -> list[UnitKindDefinition]:
    """The kinds of units that may be chosen on a day."""
    found: list[UnitKindDefinition] = all_current("unit-kind", on)
    return found


def lines(on: date) -> list[UnitLine]:
    """The units at and below the authority's root that exist on a day or later, as a tree."""
    tree = unit_tree()
    root = tree.by_code.get(root_code())
    if root is None:
        return []
    names = {kind.code: kind.name for kind in kinds(on)}
    below = [
        node
        for node in tree.nodes.values()
        if node.path.startswith(root.path) and (node.valid_to is None or node.valid_to >= on)
    ]
    depth_of_root = root.path.count("/")
    return [
        UnitLine(node, node.path.count("/") - depth_of_root, names.get(node.kind, node.kind))
        for node in sorted(below, key=lambda n: (n.sort_key, n.id))
    ]


def first_free_day() -> date:
    """The day from which the next unit is proposed: the authority's own first one while it stands
    alone, for what is written for a later day closes the way back; today afterwards."""
    root = unit_tree().by_code.get(root_code())
    alone = root is not None and not any(n.parent_id == root.id for n in unit_tree().nodes.values())
    return root.valid_from if root is not None and alone else today()


def hours(on: date) -> dict[str, Any]:
    """The weekly hours in force, as the form shows them; today as the first day of new ones."""
    found: list[CalendarDefinition] = all_current(CALENDAR, on)
    with_week = [one for one in found if one.week is not None]
    own = [one for one in with_week if one.code == OWN_HOURS]
    latest = own or sorted(with_week, key=lambda one: one.layer)
    week = latest[-1].week if latest and latest[-1].week else Week()
    slots = {name: ", ".join(str(slot) for slot in getattr(week, name)) for name in WEEKDAYS}
    return {**slots, "first_day": today()}


def organ_code() -> str:
    """The organ identifier of the authority's root."""
    root = unit_tree().by_code.get(root_code())
    return root.organ_code if root else ""


def usual_letterhead() -> dict[str, str]:
    """What stands on the papers of the authority's root where nothing else was written."""
    root = unit_tree().by_code.get(root_code())
    if root is None:
        return {"above": "", "agency": "", "symbol": "", "place": "", "signer": ""}
    return {
        "above": "",
        "agency": root.organ_name,
        "symbol": "BC-UBND",
        "place": root.short_name,
        "signer": "Chủ tịch",
    }
