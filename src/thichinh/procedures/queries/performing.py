"""Who performs each procedure on a day: the law's division, and what the authority chose of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from thichinh.foundation.clock import today
from thichinh.foundation.definitions import all_current, load_stamp
from thichinh.procedures.models import (
    CHOICE,
    COMPETENCE,
    Choice,
    ChoiceDefinition,
    CompetenceDefinition,
    Performer,
    ProcedureDefinition,
)

_MOST_KEPT = 4000


@dataclass
class _Kept:
    """What was worked out as of one load stamp."""

    stamp: int = -1
    tables: dict[date, tuple[Mapping[str, Performer], Mapping[str, Choice]]] = field(
        default_factory=dict
    )
    performed: dict[tuple[str, int, date], ProcedureDefinition] = field(default_factory=dict)


_kept = _Kept()


def performers(on: date | None = None) -> Mapping[str, Performer]:
    """By code of procedure, who performs it on a day (today by default)."""
    return _tables(on or today())[0]


def choices(on: date | None = None) -> Mapping[str, Choice]:
    """By code of procedure, what the authority chose; empty before it has chosen anything."""
    return _tables(on or today())[1]


def as_performed(definition: ProcedureDefinition, on: date | None = None) -> ProcedureDefinition:
    """The definition with level, deciding level and authority filled in as of a day.

    The level stays empty where nobody performs the procedure on that day.
    """
    day = on or today()
    tables = _tables(day)
    key = (definition.code, definition.version, day)
    known = _kept.performed.get(key)
    if known is None:
        known = _kept.performed[key] = _filled(definition, *tables)
        if len(_kept.performed) > _MOST_KEPT:
            _kept.performed.clear()
    return known


def is_offered(performed: ProcedureDefinition, on: date | None = None) -> bool:
    """Whether the authority takes in a procedure, as performed on a day: it chose it, or it has not
    said and the law's division was audited."""
    day = on or today()
    performer, choice = performers(day).get(performed.code), choices(day).get(performed.code)
    if performed.level is None:
        return False
    return choice.offered if choice else performer is None or performer.audited


def _filled(
    definition: ProcedureDefinition,
    by_law: Mapping[str, Performer],
    chosen: Mapping[str, Choice],
) -> ProcedureDefinition:
    performer = by_law.get(definition.code)
    choice = chosen.get(definition.code)
    filled: dict[str, str | None] = {}
    if performer is not None:
        filled = {
            "level": performer.level,
            "decides": performer.decides or performer.level,
            "authority": performer.by,
        }
    if choice is not None and choice.unit:
        filled["authority"] = choice.unit
    return definition.model_copy(update=filled) if filled else definition


def _tables(on: date) -> tuple[Mapping[str, Performer], Mapping[str, Choice]]:
    stamp = load_stamp()
    if _kept.stamp != stamp:
        _kept.tables.clear()
        _kept.performed.clear()
        _kept.stamp = stamp
    known = _kept.tables.get(on)
    if known is None:
        competences: list[CompetenceDefinition] = all_current(COMPETENCE, on)
        offers: list[ChoiceDefinition] = all_current(CHOICE, on)
        known = _kept.tables[on] = (
            {code: who for one in competences for code, who in one.procedures.items()},
            {code: choice for one in offers for code, choice in one.procedures.items()},
        )
    return known
