"""What a procedure's definition file may say, and what it may not contradict.

A definition is one version of one procedure, in force from `effective_from` to `effective_to`.
Decree 61/2018 (article 8) makes an authority publish exactly these facts: papers, steps, time,
fee, result, legal basis; circular 32/2017 adds the level of online service (1 to 4).
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from thichinh.foundation.calendar import MINUTES_OF_A_DAY
from thichinh.foundation.definitions import DefinitionModel, DefinitionPart
from thichinh.foundation.forms import (
    Check,
    FormDefinition,
    FormField,
    Section,
    form_problems,
    repeated_codes,
)

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
NationalCode = Annotated[str, Field(pattern=r"^\d\.\d{6}$")]
Level = Literal["province", "district", "commune"]
PROCEDURE = "procedure"
FIELD = "field"
COMPETENCE = "competence"
CHOICE = "catalogue-choice"
"""Names of the kinds of definition this app brings."""
COMMITTEE = "committee"
"""Who decides where no office is named: the People's Committee of the level that decides."""
_RANK = {"commune": 0, "district": 1, "province": 2}


class Term(DefinitionPart):
    """How long the law allows: working days, calendar days, hours, or the same day."""

    unit: Literal["working_days", "hours", "days", "same_day"]
    amount: int = Field(default=0, ge=0, le=400)

    @model_validator(mode="after")
    def _amount_fits_unit(self) -> Self:
        if (self.unit == "same_day") != (self.amount == 0):
            raise ValueError("same_day has amount 0 and every other unit at least 1")
        return self

    @property
    def minutes(self) -> int:
        """Length in minutes, one day counted as eight hours: only for comparing terms."""
        return (self.amount or 1) * (60 if self.unit == "hours" else MINUTES_OF_A_DAY)


class Paper(DefinitionPart):
    """One component of the dossier: how many originals and copies, and on which form."""

    code: Slug
    name: str = Field(min_length=1)
    original: int = Field(default=0, ge=0)
    copies: int = Field(default=0, ge=0)
    required: bool = True
    note: str = ""
    form_no: str = ""

    @model_validator(mode="after")
    def _something_is_asked_for(self) -> Self:
        if self.original + self.copies == 0:
            raise ValueError(f"{self.code}: ask for at least one original or copy")
        return self


class Step(DefinitionPart):
    """One step of the work: the desk, the competent unit, or its leader, and the time it has."""

    code: Slug
    name: str = Field(min_length=1)
    unit: Literal["desk", "competent", "leader"]
    term: Term


class Fee(DefinitionPart):
    """What the applicant pays, in đồng; `amount` is empty where a rule has to be read."""

    amount: int | None = Field(default=0, ge=0)
    note: str = ""
    rule: str = ""


class Result(DefinitionPart):
    """What the applicant takes home."""

    name: str = Field(min_length=1)
    kind: Literal["certificate", "copy", "decision", "confirmation", "permit", "notice", "benefit"]
    validity: str = ""


class Performer(DefinitionPart):
    """Which level of government takes a procedure in, which decides it, and who there.

    `audited` says whether that was compared with the act that divides competence. Where it was not,
    the procedure is offered only by an authority that chooses it.
    """

    level: Level
    decides: Level | None = None
    by: str = Field(default=COMMITTEE, pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=60)
    audited: bool = True

    @model_validator(mode="after")
    def _decided_no_lower(self) -> Self:
        if self.decides is not None and _RANK[self.decides] < _RANK[self.level]:
            raise ValueError("decides: a lower level cannot decide what a higher one takes in")
        return self


class CompetenceDefinition(DefinitionModel):
    """Who performs the procedures, as the law on local government divides them.

    What it leaves out nobody performs while it is in force: it ended, or became part of another.
    """

    title: str = Field(min_length=1)
    legal_basis: tuple[str, ...] = ()
    procedures: dict[Slug, Performer]


class Choice(DefinitionPart):
    """What an authority does with one procedure; `unit` decides it here where one is named."""

    offered: bool = True
    unit: str = Field(default="", pattern=r"^([a-z0-9]+([.-][a-z0-9]+)*)?$", max_length=60)


class ChoiceDefinition(DefinitionModel):
    """The procedures an authority offers; what it does not name is offered where the law says so and
    that was audited."""

    procedures: dict[Slug, Choice]


class FieldDefinition(DefinitionModel):
    """A field of administration (lĩnh vực), e.g. civil status."""

    name: str = Field(min_length=1)
    name_en: str = ""
    position: int = 0


class ProcedureDefinition(DefinitionModel):
    """One version of one administrative procedure (thủ tục hành chính).

    Who performs it is said apart, in a competence: the catalogue fills in `level` (which level of
    government takes it in), `decides` (which one decides) and `authority` (who there: the committee,
    the duty of an office, or the code of a unit). Only what an authority makes for itself writes
    them here. `keywords` are what people call it (“sổ đỏ”), for search. `processor_decides` is the
    provision by which whoever processed a dossier may also decide it; without one they may not.
    """

    said_elsewhere: ClassVar[frozenset[str]] = frozenset({"level", "authority", "decides"})

    national_code: NationalCode | None = None
    name: str = Field(min_length=1, max_length=500)
    name_en: str = ""
    keywords: tuple[str, ...] = ()
    field: Slug
    level: Level | None = None
    decides: Level | None = None
    service_level: int = Field(ge=1, le=4)
    mode: Literal["none", "mot_phan", "toan_trinh"] = "none"
    online: bool = False
    authority: str = Field(default="", max_length=60)
    audience: tuple[Literal["citizen", "business", "household", "organisation"], ...]
    papers: tuple[Paper, ...] = Field(min_length=1)
    copies_of_dossier: int = Field(default=1, ge=1)
    steps: tuple[Step, ...] = Field(min_length=1)
    term: Term
    term_note: str = ""
    fee: Fee = Fee()
    form: tuple[FormField, ...] = Field(min_length=1)
    form_checks: tuple[Check, ...] = ()
    result: Result
    legal_basis: tuple[str, ...] = Field(min_length=1)
    channels: tuple[Literal["direct", "online", "postal"], ...] = ("direct",)
    requires_presence: bool = False
    processor_decides: str = ""
    conditions: str = ""

    @cached_property
    def questions(self) -> FormDefinition:
        """The form that the applicant fills in."""
        return FormDefinition(
            title=self.name, title_en=self.name_en, fields=self.form, checks=self.form_checks
        )

    @property
    def postal_allowed(self) -> bool:
        """Whether the dossier may come, or the result go, by public post (decision 45/2016)."""
        return "postal" in self.channels

    @model_validator(mode="before")
    @classmethod
    def _words_of_earlier_releases(cls, given: Any) -> Any:
        """What was published by earlier releases called the district a town."""
        if not isinstance(given, dict):
            return given
        level = "district" if given.get("level") == "town" else given.get("level")
        authority = COMMITTEE if given.get("authority") == "commune" else given.get("authority")
        named = {"level": level, "authority": authority}
        return given | {key: value for key, value in named.items() if key in given}

    @model_validator(mode="after")
    def _facts_agree(self) -> Self:
        problems = [*_service_problems(self), *_step_problems(self), *_form_problems(self)]
        if problems:
            raise ValueError("; ".join(problems))
        return self


def _service_problems(definition: ProcedureDefinition) -> list[str]:
    modes = {3: "mot_phan", 4: "toan_trinh"}
    problems = []
    if definition.mode != modes.get(definition.service_level, "none"):
        problems.append("mode: level 3 is mot_phan, level 4 toan_trinh, below that none")
    if definition.online != (definition.service_level >= 3):
        problems.append("online: offered online at levels 3 and 4, and only there")
    if definition.online != ("online" in definition.channels):
        problems.append("channels: online is a channel of exactly the procedures offered online")
    if definition.requires_presence and definition.postal_allowed:
        problems.append("channels: a procedure that requires presence cannot come by post")
    return problems


def _step_problems(definition: ProcedureDefinition) -> list[str]:
    problems = repeated_codes("steps", [step.code for step in definition.steps])
    total = sum(step.term.minutes for step in definition.steps)
    whole = definition.term.minutes
    if total > whole:
        problems.append(f"steps: their terms add up to {total} minutes, the whole has {whole}")
    return problems


def _form_problems(definition: ProcedureDefinition) -> list[str]:
    problems = repeated_codes("papers", [paper.code for paper in definition.papers])
    return problems + form_problems([Section(fields=definition.form)], definition.form_checks)


def is_national_code(text: str) -> bool:
    """Whether a text is a national procedure code, e.g. 1.001193."""
    return re.fullmatch(r"\d\.\d{6}", text) is not None
