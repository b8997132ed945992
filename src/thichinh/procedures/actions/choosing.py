"""Which procedures of the national catalogue an authority offers, and who decides them there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from thichinh.accounts.queries import own_authority, unit, unit_tree
from thichinh.accounts.rules import Actor
from thichinh.foundation import audit
from thichinh.foundation.clock import today
from thichinh.foundation.definitions import LoadReport, publish
from thichinh.foundation.definitions.kinds import kind_named
from thichinh.foundation.errors import Refused
from thichinh.foundation.models import DefinitionVersion
from thichinh.procedures.models import CHOICE, Choice, ChoiceDefinition
from thichinh.procedures.queries.catalogue import CatalogueFilter, catalogue


@transaction.atomic
def choose_procedures(actor: Actor, chosen: Mapping[str, Choice]) -> int:
    """Publish the authority's choice; how many procedures it offers. Raises Refused per field.

    A procedure that is not named stays as the law says, if that was audited. A unit must be one of
    the authority's.
    """
    own = own_authority()
    actor.require("definition.load")
    _check_units(chosen)
    rows = DefinitionVersion.objects.filter(kind=CHOICE, code=own.code).order_by("-version")
    row = rows.first()
    first_day: date = max(today(), row.effective_from) if row else unit(own.unit).valid_from
    content = ChoiceDefinition(
        code=own.code,
        version=row.version + 1 if row else 1,
        effective_from=first_day,
        procedures=dict(chosen),
    )
    publish(kind_named(CHOICE), content, LoadReport())
    offered = catalogue(CatalogueFilter()).count()
    audit.record(actor, "catalogue.chosen", data={"version": content.version, "offered": offered})
    return offered


def _check_units(chosen: Mapping[str, Choice]) -> None:
    tree = unit_tree()
    root = tree.by_code[own_authority().unit]
    for code, choice in chosen.items():
        named = tree.by_code.get(choice.unit)
        if choice.unit and (named is None or not named.path.startswith(root.path)):
            raise Refused(**{code: _("Chọn một đơn vị của cơ quan.")})
