"""Layers of definitions: the nation's, the province's, the authority's own.

A layer is a folder. Its `layer.yaml` names it, says its level and which layer stands above it, as
a path inside the definitions that we ship. A folder without one stands alone. Versions of a layer
that overrides a document of a layer above are numbered in a thousand of their own, so that what
the layer above publishes later never meets their numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Protocol, TypeVar

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from thichinh.foundation.contributions import Part, Registry
from thichinh.foundation.errors import Refused
from thichinh.foundation.yaml_files import read_yaml

MANIFEST = "layer.yaml"
STEP = 1000
"""Versions of overrides: national 1 to 1000, province from 1001, authority from 2001."""

_RANKS = {"national": 0, "province": 1, "authority": 2}


class _Manifest(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    code: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    title: str
    level: Literal["national", "province", "authority"]
    above: Annotated[str, Field(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)*$")] | None = None


@dataclass(frozen=True, slots=True)
class DefinitionsFolder(Part):
    """Definitions that an app brings with it: a part of the national layer, under the same folders."""

    path: Path


FOLDERS: Registry[DefinitionsFolder] = Registry(DefinitionsFolder, lambda given: given.path)


@dataclass(frozen=True, slots=True)
class Layer:
    """One folder of definitions; a higher `rank` is heard before a lower one."""

    root: Path
    code: str
    title: str
    rank: int

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where its documents lie: the national layer is also what the apps bring."""
        brought = [folder.path for folder in FOLDERS] if self.code and not self.rank else []
        return (self.root, *brought)

    def refusal(self, version: int, made_from: str) -> str:
        """Why a version cannot override what stands above, or nothing."""
        first = self.rank * STEP + 1
        if not first <= version < first + STEP:
            return (
                f"đổi một định nghĩa của lớp trên thì đánh số phiên bản từ {first} đến "
                f"{first + STEP - 1}."
            )
        if not made_from:
            return "thiếu khoá made_from (dấu của bản lớp trên đã sửa); xem ./thichinh definitions override."
        return ""


def layers_of(folder: Path) -> tuple[Layer, ...]:
    """The layers that an authority's folder stands on and itself, the topmost first.

    Raises Refused, naming the file, for a manifest that cannot be read or a chain without end.
    """
    found: list[Layer] = []
    at: Path | None = folder
    while at is not None:
        layer, above = _read(at)
        if found and layer.rank >= found[-1].rank:
            raise Refused(f"{at / MANIFEST}: lớp trên phải cao cấp hơn lớp dưới.")
        found.append(layer)
        at = settings.SHIPPED_DEFINITIONS / above if above else None
    return tuple(reversed(found))


def _read(folder: Path) -> tuple[Layer, str | None]:
    path = folder / MANIFEST
    if not path.exists():
        return Layer(folder, "", "", 0), None
    try:
        (document,) = read_yaml(path)
        told = _Manifest.model_validate(document)
    except (ValueError, ValidationError) as error:
        raise Refused(f"{path}: cần các khoá code, title, level và above viết đúng.") from error
    return Layer(folder, told.code, told.title, _RANKS[told.level]), told.above


class Dated(Protocol):
    """A version by its number and the days it is in force: a row, or its content."""

    @property
    def version(self) -> int: ...

    @property
    def effective_from(self) -> date: ...

    @property
    def effective_to(self) -> date | None: ...


D = TypeVar("D", bound=Dated)


def layer_rank(version: int) -> int:
    """The rank of the layer that a version's number belongs to."""
    return (version - 1) // STEP


def precedence(dated: Dated) -> tuple[int, date, int]:
    """Among versions that have begun the greatest one counts: the lowest layer, then the latest."""
    return layer_rank(dated.version), dated.effective_from, dated.version


def in_force(versions: Iterable[D], on: date) -> D | None:
    """The version of one definition that counts on a day.

    The latest whose time has come; once it has ended, nothing older of its layer comes back. An
    override is heard before the layer above it, and ends without silencing it.
    """
    begun = [version for version in versions if version.effective_from <= on]
    while begun:
        found = max(begun, key=precedence)
        if found.effective_to is None or on <= found.effective_to:
            return found
        begun = [one for one in begun if layer_rank(one.version) < layer_rank(found.version)]
    return None
