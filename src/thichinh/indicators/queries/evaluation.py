"""Working out indicators from the books: one question for flows, one for balances.

However many measures a report needs, the books are asked once per stretch of time for flows and
once per instant for balances. Published statements are never read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from thichinh.accounts.queries.units import one_tree
from thichinh.foundation.calendar import Period
from thichinh.indicators.queries.books import Books
from thichinh.indicators.rules.catalogue import Catalogue
from thichinh.indicators.rules.formula import Figures, Value, work_out
from thichinh.indicators.rules.measures import Key
from thichinh.stocks.rules import Where

EVERYTHING = Where()
ALL: Key = ()


@dataclass(frozen=True)
class Question:
    """Which indicators or measures are wanted for which period."""

    period: Period
    codes: frozenset[str]


@dataclass
class Answers:
    """Values by period, then by key of the dimensions asked for, then by code.

    Nothing moved at a key that one period does not have: `of` answers no values for it.
    """

    values: dict[Period, dict[Key, dict[str, Value]]] = field(default_factory=dict)

    def of(self, period: Period, key: Key = ALL) -> Mapping[str, Value]:
        """The values of one period and key."""
        return self.values.get(period, {}).get(key, {})

    def all_keys(self) -> list[Key]:
        """Every key that occurs in any period."""
        return sorted({key for by_key in self.values.values() for key in by_key}, key=str)


def evaluate(
    catalogue: Catalogue,
    questions: Iterable[Question],
    where: Where = EVERYTHING,
    by: tuple[str, ...] = (),
) -> Answers:
    """The exact value of each indicator asked for; `by` splits by "unit" and dimensions of the books.

    Measures (dotted codes) may be asked for directly. What is counted in a book without one of the
    dimensions asked for has no value. Raises Missing for an unknown code.
    """
    asked = _merged(questions)
    books = Books(where, by)
    for period, codes in asked.items():
        books.expect(period, map(catalogue.measure, catalogue.leaves(codes)))
    with one_tree():
        books.read()
    answers = Answers()
    for period, codes in asked.items():
        answers.values[period] = _period_values(catalogue, period, codes, books)
    return answers


def evaluate_one(
    catalogue: Catalogue, codes: Iterable[str], period: Period, where: Where = EVERYTHING
) -> Mapping[str, Value]:
    """The values of some indicators in one period, without dimensions."""
    return evaluate(catalogue, [Question(period, frozenset(codes))], where).of(period)


def _merged(questions: Iterable[Question]) -> dict[Period, frozenset[str]]:
    asked: dict[Period, frozenset[str]] = {}
    for question in questions:
        asked[question.period] = asked.get(question.period, frozenset()) | question.codes
    return asked


def _period_values(
    catalogue: Catalogue, period: Period, codes: frozenset[str], books: Books
) -> dict[Key, dict[str, Value]]:
    measures = [catalogue.measure(code) for code in catalogue.leaves(codes)]
    counted = {measure.code: books.values(measure, period) for measure in measures}
    otherwise = {measure.code: books.otherwise(measure) for measure in measures}
    keys = {key for by_key in counted.values() for key in by_key}
    if not keys and not books.by:  # nothing counted is 0 of the whole, but no row of a split
        keys = {ALL}
    order = catalogue.in_order(sorted(code for code in codes if "." not in code))
    found: dict[Key, dict[str, Value]] = {}
    for key in keys:
        values: dict[str, Value] = {
            code: by_key.get(key, otherwise[code]) for code, by_key in counted.items()
        }
        for code in order:
            values[code] = work_out(catalogue.trees[code], Figures(values))
        found[key] = values
    return found
