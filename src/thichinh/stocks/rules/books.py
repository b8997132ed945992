"""A book as an app declares it: stocks, dimensions, grains, amount, periods, items; the register."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from thichinh.foundation.calendar import STATUTORY, PeriodScheme
from thichinh.foundation.contributions import Part, Registry
from thichinh.stocks.rules.items import ItemSource
from thichinh.stocks.rules.places import CellKey

Pair = tuple[int, int]
Text = str | Promise
Names = Callable[[Iterable[Any]], Mapping[Any, str]]
"""From the codes of a dimension to their Vietnamese names."""

Kept = tuple[list[str], list[str], int, int]

UNIT = "unit"
"""The dimension that every book has: the competent unit."""
ITEMS, PRESENT = gettext_lazy("mục"), gettext_lazy("Đang có")
"""What a book that says nothing calls its items, and those in its owed stocks."""
_TAKEN = frozenset(
    {UNIT, "below", "source", "target", "n", "amount"}
    | {"book", "day", "start", "end", "by", "only", "stock", "pair", "after"}
)
"""What sums and addresses of the books call by these names already."""


@dataclass(frozen=True)
class Dimension:
    """A dimension of a book beside the unit. Values are text, or whole numbers (`kind=int`).

    `names` gives codes their names; one that nobody can name stands for itself.
    """

    name: str
    title: Text
    names: Names | None = None
    kind: type[str] | type[int] = str

    def __post_init__(self) -> None:
        if not (self.name.isascii() and self.name.isidentifier()) or self.name in _TAKEN:
            raise ValueError(f"a dimension cannot be called {self.name!r}")

    def value(self, given: Any) -> Any:
        """A value in the form in which the books keep it. Raises ValueError for what is none."""
        if given is None or isinstance(given, bool):
            raise ValueError(f"{given!r} is no value of the dimension {self.name}")
        return self.kind(given)

    def named(self, codes: Iterable[Any]) -> dict[Any, str]:
        """A name for each code."""
        wanted = list(codes)
        known = self.names(wanted) if self.names is not None else {}
        return {code: known.get(code, str(code)) for code in wanted}


@dataclass(frozen=True)
class Grain:
    """A coarser combination of dimensions for which the fold keeps sums of its own.

    `dims` are those it keeps; the others are added up. `rolled`: each unit together with everything
    below it, instead of the unit alone.
    """

    dims: tuple[str, ...]
    rolled: bool = False

    @cached_property
    def code(self) -> str:
        """How the tables name it."""
        return "/".join(["below" if self.rolled else UNIT, *self.dims])


@dataclass(frozen=True)
class Amount:
    """What a book counts beside items: đồng, square metres. Exact, with up to four decimals."""

    unit: Text
    decimals: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.decimals <= 4:
            raise ValueError("an amount has up to four decimals")

    def exact(self, given: Decimal | int) -> Decimal:
        """The amount as it is kept. Raises ValueError where that would lose something, and for less
        than nothing: what an item carries it brings and takes away, no stock owes any."""
        number = Decimal(given)
        if number < 0:
            raise ValueError(f"{given} is less than nothing")
        kept = number.quantize(Decimal(1).scaleb(-self.decimals))
        if kept != number:
            raise ValueError(f"{given} has more than {self.decimals} decimals")
        return kept


@dataclass(frozen=True)
class StockBook(Part):
    """A book: its stocks in the order of their numbers, the first being the world outside.

    `title` names the book, `noun` what its items are ("đồ"), `standing` what one says of those
    in the `owed` stocks ("còn nợ"): the stocks of what we still owe somebody an answer for.
    `passing`: those that items leave one part of the book by and enter another: a part's balance
    there counts nothing that lies anywhere.
    `expected` is SQL that counts from the things themselves: it selects (item, stock) for every
    item that should be in the books at the instant it takes as its only parameter; the proof
    compares it with the movements.
    `history` is SQL that compares the things with what their own history tells of them: it selects
    (item, what, kept, told) for everything that differs.
    `dimensions` may change only before the first movement; `grains` and `periods` after a rebuild
    (`./thichinh stocks rebuild`). Raises ValueError for a declaration that contradicts itself.
    """

    code: str
    stocks: tuple[str, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    expected: Callable[[], str] | None = None
    history: Callable[[], str] | None = None
    title: str = ""
    owed: tuple[str, ...] = ()
    passing: tuple[str, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    grains: tuple[Grain, ...] = ()
    amount: Amount | None = None
    periods: PeriodScheme = STATUTORY
    items: ItemSource | None = None
    noun: Text = ITEMS
    standing: Text = PRESENT

    def __post_init__(self) -> None:
        names = [dimension.name for dimension in self.dimensions]
        if len(set(names)) < len(names) or len(set(self.stocks)) < len(self.stocks):
            raise ValueError(f"the book {self.code} names a dimension or a stock twice")
        for stock in (*self.owed, *self.passing, *self.titles):
            if stock not in self.stocks:
                raise ValueError(f"the book {self.code} has no stock {stock!r}")
        for grain in self.grains:
            if list(grain.dims) != [name for name in names if name in grain.dims]:
                raise ValueError(
                    f"the grain {grain.code} of the book {self.code} names its dimensions in "
                    f"another order than the book, or others: {', '.join(names)}"
                )

    @cached_property
    def leaf(self) -> Grain:
        """The finest grain: every dimension of every unit."""
        return Grain(tuple(dimension.name for dimension in self.dimensions))

    @cached_property
    def kept_by(self) -> Kept:
        """What of the declaration decides how sums are kept: dimensions, grains, periods."""
        grains = [grain.code for grain in self.grains]
        return list(self.leaf.dims), grains, self.periods.day, self.periods.lead

    def check_kept(self, *kept: Any) -> None:
        """Raise SystemError where the sums are kept by another declaration than this one."""
        if kept != self.kept_by:
            raise SystemError(
                f"the sums of the book {self.code} are kept by the dimensions, grains and periods "
                f"{kept}, and it declares {self.kept_by}. Grains and periods: run "
                f"./thichinh stocks rebuild {self.code}. Other dimensions: declare another book."
            )

    def titled(self, stock: int) -> str:
        """The Vietnamese name of a stock, by its number."""
        name = self.stocks[stock]
        return self.titles.get(name, name)

    def number(self, name: str) -> int:
        return self.stocks.index(name)

    def pairs(self, *moves: tuple[str, str]) -> frozenset[Pair]:
        """Named (source, target) pairs as numbers."""
        return frozenset((self.number(a), self.number(b)) for a, b in moves)

    def dimension(self, name: str) -> Dimension:
        """One of its dimensions. Raises LookupError for a name that it does not have."""
        found = self._by_name.get(name)
        if found is not None:
            return found
        known = ", ".join([UNIT, *self._by_name])
        raise LookupError(f"the book {self.code} has no dimension {name!r}; it has: {known}")

    @cached_property
    def _by_name(self) -> dict[str, Dimension]:
        return {dimension.name: dimension for dimension in self.dimensions}

    def named(self, dimension: str, codes: Iterable[Any]) -> dict[Any, str]:
        """A name for each code of one of its dimensions."""
        return self.dimension(dimension).named(codes)

    def values(self, key: CellKey) -> dict[str, Any]:
        """The dimensions of a leaf by name. Raises ValueError where one is missing or none."""
        pairs = zip(self.dimensions, key.dims, strict=True)
        return {dimension.name: dimension.value(value) for dimension, value in pairs}


BOOKS: Registry[StockBook] = Registry(StockBook, lambda book: book.code)
"""Every book that an app contributes."""
