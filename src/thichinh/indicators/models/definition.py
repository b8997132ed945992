"""The definition files of indicators, identities and published statements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from thichinh.foundation.calendar import PeriodKind
from thichinh.foundation.definitions import DefinitionModel

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
MeasureCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", max_length=80)]
Comparison = Literal["==", ">", ">=", "<", "<=", "~"]


class Fragment(BaseModel):
    """A piece of a definition: unknown keys are refused, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Target(Fragment):
    """What the authority set itself: a value, how it compares, the year it is due."""

    value: Decimal
    cmp: Comparison = ">="
    by: int | None = None


class IndicatorDefinition(DefinitionModel):
    """One indicator: a formula over measures (dotted names) and other indicators (plain names).

    `unit` "dossiers" counts things; "percent" is already multiplied by 100 by the formula and is
    shown with `decimals`. `better` says which direction is good, for colours and targets.
    """

    name: str = Field(min_length=1, max_length=300)
    name_en: str = ""
    short_name: str = ""
    formula: str = Field(min_length=1, max_length=500)
    unit: Literal["dossiers", "percent", "number", "days"] = "dossiers"
    decimals: int = Field(default=0, ge=0, le=6)
    period_kinds: tuple[PeriodKind, ...] = tuple(PeriodKind)
    target: Target | None = None
    better: Literal["more", "less", "neither"] = "neither"
    legal_basis: tuple[str, ...] = ()
    description: str = ""
    position: int = 0


class Explanation(Fragment):
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


class PublishedPeriod(Fragment):
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
