"""Which version of a procedure is in force, without asking the database twice.

Published versions never change, so the process keeps them; `load_stamp` tells when something new
was published. Filing a dossier costs no query here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from thichinh.accounts.queries import unit_tree
from thichinh.foundation.clock import today
from thichinh.foundation.definitions import all_current, current, load_stamp, version_row
from thichinh.foundation.errors import Missing
from thichinh.foundation.models import DefinitionVersion
from thichinh.procedures.models import (
    FIELD,
    PROCEDURE,
    FieldDefinition,
    Procedure,
    ProcedureDefinition,
)
from thichinh.procedures.queries.performing import as_performed
from thichinh.procedures.rules import competent_unit


@dataclass(frozen=True)
class ProcedureVersion:
    """What a dossier pins: the procedure, the version it begins with, and what that says."""

    procedure_id: int
    version_id: int
    definition: ProcedureDefinition


@dataclass
class _Ids:
    """Row ids of procedures by code, as of one load stamp."""

    stamp: int = -1
    by_code: Mapping[str, int] = field(default_factory=dict)


_ids = _Ids()


def definition_for(code: str, on: date | None = None) -> ProcedureVersion:
    """The version in force on a day (today by default). Raises Missing."""
    day = on or today()
    try:
        row = version_row(PROCEDURE, code, day)
    except Missing:
        raise Missing(
            _("Không có thủ tục này, hoặc thủ tục không còn áp dụng. Hãy tìm theo tên thủ tục.")
        ) from None
    definition = as_performed(current(PROCEDURE, code, day), day)
    return ProcedureVersion(_procedure_id(code), row.pk, definition)


def definitions_in_force(on: date | None = None) -> list[ProcedureDefinition]:
    """Every procedure in force on a day, in order of code, as it is performed then."""
    day = on or today()
    return [as_performed(found, day) for found in all_current(PROCEDURE, day)]


def online(on: date | None = None) -> list[ProcedureDefinition]:
    """The procedures offered online on a day."""
    return [definition for definition in definitions_in_force(on) if definition.online]


def fields(on: date | None = None) -> list[FieldDefinition]:
    """The fields of administration, in the order of the catalogue."""
    found: list[FieldDefinition] = all_current(FIELD, on)
    return sorted(found, key=lambda item: (item.position, item.code))


def versions_of(code: str) -> list[DefinitionVersion]:
    """Every published version of a procedure, the newest first."""
    rows = DefinitionVersion.objects.filter(kind=PROCEDURE, code=code)
    return list(rows.order_by("-effective_from", "-version"))


def competent_unit_id(
    definition: ProcedureDefinition, receiving_unit_id: int, epoch: int | None = None
) -> int:
    """Who decides a dossier received there. With the epoch of an Actor it costs no query.

    Raises Missing for an unknown receiving unit.
    """
    tree = unit_tree(epoch)
    receiving = tree.nodes.get(receiving_unit_id)
    if receiving is None:
        raise Missing(_("Không tìm thấy đơn vị tiếp nhận hồ sơ."))
    return competent_unit(definition, receiving, tree, today()).id


def _procedure_id(code: str) -> int:
    stamp = load_stamp()
    if _ids.stamp != stamp or code not in _ids.by_code:
        _ids.by_code = dict(Procedure.objects.values_list("code", "pk"))
        _ids.stamp = stamp
    if code not in _ids.by_code:
        raise Missing(_("Không tìm thấy thủ tục “%(code)s”.") % {"code": code})
    return _ids.by_code[code]
