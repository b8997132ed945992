"""The page on which an authority chooses from the national catalogue."""

from __future__ import annotations

from dataclasses import dataclass

from thichinh.accounts.queries import own_authority, unit_tree
from thichinh.accounts.rules import UnitNode
from thichinh.foundation.clock import today
from thichinh.foundation.models import DefinitionVersion
from thichinh.procedures.models import CHOICE, ProcedureDefinition
from thichinh.procedures.queries.performing import choices, is_offered, performers
from thichinh.procedures.queries.versions import definitions_in_force, fields
from thichinh.procedures.rules import competent_unit


@dataclass(frozen=True)
class ChoiceRow:
    """A procedure that the authority may offer: whether it does, who decides it, and whether the
    division of competence was audited."""

    code: str
    name: str
    field: str
    offered: bool
    unit: str
    decides: str
    audited: bool


def has_chosen() -> bool:
    """Whether the authority has chosen its procedures."""
    return DefinitionVersion.objects.filter(kind=CHOICE, code=own_authority().code).exists()


def choice_rows() -> list[ChoiceRow]:
    """The procedures of the levels that are taken in here today, by field and name."""
    tree, day = unit_tree(), today()
    desks = {
        level: node
        for node in tree.valid(day)
        if (level := tree.receives(node.id, day)) and _is_own(node)
    }
    names = {item.code: item.name for item in fields()}
    chosen, by_law = choices(), performers()
    rows = []
    for definition in definitions_in_force(day):
        desk = desks.get(definition.level or "")
        if desk is not None:
            choice, performer = chosen.get(definition.code), by_law.get(definition.code)
            rows.append(
                ChoiceRow(
                    definition.code,
                    definition.name,
                    names.get(definition.field, definition.field),
                    is_offered(definition, day),
                    choice.unit if choice else "",
                    _decides(definition, desk),
                    performer is None or performer.audited,
                )
            )
    return sorted(rows, key=lambda row: (row.field, row.name))


def own_offices() -> list[UnitNode]:
    """The units of the authority that may decide: committees and offices that exist today."""
    return [
        node
        for node in unit_tree().valid(today())
        if node.place in ("committee", "office") and _is_own(node)
    ]


def _decides(definition: ProcedureDefinition, desk: UnitNode) -> str:
    return competent_unit(definition, desk, unit_tree(), today()).name


def _is_own(node: UnitNode) -> bool:
    root = unit_tree().by_code.get(own_authority().unit)
    return root is not None and node.path.startswith(root.path)
