"""Units as the one-stop shop sees them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from thichinh.accounts.rules import UnitTree
from thichinh.foundation.errors import Refused


def organ_of(tree: UnitTree, receiving_unit_id: int) -> tuple[int, str]:
    """The organ whose code and sequence a dossier's number carries: (unit id, organ code).

    The nearest unit at or above the receiving one that has an organ code: a commune has its own,
    the town's desk counts under the town.
    """
    unit = tree.nodes.get(receiving_unit_id)
    while unit is not None:
        if unit.organ_code:
            return unit.id, unit.organ_code
        unit = tree.nodes.get(unit.parent_id) if unit.parent_id else None
    raise Refused(_("Đơn vị tiếp nhận chưa có mã cơ quan. Hãy báo cán bộ quản trị bổ sung."))
