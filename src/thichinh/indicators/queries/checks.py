"""Identities on computed values and on published statements, and what explains a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from thichinh.foundation.calendar import Period
from thichinh.foundation.text import vn_number
from thichinh.indicators.models.definition import Explanation, IdentityDefinition
from thichinh.indicators.queries.evaluation import Answers, Question
from thichinh.indicators.queries.published import Statements
from thichinh.indicators.rules.catalogue import Catalogue
from thichinh.indicators.rules.formula import Figures, Value, names, work_out
from thichinh.indicators.rules.identities import (
    Basis,
    IdentityResult,
    checked,
    equation,
    extent,
    sentence,
    verdict,
)
from thichinh.indicators.rules.periods import follows

_SCOPE_OF = {"this": "", "previous": "previous", "first": "first"}
NOTHING: Mapping[str, Value] = {}
NOBODY = Statements({})


@dataclass(frozen=True)
class Concerned:
    """The records a failed identity is about: those of an indicator in a period."""

    indicator: str
    period: Period
    count: int


@dataclass(frozen=True)
class Check:
    """One identity worked out once, in words, with what explains it where it failed."""

    result: IdentityResult
    equation: str
    verdict: str
    reason: str = ""
    concerned: Concerned | None = None

    @property
    def code(self) -> str:
        """Code of the identity."""
        return self.result.identity.code

    @property
    def failed(self) -> bool:
        """Whether the two sides differ."""
        return self.result.passed is False


@dataclass(frozen=True)
class PeriodSet:
    """The periods evaluated together: in order, and all of them as one when they are contiguous."""

    periods: tuple[Period, ...]

    @property
    def span(self) -> Period | None:
        """The whole, if there are several and each follows the one before."""
        pairs = pairwise(self.periods)
        if len(self.periods) < 2 or not all(follows(b, a) for a, b in pairs):
            return None
        return self.whole

    @property
    def whole(self) -> Period:
        """All of them as one; where they leave gaps, from the first day to the last."""
        first, last = self.periods[0], self.periods[-1]
        return Period.between(first.first, last.last, first.scheme)

    @property
    def all(self) -> tuple[Period, ...]:
        """Each of them, then the whole."""
        return (*self.periods, self.span) if self.span else self.periods

    def before(self, period: Period) -> Period:
        """The period before one of them: its neighbour here, else the statutory one."""
        neighbours = (p for p in self.periods if follows(period, p))
        return next(neighbours, None) or period.previous()


def questions(
    identities: Iterable[IdentityDefinition],
    period_set: PeriodSet,
    codes: Iterable[str],
    stated: Statements = NOBODY,
) -> list[Question]:
    """What to evaluate so that these indicators can be shown and these identities checked.

    A published period may follow another one than the statutory: what explains a failure is then
    looked for at the end of that one.
    """
    wanted = frozenset(codes)
    asked = [Question(period, wanted) for period in (*period_set.periods, period_set.whole)]
    for identity in identities:
        asked += _needs(identity, period_set)
        asked += _explanations(identity, period_set, stated)
    return asked


def on_computed(
    catalogue: Catalogue,
    identities: Iterable[IdentityDefinition],
    period_set: PeriodSet,
    answers: Answers,
) -> list[Check]:
    """These identities on values worked out from the books."""
    values = {period: answers.of(period) for period in answers.values}
    found = _results(identities, period_set, "computed", values, period_set.before)
    return [_described(catalogue, result, period_set, answers) for result in found]


def on_published(
    catalogue: Catalogue,
    identities: Iterable[IdentityDefinition],
    period_set: PeriodSet,
    statements: Statements,
    answers: Answers,
) -> list[Check]:
    """These identities on what papers state; those with a side nobody stated are left out.

    `answers` are the computed values: a failure is explained by an indicator that equals it.
    """
    values = {period: statements.values(period) for period in statements.by_period}
    found = _results(identities, period_set, "published", values, statements.before)
    judged = (result for result in found if result.passed is not None)
    return [_described(catalogue, result, period_set, answers) for result in judged]


def _results(
    identities: Iterable[IdentityDefinition],
    period_set: PeriodSet,
    basis: Basis,
    values: Mapping[Period, Mapping[str, Value]],
    before: Callable[[Period], Period | None],
) -> Iterator[IdentityResult]:
    """Each identity for each period, or for all of them as one where it speaks of several."""
    for identity in identities:
        if extent(identity) != "span":
            for period in period_set.periods:
                past = before(period)
                figures = Figures(
                    values.get(period, NOTHING), values.get(past, NOTHING) if past else NOTHING
                )
                yield checked(identity, figures, basis=basis, period=period, previous=past)
        elif (whole := period_set.span) is not None:
            every = [values.get(period, NOTHING) for period in period_set.periods]
            figures = Figures(NOTHING, every=every, total=values.get(whole, NOTHING))
            yield checked(identity, figures, basis=basis, period=whole)


@dataclass(frozen=True)
class Beside:
    """Computed beside published figures of one period, and the failed checks on published ones."""

    catalogue: Catalogue
    checks: Sequence[Check]
    computed: Mapping[str, Value]
    stated: Mapping[str, Value]

    def off(self, code: str) -> Fraction | None:
        """Computed minus published, both as rounded as the indicator is shown."""
        number = self.catalogue.notation(code).rounded(self.computed.get(code))
        stated = self.stated.get(code)
        return None if number is None or stated is None else number - stated

    def because(self, code: str) -> Check | None:
        """The failed check that a figure's difference comes from, if any.

        A count must be off by exactly what the identity is off by. A ratio must follow from the
        published figures it is made of, and those that are off must be explained themselves.
        """
        off = self.off(code)
        if not off:
            return None
        if self.catalogue.signed_measures(code) is None:
            return self._because_of_inputs(code)
        for check in self.checks:
            difference = check.result.difference
            spread = code in check.result.identity.spreads_to
            if check.failed and spread and difference is not None and abs(off) == abs(difference):
                return check
        return None

    def _because_of_inputs(self, code: str) -> Check | None:
        inputs = [c for c in self.catalogue.inputs(code) if c in self.stated]
        mixed = Figures({**self.computed, **self.stated})
        follows = self.catalogue.notation(code).rounded(work_out(self.catalogue.tree(code), mixed))
        if follows is None or follows != self.stated[code]:
            return None
        found = [self.because(c) for c in inputs if self.off(c)]
        return found[0] if found and all(found) else None


def beside(
    catalogue: Catalogue,
    checks: Sequence[Check],
    period: Period,
    answers: Answers,
    statements: Statements,
) -> Beside:
    """What stands beside each other for one period."""
    own = [check for check in checks if check.result.period == period]
    return Beside(catalogue, own, answers.of(period), statements.values(period))


def _needs(identity: IdentityDefinition, period_set: PeriodSet) -> list[Question]:
    asked: list[Question] = []
    by_scope: dict[str, set[str]] = {}
    for name in names(equation(identity)):
        by_scope.setdefault(name.scope, set()).add(name.code)
    for explanation in identity.explain:
        by_scope.setdefault(_SCOPE_OF[explanation.of], set()).add(explanation.indicator)
    for scope, codes in by_scope.items():
        asked += [Question(p, frozenset(codes)) for p in _periods_of(scope, period_set)]
    return asked


def _explanations(
    identity: IdentityDefinition, period_set: PeriodSet, stated: Statements
) -> list[Question]:
    before = [past for p in period_set.periods if (past := stated.before(p)) is not None]
    codes = frozenset(e.indicator for e in identity.explain if e.of == "previous")
    return [Question(past, codes) for past in before] if codes else []


def _periods_of(scope: str, period_set: PeriodSet) -> list[Period]:
    if scope == "previous":
        return [period_set.before(period) for period in period_set.periods]
    if scope == "total":
        return [period_set.span] if period_set.span else []
    if scope in ("first", "sum") and period_set.span is None:
        return []
    return [period_set.periods[0]] if scope == "first" else list(period_set.periods)


def _described(
    catalogue: Catalogue, result: IdentityResult, period_set: PeriodSet, answers: Answers
) -> Check:
    described = Check(result, sentence(result, catalogue.name), verdict(result))
    if result.passed is not False or result.difference is None:
        return described
    for explanation in result.identity.explain:
        period = _explaining_period(explanation, result, period_set)
        value = answers.of(period).get(explanation.indicator) if period else None
        if period and value is not None and value == abs(result.difference):
            reason = explanation.says.format(n=vn_number(int(value)))
            concerned = Concerned(explanation.indicator, period, int(value))
            return replace(described, reason=reason, concerned=concerned)
    return described


def _explaining_period(
    explanation: Explanation, result: IdentityResult, period_set: PeriodSet
) -> Period | None:
    if explanation.of == "previous":
        return result.previous
    return period_set.periods[0] if explanation.of == "first" else result.period
