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
from thichinh.indicators.rules import measures
from thichinh.indicators.rules.catalogue import Catalogue
from thichinh.indicators.rules.formula import Value, written
from thichinh.indicators.rules.picking import EVERYTHING, Cut
from thichinh.indicators.rules.values import meets, plain, shown, shown_for, target_in_words
from thichinh.stocks.queries import one_snapshot
from thichinh.stocks.rules import Where


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


@dataclass(frozen=True)
class Explained:
    """Everything a page says about an indicator for a unit and a period."""

    indicator: IndicatorDefinition
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
    indicator = catalogue.indicator(code)
    where, period_set = cut.where(unit.id), PeriodSet((period,))
    wanted = [code, *catalogue.inputs(code)]
    stated = statements(unit.code) if cut == EVERYTHING else Statements({})
    answers = evaluate(catalogue, questions(catalogue, period_set, wanted, stated), where)
    values = answers.of(period)
    checks = [
        *on_published(catalogue, period_set, stated, answers),
        *on_computed(catalogue, period_set, answers),
    ]
    about = {identity.code for identity in catalogue.identities_about(code)}
    number = stated.of(period).get(code)
    return Explained(
        indicator=indicator,
        unit=unit,
        period=period,
        value=values.get(code),
        shown=shown_for(indicator, values.get(code)),
        formula=written(catalogue.tree(code), lambda part: _name_of(catalogue, part)),
        inputs=tuple(_input(catalogue, c, values.get(c)) for c in catalogue.inputs(code)),
        target=target_in_words(indicator),
        meets_target=meets(indicator.target, values.get(code)) if indicator.target else None,
        opens=catalogue.signed_measures(code) is not None,
        stated=number,
        stated_shown=shown_for(indicator, number.value) if number else "",
        checks=tuple(c for c in checks if c.code in about),
        users=tuple(
            catalogue.indicator(c) for c in catalogue.indicators if code in catalogue.inputs(c)
        ),
        by_unit=_by_unit(catalogue, code, period, where),
    )


def _name_of(catalogue: Catalogue, part: object) -> str:
    return catalogue.name(getattr(part, "code", ""))


def _input(catalogue: Catalogue, code: str, value: Value) -> Input:
    if code in catalogue.indicators:
        indicator = catalogue.indicators[code]
        return Input(code, indicator.name, shown_for(indicator, value), is_measure=False)
    measure = measures.measure(code)
    return Input(code, measure.title, shown(value, measure.unit, 0), is_measure=True)


def _by_unit(
    catalogue: Catalogue, code: str, period: Period, where: Where
) -> tuple[UnitValue, ...]:
    split = evaluate(catalogue, [Question(period, frozenset({code}))], where, by=("unit",))
    indicator, nodes = catalogue.indicator(code), unit_tree().nodes
    units = sorted((nodes[key[0]] for key in split.all_keys() if key), key=lambda u: u.sort_key)
    values = [(unit, split.of(period, (unit.id,)).get(code)) for unit in units]
    return tuple(
        UnitValue(u.code, u.name, plain(v, indicator.decimals), shown_for(indicator, v))
        for u, v in values
        if v is not None
    )
