"""What an address of the books asks: which book, which unit, which values of its dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from thichinh.accounts.access import ActorRequest
from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import UnitNode
from thichinh.foundation.calendar import start_of
from thichinh.foundation.clock import as_lived, today
from thichinh.foundation.errors import Missing, Refused
from thichinh.foundation.text import vn_number
from thichinh.stocks import queries
from thichinh.stocks.forms import PeriodForm
from thichinh.stocks.queries import ItemsAsked, ledger_unit, ledger_units
from thichinh.stocks.queries.ledger import PERMISSION
from thichinh.stocks.rules import BOOKS, UNIT, StockBook, Where

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """The part of a book that a page is about; every link of the page keeps it."""

    book: StockBook
    unit: UnitNode
    dims: Mapping[str, Any]

    @property
    def where(self) -> Where:
        """The unit with everything below it, kept to the values asked for."""
        return Where(root=self.unit.id, dims=self.dims)

    @property
    def query(self) -> dict[str, str]:
        """As it stands in an address."""
        dims = {name: str(value) for name, value in self.dims.items()}
        return {"book": self.book.code, "unit": self.unit.code, **dims}

    def url(self, page: str, **more: str) -> str:
        """An address of the books that asks for the same part, and for more."""
        return f"{reverse(f'stocks:{page}')}?{urlencode(self.query | more)}"

    def kept_to(self, page: str, **more: str) -> list[tuple[Any, str, str]]:
        """What the page is kept to: dimension, name of its value, address without it."""
        shown = []
        for name, value in self.dims.items():
            rest = Asked(self.book, self.unit, {n: v for n, v in self.dims.items() if n != name})
            named = self.book.named(name, [value])[value]
            shown.append((self.book.dimension(name).title, named, rest.url(page, **more)))
        return shown


def asked_part(request: ActorRequest) -> Asked:
    """Book, unit and values from the address.

    Raises Missing for a book that nobody declares, Refused for no value of a dimension, NotAllowed
    for a unit out of reach.
    """
    if not len(BOOKS):
        raise Missing(_("Chưa có sổ nào."))
    code = request.GET.get("book", "")
    book = BOOKS.get(code) if code else queries.oldest_book()
    if book is None:
        raise Missing(_("Không có sổ này."))
    return Asked(
        book, ledger_unit(request.actor, request.GET.get("unit", "")), _dims(request, book)
    )


def _dims(request: ActorRequest, book: StockBook) -> dict[str, Any]:
    found = {}
    for dimension in book.dimensions:
        text = request.GET.get(dimension.name, "")
        if not text:
            continue
        try:
            found[dimension.name] = dimension.value(text)
        except ValueError:
            words = _("Mục %(title)s không có giá trị này.") % {"title": dimension.title}
            raise Refused(words) from None
    return found


def asked_period(request: ActorRequest) -> dict[str, Any]:
    """`start` and `day` of the address, each may be missing. Raises Refused for what is no day."""
    data = {"start": request.GET.get("start"), "end": request.GET.get("day")}
    form = PeriodForm(data, ledger_units(request.actor))
    if not form.is_valid():
        raise Refused(**{name: str(errors[0]) for name, errors in form.errors.items()})
    return form.cleaned_data


def asked_items(request: ActorRequest, asked: Asked) -> ItemsAsked:
    """The number that is opened. Raises Refused for a stock or a movement the book does not have."""
    said, book = asked_period(request), asked.book
    at, where = until(said.get("end") or today()), _only(request, asked)
    pair = request.GET.get("pair", "")
    if pair and said.get("start"):
        source, _dash, target = pair.partition("-")
        known = [str(number) for number in range(len(book.stocks))]
        if source not in known or target not in known:
            raise Refused(_("Sổ không có dòng chuyển này."))
        return ItemsAsked(where, at, start=start_of(said["start"]), pair=(int(source), int(target)))
    names = request.GET.get("stock", "").split(",")
    if not all(name in book.stocks for name in names):
        raise Refused(_("Sổ không có ngăn này."))
    return ItemsAsked(where, at, stocks=tuple(book.number(name) for name in names))


def _only(request: ActorRequest, asked: Asked) -> Where:
    """The part of the book; `only` is one unit without what is below it."""
    only = unit_tree().by_code.get(request.GET.get("only", ""))
    if only is None:
        return asked.where
    request.actor.require(PERMISSION, only.id)
    return Where(units=frozenset({only.id}), dims=asked.dims)


def until(day: date) -> datetime:
    """The end of a day; of today it is what stands now, for nothing is booked ahead of time."""
    return start_of(day + ONE_DAY)


def form_data(request: ActorRequest, asked: Asked, **usual: str) -> dict[str, str]:
    """What the form of a page shows: what was asked, else what is usual."""
    said = {name: str(value) for name, value in request.GET.items() if value}
    return usual | said | {UNIT: asked.unit.code, "book": asked.book.code}


def in_words(book: StockBook, amount: Decimal | None) -> str:
    """An amount in the unit of its book; nothing where the book counts none."""
    if book.amount is None or amount is None:
        return ""
    return f"{vn_number(amount, book.amount.decimals)} {book.amount.unit}"


def shell(asked: Asked, here: str, page: str, **more: str) -> dict[str, Any]:
    """What every page of the books shows: tabs, what it is kept to, whether the recount agreed."""
    proof = queries.last_proof()
    trial = _("Cân đối và luân chuyển")
    return {
        "book": asked.book,
        "many_books": len(BOOKS) > 1,
        "unit": asked.unit,
        "clear_url": f"{reverse(f'stocks:{page}')}?{urlencode({'book': asked.book.code})}",
        "hidden": [(name, str(value)) for name, value in asked.dims.items()],
        "kept_to": asked.kept_to(page, **more),
        "tabs": [
            (asked.book.standing, asked.url("owed"), here == "owed", None),
            (trial, asked.url("trial"), here == "trial", None),
        ],
        "proof": proof,
        "proved_at": as_lived(proof.at) if proof else None,
    }
