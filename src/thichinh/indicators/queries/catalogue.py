"""The catalogue in force on a day, read once per publication of definitions; and its check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from thichinh.foundation import definitions
from thichinh.foundation.clock import today
from thichinh.foundation.errors import DomainError, Refused
from thichinh.indicators.models.definition import (
    IdentityDefinition,
    IndicatorDefinition,
    MeasureUnitDefinition,
    TargetDefinition,
)
from thichinh.indicators.rules.catalogue import Catalogue, build, usable
from thichinh.indicators.rules.formula import names
from thichinh.indicators.rules.identities import equation
from thichinh.indicators.rules.measures import MEASURE_FAMILIES, MEASURES, Measure
from thichinh.indicators.rules.units import MeasureUnit, Notation

INDICATOR = definitions.Kind("indicator", "indicators", IndicatorDefinition)
IDENTITY = definitions.Kind("identity", "identities", IdentityDefinition)
MEASURE_UNIT = definitions.Kind("measure-unit", "measure-units", MeasureUnitDefinition)
TARGET = definitions.Kind("target", "targets", TargetDefinition)

_parsed: dict[tuple[int, date], Catalogue] = {}
_MOST_KEPT = 64


def catalogue(on: date | None = None) -> Catalogue:
    """Everything figures are made of, in force on a day (today by default)."""
    key = (definitions.load_stamp(), on or today())
    found = _parsed.get(key)
    if found is None:
        if len(_parsed) >= _MOST_KEPT:
            _parsed.clear()
        found = _parsed[key] = usable(_read(key[1]))
    return found


def _read(on: date) -> Catalogue:
    return build(
        definitions.all_current(INDICATOR, on),
        definitions.all_current(IDENTITY, on),
        _declared(on),
        [_unit(definition) for definition in definitions.all_current(MEASURE_UNIT, on)],
        definitions.all_current(TARGET, on),
    )


def _declared(on: date) -> Iterator[Measure]:
    """What definitions declare through the families of measures. Raises Refused for a wrong code."""
    taken = {measure.code for measure in MEASURES}
    for family in MEASURE_FAMILIES:
        for measure in family.measures(on):
            if not measure.code.startswith(f"{family.code}.") or measure.code in taken:
                raise Refused(
                    _("Phép đo “%(code)s” phải có mã riêng, bắt đầu bằng “%(family)s.”.")
                    % {"code": measure.code, "family": family.code}
                )
            taken.add(measure.code)
            yield measure


def _unit(definition: MeasureUnitDefinition) -> MeasureUnit:
    return MeasureUnit(
        definition.code,
        definition.name,
        definition.name_en,
        definition.symbol,
        dict(definition.scales),
        definition.counts,
    )


def problems(on: date) -> Iterator[str]:
    """What is wrong with the definitions in force on a day, a sentence each."""
    try:
        found = _read(on)
    except DomainError as error:
        yield error.message
        return
    for code in found.indicators:
        yield from _wrong(_("Chỉ tiêu “%(code)s”") % {"code": code}, found, [code])
    for identity in found.identities:
        named = {name.code for name in names(equation(identity))}
        explained = {explanation.indicator for explanation in identity.explain}
        title = _("Đẳng thức “%(code)s”") % {"code": identity.code}
        yield from _wrong(title, found, sorted(named | explained | set(identity.spreads_to)))
    for target in found.targets:
        title = _("Mục tiêu “%(code)s”") % {"code": target.code}
        yield from _wrong(title, found, [target.indicator])


def _wrong(title: str, found: Catalogue, codes: list[str]) -> Iterator[str]:
    """What keeps these from being worked out and written."""
    try:
        for measure in sorted(found.leaves(codes)):
            found.measure(measure)
        for code in codes:
            _check_scale(found.notation(code))
    except DomainError as error:
        yield f"{title}: {error.message}"


def _check_scale(notation: Notation) -> None:
    if notation.scale != 1 and notation.scale not in notation.unit.scales:
        raise Refused(
            _("Đơn vị tính “%(unit)s” không có bậc %(scale)s.")
            % {"unit": notation.unit.code, "scale": notation.scale}
        )
