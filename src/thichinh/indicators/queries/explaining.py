"""One indicator opened: value, formula, inputs, target, checks, and the same by unit."""

from __future__ import annotations

from dataclasses import dataclass

from thichinh.accounts.queries.units import unit_tree
from thichinh.accounts.rules import UnitNode
from thichinh.foundation.calendar import Period
from thichinh.indicators.models.definition import IndicatorDefinition
from thichinh.indicators.queries.checks import (
    Check,
    PeriodSet,
    on_computed,
    on_published,
    questions,
)
from thichinh.indicators.queries.evaluation import Question, evaluate
from thichinh.indicators.queries.published import Stated, Statements, statements
from thichinh.indicators.rules.catalogue import Catalogue
from thichinh.indicators.rules.formula import Value, written
from thichinh.indicators.rules.picking import EVERYTHING, Cut
from thichinh.indicators.rules.targets import meets, target_in_words
from thichinh.indicators.rules.units import Notation
from thichinh.stocks.queries import one_snapshot
from thichinh.stocks.rules import UNIT, Where


@dataclass(frozen=True)
class Input:
    """One thing the formula names."""

    code: str
    name: str
    shown: str
    is_measure: bool


@dataclass(frozen=True)
class UnitValue:
    """The indicator for one unit by itself."""

    code: str
    name: str
    value: int | float | None
    shown: str
    target: str
    meets_target: bool | None


@dataclass(frozen=True)
class Explained:
    """Everything a page says about an indicator for a unit and a period."""

    indicator: IndicatorDefinition
    notation: Notation
    unit: UnitNode
    period: Period
    value: Value
    shown: str
    formula: str
    inputs: tuple[Input, ...]
    target: str
    meets_target: bool | None
    opens: bool
    stated: Stated | None
    stated_shown: str
    checks: tuple[Check, ...]
    users: tuple[IndicatorDefinition, ...]
    by_unit: tuple[UnitValue, ...]


@one_snapshot()
def explain(
    catalogue: Catalogue, code: str, period: Period, unit: UnitNode, cut: Cut = EVERYTHING
) -> Explained:
    """Open an indicator, for all of a unit or a slice of it. Raises Missing for an unknown one.

    Papers state figures of whole units only, so a slice has none beside it.
    """
    indicator, notation = catalogue.indicator(code), catalogue.notation(code)
    where, period_set = cut.where(unit.id), PeriodSet((period,))
    identities = catalogue.identities_about([code])
    wanted = [code, *catalogue.inputs(code)]
    stated = statements(unit.code, period.scheme) if cut == EVERYTHING else Statements({})
    answers = evaluate(catalogue, questions(identities, period_set, wanted, stated), where)
    values, number = answers.of(period), stated.of(period).get(code)
    target = catalogue.target(code, unit, period)
    return Explained(
        indicator=indicator,
        notation=notation,
        unit=unit,
        period=period,
        value=values.get(code),
        shown=notation.shown(values.get(code)),
        formula=written(catalogue.tree(code), lambda part: _name_of(catalogue, part)),
        inputs=tuple(_input(catalogue, c, values.get(c)) for c in catalogue.inputs(code)),
        target=target_in_words(target, notation),
        meets_target=meets(target, values.get(code)),
        opens=catalogue.opens(code),
        stated=number,
        stated_shown=notation.shown(number.value) if number else "",
        checks=(
            *on_published(catalogue, identities, period_set, stated, answers),
            *on_computed(catalogue, identities, period_set, answers),
        ),
        users=tuple(
            catalogue.indicator(c) for c in catalogue.indicators if code in catalogue.inputs(c)
        ),
        by_unit=_by_unit(catalogue, code, period, where),
    )


def _name_of(catalogue: Catalogue, part: object) -> str:
    return catalogue.name(getattr(part, "code", ""))


def _input(catalogue: Catalogue, code: str, value: Value) -> Input:
    is_measure = code not in catalogue.indicators
    name = catalogue.measure(code).title if is_measure else catalogue.indicators[code].name
    return Input(code, name, catalogue.notation(code).shown(value), is_measure)


def _by_unit(
    catalogue: Catalogue, code: str, period: Period, where: Where
) -> tuple[UnitValue, ...]:
    split = evaluate(catalogue, [Question(period, frozenset({code}))], where, by=(UNIT,))
    nodes, notation = unit_tree().nodes, catalogue.notation(code)
    units = sorted((nodes[key[0]] for key in split.all_keys() if key), key=lambda u: u.sort_key)
    found = []
    for unit in units:
        value = split.of(period, (unit.id,)).get(code)
        if value is not None:
            target = catalogue.target(code, unit, period)
            words, met = target_in_words(target, notation), meets(target, value)
            found.append(
                UnitValue(
                    unit.code, unit.name, notation.plain(value), notation.shown(value), words, met
                )
            )
    return tuple(found)
