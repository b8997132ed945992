"""The catalogue in force on a day, parsed once per publication of definitions."""

from __future__ import annotations

from datetime import date

from thichinh.foundation import definitions
from thichinh.foundation.clock import today
from thichinh.indicators.models.definition import (
    IdentityDefinition,
    IndicatorDefinition,
)
from thichinh.indicators.rules.catalogue import Catalogue, build

INDICATOR = definitions.Kind("indicator", "indicators", IndicatorDefinition)
IDENTITY = definitions.Kind("identity", "identities", IdentityDefinition)

_parsed: dict[tuple[int, date], Catalogue] = {}
_MOST_KEPT = 64


def catalogue(on: date | None = None) -> Catalogue:
    """Indicators and identities in force on a day (today by default)."""
    key = (definitions.load_stamp(), on or today())
    found = _parsed.get(key)
    if found is None:
        if len(_parsed) >= _MOST_KEPT:
            _parsed.clear()
        found = _parsed[key] = build(
            definitions.all_current(INDICATOR, key[1]),
            definitions.all_current(IDENTITY, key[1]),
        )
    return found
