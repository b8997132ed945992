"""Where in a book something lies: the leaf that a movement names, and the part that a read asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple, Self


@dataclass(frozen=True, slots=True)
class CellKey:
    """A leaf of a book: the competent unit and a value of every dimension, in the book's order."""

    unit_id: int
    dims: tuple[Any, ...]


class Leaf(NamedTuple):
    """A leaf as the tables know it: the numbers of its cell and of its book."""

    cell: int
    book: int


@dataclass(frozen=True, slots=True)
class Where:
    """Which part of a book is asked for.

    `root`: a unit with everything below it. `units`: exactly these units. Neither: the whole book.
    `dims`: values of dimensions; one that is not named is not restricted.
    """

    root: int | None = None
    units: frozenset[int] | None = None
    dims: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dims", MappingProxyType(dict(self.dims)))

    def __hash__(self) -> int:
        return hash((self.root, self.units, frozenset(self.dims.items())))

    def with_dim(self, name: str, value: Any) -> Self:
        """The same part, kept to one value of a dimension."""
        return replace(self, dims={**self.dims, name: value})


WHOLE = Where()
