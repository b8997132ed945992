"""Who decides a procedure in a given tree of units."""

from __future__ import annotations

from datetime import date

from thichinh.accounts.rules import UnitNode, UnitTree
from thichinh.procedures.models import COMMITTEE, ProcedureDefinition


def competent_unit(
    definition: ProcedureDefinition, receiving: UnitNode, tree: UnitTree, on: date
) -> UnitNode:
    """The unit that decides what a unit takes in on a day; the definition says who performs it.

    A unit named by its code; else the office of the deciding committee that has the duty; else that
    committee itself.
    """
    named = tree.by_code.get(definition.authority)
    if named is not None:
        return named
    level = definition.decides or definition.level or receiving.level
    committee = tree.committee_at(receiving.id, level) or tree.committee_of(receiving.id)
    if committee is None:
        return receiving
    if definition.authority in ("", COMMITTEE):
        return committee
    return tree.office_for(committee, definition.authority, on) or committee
