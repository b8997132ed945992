"""What the definition files of unit kinds, units, roles and the authority itself may say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from thichinh.foundation.definitions import DefinitionModel

UnitCode = Annotated[str, Field(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=60)]
KindCode = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Duty = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Level = Literal["province", "district", "commune"]
"""Levels of government that take in and decide; two of them since 1/7/2025."""
Place = Literal["committee", "office", "desk", "group", "community"]
PermissionCode = Annotated[str, Field(pattern=r"^[a-z][a-z_]*\.[a-z_]+$", max_length=60)]


class UnitKindDefinition(DefinitionModel):
    """A kind of unit: ward, department, one-stop desk, hamlet.

    `place` is what such a unit is in its level of government; `under` the kinds it may stand below
    (none: only a root). In the patterns `{name}` stands for the unit's own name.
    """

    name: str = Field(min_length=1, max_length=80)
    name_en: str = Field(min_length=1, max_length=80)
    level: Level | Literal["", "hamlet"] = ""
    place: Place
    under: tuple[KindCode, ...] = ()
    organ_name: str = Field(default="{name}", pattern=r"\{name\}", max_length=120)
    organ_name_en: str = Field(default="{name}", pattern=r"\{name\}", max_length=120)
    desk_name: str = Field(default="{name}", pattern=r"\{name\}", max_length=120)
    desk_name_en: str = Field(default="{name}", pattern=r"\{name\}", max_length=120)


class DefinedUnit(BaseModel):
    """One unit and those below it. Codes are for ever; names may move to other codes.

    `duties` are what an office decides for its committee; without them, what the last part of its
    code says (`xa-a.tu-phap`: `tu-phap`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    code: UnitCode
    name: str = Field(max_length=200)
    short_name: str = Field(max_length=80)
    kind: KindCode
    area_code: str = Field(default="", pattern=r"^([0-9]{2}|[0-9]{3}|[0-9]{5})?$")
    organ_code: str = Field(default="", pattern=r"^([0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2})?$")
    lat: float | None = Field(default=None, ge=8, le=24)
    lon: float | None = Field(default=None, ge=102, le=118)
    duties: tuple[Duty, ...] = ()
    succeeds: tuple[UnitCode, ...] = ()
    children: tuple[DefinedUnit, ...] = ()

    def below(self, parent: str = "") -> Iterator[tuple[str, DefinedUnit]]:
        """This node and every node under it, parents first, each with its parent's code."""
        yield parent, self
        for child in self.children:
            yield from child.below(self.code)


class UnitTreeDefinition(DefinitionModel):
    """The units of one authority from one day on. `succeeds` names units of earlier versions."""

    title: str
    legal_basis: str = ""
    units: tuple[DefinedUnit, ...]

    def nodes(self) -> Iterator[tuple[str, DefinedUnit]]:
        """Every node, parents first, with its parent's code ('' for a root)."""
        for root in self.units:
            yield from root.below()

    @model_validator(mode="after")
    def _codes_once(self) -> Self:
        codes = [node.code for _, node in self.nodes()]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"unit codes used twice: {', '.join(twice)}")
        return self


class Letterhead(BaseModel):
    """What stands at the head and foot of the authority's papers; empty means: as for its kind."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    above: str = Field(default="", max_length=200)
    agency: str = Field(default="", max_length=200)
    symbol: str = Field(default="", max_length=20)
    place: str = Field(default="", max_length=80)
    signer: str = Field(default="", max_length=80)


class AuthorityDefinition(DefinitionModel):
    """Whose installation this is: the name on the door, its own root unit, language and address.

    `exercise`: the authority says that it takes in no real dossiers here, and needs no organ identifier
    of its own.
    """

    name: str = Field(min_length=1, max_length=200)
    unit: UnitCode
    language: Literal["vi", "en"] = "vi"
    address: str = Field(default="", max_length=200, pattern=r"^(https?://[^\s/]+(/.*)?)?$")
    letterhead: Letterhead = Letterhead()
    exercise: bool = False


class PermissionBundle(DefinitionModel):
    """Permissions that belong together, shipped by an app: what roles are composed of.

    Its code begins with the app's name. A later version of an app may widen a bundle; the roles
    that name it follow.
    """

    code: str = Field(pattern=r"^[a-z][a-z_]*\.[a-z_]+$", max_length=40)
    title: str = Field(max_length=120)
    title_en: str = Field(max_length=120)
    permissions: tuple[PermissionCode, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _permissions_once(self) -> Self:
        _check_once(self.permissions, "permission")
        return self


class RoleDefinition(DefinitionModel):
    """What the holders of a role may do: bundles of the apps, and single permissions beside them.

    `scope` says where the role makes sense: `self` (a person's own affairs: every account of a
    person has it), `unit` (one unit) or `subtree` (a unit and all below it).
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)
    title: str = Field(max_length=120)
    title_en: str = Field(max_length=120)
    scope: Literal["self", "unit", "subtree"]
    bundles: tuple[PermissionCode, ...] = ()
    permissions: tuple[PermissionCode, ...] = ()

    @model_validator(mode="after")
    def _permits_something_once(self) -> Self:
        _check_once(self.permissions, "permission")
        _check_once(self.bundles, "bundle")
        if not self.permissions and not self.bundles:
            raise ValueError("a role needs a bundle or a permission")
        return self


def _check_once(codes: tuple[str, ...], what: str) -> None:
    if len(set(codes)) != len(codes):
        raise ValueError(f"a {what} is listed twice")
