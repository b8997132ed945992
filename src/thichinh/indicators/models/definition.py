"""The definition files of indicators, identities and published statements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from thichinh.foundation.calendar import PeriodKind
from thichinh.foundation.definitions import DefinitionModel, DefinitionPart

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
MeasureCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", max_length=80)]
Comparison = Literal["==", ">", ">=", "<", "<=", "~"]


class Target(DefinitionPart):
    """What the authority set itself: a value in the indicator's unit, how it compares, the year it
    is due."""

    value: Decimal
    cmp: Comparison = ">="
    by: int | None = None


class IndicatorDefinition(DefinitionModel):
    """One indicator: a formula over measures (dotted names) and other indicators (plain names).

    `unit` is the code of a measure unit; empty: that of the measures it adds up. "percent" is
    already multiplied by 100 by the formula. It is written with `decimals`, after dividing by
    `scale` (one of the unit's: 1000000 writes đồng as "triệu đồng"). `better` says which direction
    is good, for colours and targets. `target` holds for every unit that no target definition names.
    """

    default_changed: ClassVar[frozenset[str]] = frozenset({"unit"})

    name: str = Field(min_length=1, max_length=300)
    name_en: str = ""
    short_name: str = ""
    formula: str = Field(min_length=1, max_length=500)
    unit: str = Field(default="", max_length=40)
    decimals: int = Field(default=0, ge=0, le=6)
    scale: int = Field(default=1, ge=1)
    period_kinds: tuple[PeriodKind, ...] = tuple(PeriodKind)
    target: Target | None = None
    better: Literal["more", "less", "neither"] = "neither"
    legal_basis: tuple[str, ...] = ()
    description: str = ""
    position: int = 0


class MeasureUnitDefinition(DefinitionModel):
    """A unit of measure that an authority adds, or names otherwise: see `rules.units.MeasureUnit`."""

    name: str = Field(min_length=1, max_length=60)
    name_en: str = ""
    symbol: str = Field(default="", max_length=20)
    scales: dict[int, str] = {}
    counts: bool = False


class TargetDefinition(DefinitionModel):
    """What units set themselves for an indicator in some years.

    For the units named by `units` (codes) or by `unit_kinds`; for every unit where neither is
    given. The value is in the indicator's unit. `period_kinds` are the periods it is compared in: a
    number to be reached by the end of a year says nothing about a month. `by` is the year it is to
    be reached in, where that is a later one.
    """

    indicator: Code
    units: tuple[str, ...] = ()
    unit_kinds: tuple[str, ...] = ()
    years: tuple[int, ...] = Field(min_length=1)
    value: Decimal
    cmp: Comparison = ">="
    by: int | None = None
    period_kinds: tuple[PeriodKind, ...] = tuple(PeriodKind)
    legal_basis: tuple[str, ...] = ()

    @property
    def target(self) -> Target:
        """The same as an indicator states it."""
        return Target(value=self.value, cmp=self.cmp, by=self.by)


class Explanation(DefinitionPart):
    """Where to look when an identity fails: an indicator whose value equals the difference.

    Its records, at the named period, are then the things concerned. `says` is the sentence for a
    person; `{n}` stands for their number.
    """

    indicator: Code
    of: Literal["this", "previous", "first"] = "this"
    says: str = Field(min_length=1)


class IdentityDefinition(DefinitionModel):
    """An equation that has to hold between figures, computed or published.

    Names: `x` this period, `previous.x` the one before, `first.x` the first of several,
    `total.x` all of them as one, `sum(...)` added over them.
    """

    name: str = Field(min_length=1, max_length=300)
    name_en: str = ""
    expression: str = Field(min_length=1, max_length=500)
    when_broken: str = Field(min_length=1)
    explain: tuple[Explanation, ...] = ()
    spreads_to: tuple[Code, ...] = ()
    legal_basis: tuple[str, ...] = ()
    position: int = 0


class PublishedPeriod(DefinitionPart):
    """The figures one paper states for one period."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: str = ""
    start: date = Field(alias="from")
    end: date = Field(alias="to")
    values: dict[Code, Decimal] = Field(min_length=1)

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"period {self.start}..{self.end} ends before it starts")
        return self


class PublishedDefinition(DefinitionModel):
    """A published paper and every number it states. Compared with, never computed with."""

    report: str = Field(min_length=1)
    unit: str = Field(min_length=1, description="code of the unit the figures are about")
    title: str = Field(min_length=1)
    issuer: str = ""
    published_on: date
    source: str = Field(min_length=1)
    periods: tuple[PublishedPeriod, ...] = Field(min_length=1)
