"""The definition file of a report: sections of text, tables, charts and checks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from thichinh.foundation.calendar import PeriodKind
from thichinh.foundation.definitions import DefinitionModel, DefinitionPart
from thichinh.indicators.models.definition import Code

Repeat = Literal["once", "period"]


class TextSection(DefinitionPart):
    """Sentences with figures in them: `{{ resolved }}`, `{{ total.received_total }}`.

    `{{ period }}`, `{{ from }}`, `{{ to }}` and `{{ unit }}` are words, not figures. With
    `repeat: period` the text is written once for each period. Shown only for several periods
    with `only: several`, for one with `only: single`.
    """

    kind: Literal["text"]
    heading: str = ""
    text: str = Field(min_length=1)
    repeat: Repeat = "once"
    only: Literal["always", "single", "several"] = "always"


class FiguresSection(DefinitionPart):
    """A table of indicators: computed beside published, and what the difference comes from."""

    kind: Literal["figures"]
    heading: str = ""
    indicators: tuple[Code, ...] = Field(min_length=1)


class Column(DefinitionPart):
    """One column of a matrix: its printed number, heading, group heading and indicator."""

    number: str
    heading: str
    group: str = ""
    formula: str = ""
    indicator: Code


class MatrixSection(DefinitionPart):
    """A table with a column per indicator, a total row, and a row per unit or per value of a
    dimension that the books of its indicators have."""

    kind: Literal["matrix"]
    heading: str = ""
    rows: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
    row_heading: str
    columns: tuple[Column, ...] = Field(min_length=1)


class TrendSection(DefinitionPart):
    """A chart by reporting month; all its indicators count things of one book."""

    kind: Literal["trend"]
    heading: str = ""
    book: str
    indicators: tuple[Code, ...] = Field(min_length=1)


class ChecksSection(DefinitionPart):
    """The identities, each with its verdict in words."""

    kind: Literal["checks"]
    heading: str = ""


class NarrativeSection(DefinitionPart):
    """A paragraph an official writes; the draft keeps it under `key`."""

    kind: Literal["narrative"]
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
    heading: str = ""
    hint: str = ""
    text: str = ""


Section = Annotated[
    TextSection | FiguresSection | MatrixSection | TrendSection | ChecksSection | NarrativeSection,
    Field(discriminator="kind"),
]


class ReportDefinition(DefinitionModel):
    """One report: for which periods and units it is made, and what stands in it in which order.

    `keys` are the indicators a program asks for (`report show --format json`), in order;
    `stated_totals` names what papers state over several periods (total_received_stated);
    `summary` are the few figures shown first. `identities` are those that belong to the report; where
    they are not named, every identity about one of its indicators.
    """

    title: str = Field(min_length=1, max_length=300)
    title_en: str = ""
    short_title: str = ""
    number: str = ""
    period_kinds: tuple[PeriodKind, ...] = tuple(PeriodKind)
    layout: Literal["portrait", "landscape"] = "portrait"
    keys: tuple[Code, ...] = Field(min_length=1)
    stated_totals: dict[str, Code] = {}
    summary: tuple[Code, ...] = ()
    identities: tuple[Code, ...] | None = None
    sections: tuple[Section, ...] = Field(min_length=1)
    legal_basis: tuple[str, ...] = ()
    description: str = ""
    position: int = 0
