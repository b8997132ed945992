"""The picker once more, for dates that could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thichinh.accounts.rules import Actor
from thichinh.foundation.clock import today
from thichinh.foundation.errors import Refused
from thichinh.indicators.queries.units import measured_unit, measured_units
from thichinh.indicators.queries.usual import usual_period
from thichinh.indicators.rules.periods import PER_YEAR
from thichinh.indicators.rules.picking import picker

BOOK = "dossiers"


def dates_again(
    actor: Actor, permission: str, asked: Mapping[str, Any], refused: Refused
) -> dict[str, Any]:
    """What `indicators/dates.html` shows: the sentence, what was typed, and the usual periods.

    Raises NotAllowed for who may see no unit's figures.
    """
    unit = measured_unit(actor, permission, asked.get("unit", ""), today())
    units = measured_units(actor, permission, today())
    usual = usual_period(BOOK, unit.code, unit.id)
    return {
        "sentence": next(iter(refused.fields.values())),
        "typed": {"start": asked.get("from", ""), "end": asked.get("to", "")},
        "picker": picker(usual, unit, units, PER_YEAR, today()),
    }
