"""The indicators, identities, measures, units and targets in force on a day, and what each needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from thichinh.accounts.rules import UnitNode
from thichinh.foundation.calendar import STATUTORY, Period, PeriodScheme
from thichinh.foundation.errors import Missing, Refused
from thichinh.indicators.models.definition import (
    IdentityDefinition,
    IndicatorDefinition,
    Target,
    TargetDefinition,
)
from thichinh.indicators.rules.formula import Node, added_names, names, parse
from thichinh.indicators.rules.identities import equation
from thichinh.indicators.rules.measures import MEASURES, BalanceMeasure, FlowMeasure, Measure
from thichinh.indicators.rules.targets import target_for
from thichinh.indicators.rules.units import MEASURE_UNITS, NUMBER, MeasureUnit, Notation
from thichinh.stocks.rules import BOOKS
from thichinh.stocks.rules.books import ITEMS


@dataclass(frozen=True)
class Catalogue:
    """Definitions in force on one day, parsed; beside them what apps contribute on every day."""

    indicators: Mapping[str, IndicatorDefinition]
    identities: tuple[IdentityDefinition, ...]
    trees: Mapping[str, Node] = field(default_factory=dict)
    defined_measures: Mapping[str, Measure] = field(default_factory=dict)
    defined_units: Mapping[str, MeasureUnit] = field(default_factory=dict)
    targets: tuple[TargetDefinition, ...] = ()
    unusable: Mapping[str, str] = field(default_factory=dict)
    """Indicators that nobody can work out, and why: the app that counts for them is not installed."""

    def indicator(self, code: str) -> IndicatorDefinition:
        """The definition of an indicator; raises Missing."""
        found = self.indicators.get(code)
        if code in self.unusable:
            raise Missing(self.unusable[code])
        if found is None:
            raise Missing(_("Không có chỉ tiêu “%(code)s”.") % {"code": code})
        return found

    def measure(self, code: str) -> Measure:
        """The measure with this code; raises Missing."""
        found = self.defined_measures.get(code) or MEASURES.get(code)
        if found is None:
            raise Missing(_("Không có phép đo “%(code)s”.") % {"code": code})
        return found

    def unit(self, code: str) -> MeasureUnit:
        """The measure unit with this code; raises Missing."""
        found = self.defined_units.get(code) or MEASURE_UNITS.get(code)
        if found is None:
            raise Missing(_("Không có đơn vị tính “%(code)s”.") % {"code": code})
        return found

    def name(self, code: str) -> str:
        """The Vietnamese name of an indicator or measure."""
        if code in self.indicators:
            found = self.indicators[code]
            return found.short_name or found.name
        return self.measure(code).title

    def notation(self, code: str) -> Notation:
        """How values of an indicator or a measure are rounded and written."""
        if "." in code:
            return Notation(self.unit(self.measure(code).unit))
        found = self.indicator(code)
        unit = self.unit(found.unit) if found.unit else self._unit_of_measures(code)
        return Notation(unit, found.decimals, found.scale)

    def target(self, code: str, unit: UnitNode, period: Period) -> Target | None:
        """What a unit set itself for an indicator in a period, if anything."""
        return target_for(self.indicator(code), self.targets, unit, period)

    def in_order(self, codes: Iterable[str]) -> list[str]:
        """Indicators so that each comes after those it is made of; raises Refused on a ring."""
        order: list[str] = []
        done: set[str] = set()
        for code in codes:
            self._visit(code, done, order, ())
        return order

    def leaves(self, codes: Iterable[str]) -> set[str]:
        """The measures that these indicators and measures come down to."""
        asked = list(codes)
        found = {code for code in asked if "." in code}
        for code in self.in_order(code for code in asked if "." not in code):
            found |= {n.code for n in names(self.trees[code]) if n.is_measure}
        return found

    def books(self, codes: Iterable[str]) -> list[str] | None:
        """The books these are counted in, in order; None where something is counted elsewhere."""
        found = [self.measure(code) for code in self.leaves(codes)]
        if not all(isinstance(measure, FlowMeasure | BalanceMeasure) for measure in found):
            return None
        return sorted({measure.book for measure in found})

    def dimensions(self, codes: Iterable[str]) -> dict[str, str]:
        """What figures can be cut by, besides the unit: each dimension with a book that has it."""
        found: dict[str, str] = {}
        for book in sorted({self.measure(code).book for code in self.leaves(codes)} - {""}):
            for dimension in BOOKS[book].dimensions:
                found.setdefault(dimension.name, book)
        return found

    def scheme(self, codes: Iterable[str]) -> PeriodScheme:
        """The periods in which these are reported: those of their books where they agree."""
        schemes = {BOOKS[book].periods for book in self.books(codes) or ()}
        return schemes.pop() if len(schemes) == 1 else STATUTORY

    def inputs(self, code: str) -> list[str]:
        """What the formula of an indicator names, in reading order, each once."""
        return list(dict.fromkeys(name.code for name in names(self.tree(code))))

    def tree(self, code: str) -> Node:
        """The parsed formula of an indicator."""
        self.indicator(code)
        return self.trees[code]

    def signed_measures(self, code: str) -> list[tuple[int, str]] | None:
        """An indicator or measure as measures added and subtracted, or None when it is a ratio.

        Such an indicator has records of its own: those of its measures.
        """
        if "." in code:
            return [(1, code)]
        parts = added_names(self.tree(code))
        if parts is None:
            return None
        signed: list[tuple[int, str]] = []
        for sign, name in parts:
            below = self.signed_measures(name.code)
            if below is None:
                return None
            signed += [(sign * s, measure) for s, measure in below]
        return signed

    def opens(self, code: str) -> bool:
        """Whether records stand behind an indicator or measure."""
        signed = self.signed_measures(code)
        return signed is not None and all(
            measure.book and getattr(measure, "items", True) is not None
            for measure in (self.measure(name) for _sign, name in signed)
        )

    def things(self, code: str) -> str:
        """What the records behind an indicator or measure are called: the items of its book."""
        for _sign, name in self.signed_measures(code) or ():
            if book := self.measure(name).book:
                return str(BOOKS[book].noun)
        return str(ITEMS)

    def identities_about(self, codes: Iterable[str]) -> tuple[IdentityDefinition, ...]:
        """The identities that name one of these indicators."""
        wanted = set(codes)
        return tuple(
            i for i in self.identities if wanted & {name.code for name in names(equation(i))}
        )

    def identities_named(self, codes: Iterable[str]) -> tuple[IdentityDefinition, ...]:
        """These identities, in order; raises Missing for one that there is not."""
        wanted = set(codes)
        found = tuple(i for i in self.identities if i.code in wanted)
        for code in sorted(wanted - {i.code for i in found}):
            raise Missing(_("Không có đẳng thức “%(code)s”.") % {"code": code})
        return found

    def _unit_of_measures(self, code: str) -> MeasureUnit:
        signed = self.signed_measures(code)
        units = {self.measure(name).unit for _sign, name in signed} if signed else set()
        return self.unit(units.pop()) if len(units) == 1 else NUMBER

    def _visit(self, code: str, done: set[str], order: list[str], path: tuple[str, ...]) -> None:
        if code in done:
            return
        if code in path:
            ring = " → ".join((*path, code))
            raise Refused(
                _("Chỉ tiêu “%(code)s” được tính từ chính nó: %(ring)s.")
                % {"code": code, "ring": ring},
                formula=ring,
            )
        for name in names(self.tree(code)):
            if name.scope:
                raise Refused(
                    _("Chỉ tiêu “%(code)s” không được dùng “%(scope)s.”.")
                    % {"code": code, "scope": name.scope},
                    formula=code,
                )
            if not name.is_measure:
                self._visit(name.code, done, order, (*path, code))
        done.add(code)
        order.append(code)


def usable(whole: Catalogue) -> Catalogue:
    """The catalogue without what cannot be worked out here: indicators whose measures no installed app
    contributes, and identities and targets that name one."""
    wrong: dict[str, str] = {}
    for code in whole.indicators:
        try:
            for measure in whole.leaves([code]):
                whole.measure(measure)
        except Missing as missing:
            wrong[code] = missing.message
    if not wrong:
        return whole
    return replace(
        whole,
        indicators={c: d for c, d in whole.indicators.items() if c not in wrong},
        identities=tuple(i for i in whole.identities if not wrong.keys() & _named_by(i)),
        targets=tuple(t for t in whole.targets if t.indicator not in wrong),
        unusable=wrong,
    )


def _named_by(identity: IdentityDefinition) -> set[str]:
    named = {name.code for name in names(equation(identity))}
    return named | {e.indicator for e in identity.explain} | set(identity.spreads_to)


def build(
    indicators: Iterable[IndicatorDefinition],
    identities: Iterable[IdentityDefinition],
    measures: Iterable[Measure] = (),
    units: Iterable[MeasureUnit] = (),
    targets: Iterable[TargetDefinition] = (),
) -> Catalogue:
    """A catalogue with every formula parsed; raises Refused naming the first that cannot be."""
    by_code = {d.code: d for d in sorted(indicators, key=lambda d: (d.position, d.code))}
    return Catalogue(
        by_code,
        tuple(sorted(identities, key=lambda d: (d.position, d.code))),
        {code: parse(definition.formula) for code, definition in by_code.items()},
        {measure.code: measure for measure in measures},
        {unit.code: unit for unit in units},
        tuple(sorted(targets, key=lambda d: d.code)),
    )
