"""What the definition files under `definitions/example/units` and `definitions/national/roles` may say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from thichinh.foundation.definitions import DefinitionModel

UnitCode = Annotated[str, Field(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=60)]
UnitKind = Literal["province", "town", "group", "office", "desk", "commune", "ward"]
PermissionCode = Annotated[str, Field(pattern=r"^[a-z]+\.[a-z_]+$", max_length=60)]


class UnitNode(BaseModel):
    """One unit and those below it. Codes are for ever; names may move to other codes."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    code: UnitCode
    name: str = Field(max_length=200)
    short_name: str = Field(max_length=80)
    kind: UnitKind
    area_code: str = Field(default="", pattern=r"^([0-9]{2}|[0-9]{3}|[0-9]{5})?$")
    organ_code: str = Field(default="", pattern=r"^([0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2})?$")
    lat: float | None = Field(default=None, ge=8, le=24)
    lon: float | None = Field(default=None, ge=102, le=118)
    succeeds: tuple[UnitCode, ...] = ()
    children: tuple[UnitNode, ...] = ()

    def below(self, parent: str = "") -> Iterator[tuple[str, UnitNode]]:
        """This node and every node under it, parents first, each with its parent's code."""
        yield parent, self
        for child in self.children:
            yield from child.below(self.code)


class UnitTreeDefinition(DefinitionModel):
    """The units of one authority from one day on. `succeeds` names units of earlier versions."""

    title: str
    legal_basis: str = ""
    units: tuple[UnitNode, ...]

    def nodes(self) -> Iterator[tuple[str, UnitNode]]:
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


class PermissionBundle(DefinitionModel):
    """Permissions that belong together, shipped by an app: what roles are composed of.

    Its code begins with the app's name. A later version of an app may widen a bundle; the roles
    that name it follow.
    """

    code: str = Field(pattern=r"^[a-z]+\.[a-z_]+$", max_length=40)
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
