"""The kinds of definitions that the apps have registered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from thichinh.foundation.contributions import Part, Registry
from thichinh.foundation.models import DefinitionVersion


class DefinitionModel(BaseModel):
    """What every definition has. `effective_to` is the last day, inclusive; None means open.

    `made_from` stands in an override: the checksum of the version of the layer above that it was
    made from. `said_elsewhere` names keys that earlier releases wrote in this kind and that are
    said elsewhere now: they do not count when a file is compared with what was published.
    `default_changed` names keys whose default another release changed: a file that leaves one out
    agrees with whatever the earlier default published.
    """

    said_elsewhere: ClassVar[frozenset[str]] = frozenset()
    default_changed: ClassVar[frozenset[str]] = frozenset()
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    code: str
    version: int = 1
    effective_from: date
    effective_to: date | None = None
    made_from: str = Field(default="", pattern=r"^([0-9a-f]{12,64})?$")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> DefinitionModel:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError("effective_to lies before effective_from")
        return self


class DefinitionPart(BaseModel):
    """A piece of a definition: unknown keys are refused, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


M = TypeVar("M", bound=DefinitionModel)


@dataclass(frozen=True)
class Kind(Part, Generic[M]):
    """A kind of definition: its name, folder under `definitions/`, model and mirror.

    `project(row, content)` mirrors a newly published version into the app's own tables, in the
    transaction that publishes it. Kinds load in the order of `rank`, lowest first.
    """

    name: str
    folder: str
    model: type[M]
    project: Callable[[DefinitionVersion, Any], None] | None = None
    rank: int = 50


KINDS: Registry[Kind[Any]] = Registry(Kind, lambda kind: kind.name)


def kinds() -> list[Kind[Any]]:
    """Every kind, in loading order."""
    return sorted(KINDS, key=lambda kind: (kind.rank, kind.name))


def kind_named(name: str) -> Kind[Any]:
    return KINDS[name]


@dataclass(frozen=True)
class Consistency(Part):
    """What must hold between definitions, beyond each by itself: asked after all are loaded.

    `problems(on)` answers a sentence for each thing that is wrong with those in force on a day.
    Where it does not bind, they are told and everything is published all the same.
    """

    name: str
    problems: Callable[[date], Iterable[str]]
    binds: bool = True


CONSISTENCIES: Registry[Consistency] = Registry(Consistency, lambda given: given.name)
