"""The indicators and identities in force on a day, and what each one needs to be worked out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from thichinh.foundation.errors import Missing, Refused
from thichinh.indicators.models.definition import (
    IdentityDefinition,
    IndicatorDefinition,
)
from thichinh.indicators.rules import measures
from thichinh.indicators.rules.formula import Node, added_names, names, parse
from thichinh.indicators.rules.identities import equation


@dataclass(frozen=True)
class Catalogue:
    """Definitions in force on one day, parsed."""

    indicators: Mapping[str, IndicatorDefinition]
    identities: tuple[IdentityDefinition, ...]
    trees: Mapping[str, Node] = field(default_factory=dict)

    def indicator(self, code: str) -> IndicatorDefinition:
        """The definition of an indicator; raises Missing."""
        found = self.indicators.get(code)
        if found is None:
            raise Missing(_("Không có chỉ tiêu “%(code)s”.") % {"code": code})
        return found

    def name(self, code: str) -> str:
        """The Vietnamese name of an indicator or measure."""
        if code in self.indicators:
            found = self.indicators[code]
            return found.short_name or found.name
        return measures.measure(code).title

    def in_order(self, codes: Iterable[str]) -> list[str]:
        """Indicators so that each comes after those it is made of; raises Refused on a ring."""
        order: list[str] = []
        done: set[str] = set()
        for code in codes:
            self._visit(code, done, order, ())
        return order

    def leaves(self, codes: Iterable[str]) -> set[str]:
        """The measures these indicators come down to."""
        found: set[str] = set()
        for code in self.in_order(codes):
            found |= {n.code for n in names(self.trees[code]) if n.is_measure}
        return found

    def inputs(self, code: str) -> list[str]:
        """What the formula of an indicator names, in reading order, each once."""
        return list(dict.fromkeys(name.code for name in names(self.tree(code))))

    def tree(self, code: str) -> Node:
        """The parsed formula of an indicator."""
        self.indicator(code)
        return self.trees[code]

    def signed_measures(self, code: str) -> list[tuple[int, str]] | None:
        """The indicator as measures added and subtracted, or None when it is a ratio.

        Such an indicator has records of its own: those of its measures.
        """
        parts = added_names(self.tree(code))
        if parts is None:
            return None
        signed: list[tuple[int, str]] = []
        for sign, name in parts:
            below = [(1, name.code)] if name.is_measure else self.signed_measures(name.code)
            if below is None:
                return None
            signed += [(sign * s, measure) for s, measure in below]
        return signed

    def identities_about(self, code: str) -> list[IdentityDefinition]:
        """The identities that name an indicator."""
        return [i for i in self.identities if code in {n.code for n in names(equation(i))}]

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


def build(
    indicators: Iterable[IndicatorDefinition],
    identities: Iterable[IdentityDefinition],
) -> Catalogue:
    """A catalogue with every formula parsed; raises Refused naming the first that cannot be."""
    by_code = {d.code: d for d in sorted(indicators, key=lambda d: (d.position, d.code))}
    ordered = tuple(sorted(identities, key=lambda d: (d.position, d.code)))
    trees = {code: parse(definition.formula) for code, definition in by_code.items()}
    return Catalogue(by_code, ordered, trees)
