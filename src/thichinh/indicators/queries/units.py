"""Whose figures an actor may look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from thichinh.accounts.queries import own_authority, unit_tree
from thichinh.accounts.rules import Actor, UnitNode, UnitTree
from thichinh.foundation.errors import Missing, NotAllowed


def measured_unit(actor: Actor, permission: str, unit_code: str, on: date) -> UnitNode:
    """The unit asked for, else the widest one where this actor holds the permission.

    A unit is looked at with everything below it, so all of that must be within the actor's reach.
    Raises Missing for an unknown code, NotAllowed for a unit outside the reach.
    """
    tree = unit_tree(actor.epoch or None)
    if not unit_code:
        return _widest(actor, _reachable(tree, actor, permission, on))
    unit = tree.by_code.get(unit_code)
    if unit is None:
        raise Missing(_("Không có đơn vị mang mã “%(unit_code)s”.") % {"unit_code": unit_code})
    if not _reaches(actor, permission, tree.subtree(unit.id)):
        raise NotAllowed(
            _("Tài khoản của bạn không xem được số liệu của %(name)s.") % {"name": unit.name}
        )
    return unit


def measured_units(actor: Actor, permission: str, on: date) -> list[UnitNode]:
    """The units existing on a day that this actor may look at, in the order of the tree.

    Where none of the actor's units exists that day (a town that was dissolved), all of them.
    """
    return _reachable(unit_tree(actor.epoch or None), actor, permission, on)


def _reachable(tree: UnitTree, actor: Actor, permission: str, on: date) -> list[UnitNode]:
    units = sorted(tree.nodes.values(), key=lambda u: (u.sort_key, u.id))
    mine = [u for u in units if _reaches(actor, permission, tree.subtree(u.id))]
    return [u for u in mine if u.is_valid(on)] or mine


def _reaches(actor: Actor, permission: str, units: frozenset[int]) -> bool:
    return actor.everywhere or units <= actor.units(permission)


def _widest(actor: Actor, units: Sequence[UnitNode]) -> UnitNode:
    """The authority's own root where it is there, else the actor's unit, else the first."""
    if not units:
        raise NotAllowed(_("Tài khoản của bạn chưa được xem số liệu của đơn vị nào."))
    root = own_authority().unit
    roots = [unit for unit in units if unit.code == root]
    own = [unit for unit in units if unit.id == actor.unit_id]
    return (roots or own or list(units))[0]
