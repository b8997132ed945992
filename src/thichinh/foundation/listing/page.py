"""The page of a list: read the address, ask for rows, show, export, keep views, do mass acts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from thichinh.foundation.errors import Missing, NotAllowed, Refused
from thichinh.foundation.listing import places, saved
from thichinh.foundation.listing.declaring import (
    Column,
    Counts,
    Listing,
    MassAct,
    MassResult,
    Picked,
    RowAct,
)
from thichinh.foundation.listing.export import exported
from thichinh.foundation.paging import KeysetPage, Order, keyset_page
from thichinh.foundation.text import one_line, whole_number
from thichinh.foundation.ui.forms import add_refusal

MOST_SELECTED = 200
"""How many rows one mass act takes: each is an act of its own."""
LONGEST_ADDRESS = 2000
"""Characters of the address that a list goes back to, and that a kept view holds."""
_PAGING = ("after", "before")


@dataclass(frozen=True)
class Head:
    """The heading of a column: its words, and where a press on it leads ('' where nothing sorts)."""

    label: str
    url: str = ""
    sorted: str = ""  # "ascending", "descending" or ""
    is_number: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell with the words of its column, which phones show beside it."""

    label: str
    value: Any
    is_number: bool


@dataclass(frozen=True)
class Line:
    """One row of the page."""

    key: str
    mark: str
    cells: tuple[Cell, ...]
    acts: tuple[tuple[RowAct[Any], str, str], ...]
    revision: int | None


@dataclass(frozen=True)
class _Failed:
    """A mass act that was refused, for some rows or all: its form as typed, the rows still selected."""

    act: MassAct
    form: forms.Form | None
    picked: frozenset[str]


class ListRequest(HttpRequest):
    """A request that knows who asks."""

    actor: Any


def list_page(
    request: Any, listing: Listing[Any], template: str = "listing/list.html"
) -> HttpResponseBase:
    """Answer a request for a list: its page, its file, or what its forms asked for."""
    if request.method == "POST":
        return _posted(request, listing, template)
    return _Asked(request, listing, request.GET).answer(template)


class _Asked:
    """What the address asks of a list, read once; `failed` is the mass act that was not all done."""

    def __init__(
        self, request: Any, listing: Listing[Any], query: QueryDict, failed: _Failed | None = None
    ) -> None:
        self.request, self.listing, self.query, self.failed = request, listing, query, failed
        self.form = listing.filter_form(request.actor, self.query or None)
        self.values = _values(self.form)
        self.shelf = self._shelf()
        self.sort = self._sort()

    def answer(self, template: str) -> HttpResponseBase:
        kind = self.query.get("format", "")
        rows = self.listing.rows(self.request.actor, self.values, self.shelf)
        order = self.listing.order_named(self.sort, self.shelf)
        if order is None:
            raise LookupError(f"the list {self.listing.code} has no order {self.sort!r}")
        if self.listing.place and kind in ("map", "points"):
            return self._map(rows, kind)
        if kind and self.listing.exports:
            return exported(self.listing, rows.order_by(*order.fields), kind)
        page = self._page(rows, order)
        alone = self.listing.alone(self.values, page.rows[0]) if len(page.rows) == 1 else ""
        if alone and self.request.method == "GET":
            return HttpResponseRedirect(alone)
        status = 422 if self.failed else 200
        return render(self.request, template, self.context(page), status=status)

    def _page(self, rows: QuerySet[Any], order: Order) -> KeysetPage[Any]:
        first = self.listing.first
        if first is not None:
            first = partial(first, self.request.actor, self.values, self.shelf)
        read = partial(keyset_page, rows, order, self.listing.size, first=first)
        place = {name: self.query.get(name, "") for name in _PAGING}
        page = read(after=place["after"], before=place["before"])
        # Where what stood there is gone, the list begins again.
        return read() if not page.rows and any(place.values()) else page

    def _map(self, rows: Any, kind: str) -> HttpResponseBase:
        """The rows as points and clusters of the part asked for: a page, or data for its script."""
        asked = self.query.get("vung", "")
        box = places.Box.read(asked) if asked else places.whole(self.listing, rows)
        found = places.places(self.listing, rows, box) if box else None
        address = partial(self.url, format="map")
        features = places.linked(found.features, address) if found else []
        if kind == "points":
            return JsonResponse({"type": "FeatureCollection", "features": features})
        context = {
            **self.context(KeysetPage([])),
            "features": features,
            "count": found.count if found else 0,
            "points_url": self.url(format="points", vung=""),
            "list_url": self.url(vung=""),
            "whole_url": address(vung="") if asked else "",
        }
        return render(self.request, "listing/map.html", context)

    def context(self, page: KeysetPage[Any]) -> dict[str, Any]:
        """Everything the template shows."""
        listing, actor = self.listing, self.request.actor
        return {
            **listing.context(actor),
            "listing": listing,
            "new": listing.new if listing.new and actor.may(listing.new.permission) else None,
            "form": self.form,
            "filtered": any(value not in (None, "", False) for value in self.values.values()),
            "shelf": self.shelf,
            "tabs": self._tabs(),
            "subtitle": listing.subtitle(self.counts),
            "heads": [self._head(column) for column in self.columns],
            "lines": [self._line(row) for row in page.rows],
            "has_acts": any(self._acts(row) for row in page.rows),
            "next_url": self.url(after=page.next) if page.next else None,
            "previous_url": self.url(before=page.previous) if page.previous else None,
            "sort": self.sort,
            "map_url": self.url(format="map") if listing.place else "",
            "csv_url": self.url(format="csv"),
            "xlsx_url": self.url(format="xlsx"),
            "views": saved.views_of(actor.account_id, listing.code),
            "here": self.url()[1:],
            "place": self.url(**{name: self.query.get(name, "") for name in _PAGING})[1:],
            "once": str(uuid.uuid4()),
            "picked": self.failed.picked if self.failed else (),
            "mass": [(a, self._asks(a)) for a in listing.mass if actor.may(a.permission)],
        }

    def url(self, **changed: str) -> str:
        """This address with something else asked; the place in the pages is not kept."""
        query = self.query.copy()
        for name in (*_PAGING, "format"):
            query.pop(name, None)
        for name, value in changed.items():
            query[name] = value
        for name in [name for name, value in query.items() if not value]:
            del query[name]
        return f"?{query.urlencode()}"

    def _asks(self, act: MassAct) -> forms.Form | None:
        if self.failed and self.failed.act is act:
            return self.failed.form
        return act.form(self.request.actor, None) if act.form else None

    def _shelf(self) -> str:
        keys = [shelf.key for shelf in self.listing.shelves]
        asked = self.query.get("ngan", "")
        if not keys or asked in keys:
            return asked if keys else ""
        usual = self.listing.shelf_of
        return usual(self.values, self.counts) if usual else keys[0]

    @cached_property
    def counts(self) -> Counts:
        counts = self.listing.counts
        return counts(self.request.actor, self.values) if counts else {}

    @cached_property
    def columns(self) -> list[Column[Any]]:
        """What this page shows."""
        return [
            column
            for column in self.listing.columns
            if column.only != "file" and column.when(self.request.actor, self.shelf)
        ]

    def _sort(self) -> str:
        asked = self.query.get("sort", "")
        if self.listing.order_named(asked, self.shelf):
            return asked
        shelf = next((s for s in self.listing.shelves if s.key == self.shelf), None)
        return (shelf.order if shelf else "") or self.listing.order

    def _tabs(self) -> list[tuple[str, str, bool, int | None]]:
        return [
            (
                str(shelf.label),
                self.url(ngan=shelf.key, sort=""),
                shelf.key == self.shelf,
                self.counts.get(shelf.key),
            )
            for shelf in self.listing.shelves
        ]

    def _head(self, column: Column[Any]) -> Head:
        label = str(column.label)
        if not column.sorted_on(self.shelf):
            return Head(label, is_number=column.is_number)
        up, down = column.key, f"-{column.key}"
        now = {up: "ascending", down: "descending"}.get(self.sort, "")
        turned = down if self.sort == up else up
        return Head(label, self.url(sort=turned), now, column.is_number)

    def _line(self, row: Any) -> Line:
        listing = self.listing
        cells = tuple(Cell(str(c.label), c.shown(row), c.is_number) for c in self.columns)
        mark, revision = listing.row_mark(row), listing.revision(row)
        return Line(listing.key(row), mark, cells, self._acts(row), revision)

    def _acts(self, row: Any) -> tuple[tuple[RowAct[Any], str, str], ...]:
        """The buttons of a row: each with its address, and with the name of the row."""
        acts = (act for act in self.listing.row_acts if act.may(self.request.actor, row))
        return tuple((act, act.url(row), act.of(row)) for act in acts)


def _values(form: forms.Form | None) -> dict[str, Any]:
    """The filters that could be read; what could not is said at its field and filters nothing."""
    if form is None or not form.is_bound:
        return {}
    form.is_valid()
    return dict(form.cleaned_data)


def _posted(request: Any, listing: Listing[Any], template: str) -> HttpResponseBase:
    """Keep or forget a view, or do a mass act; then back to the list as it was asked for."""
    asked = request.POST.get("do", "")
    here = QueryDict(request.POST.get("here", "")[:2000]).urlencode()
    is_too_long = len(here) > LONGEST_ADDRESS
    here = "" if is_too_long else here
    back = HttpResponseRedirect(f"{request.path}?{here}" if here else request.path)
    try:
        if asked == "keep-view" and is_too_long:
            raise Refused(_("Địa chỉ của cách xem này quá dài. Hãy bỏ bớt điều kiện lọc rồi lưu."))
        if asked == "keep-view":
            name = saved.keep(request.actor.account_id, listing.code, request.POST, here)
            messages.success(request, _("Đã lưu cách xem “%(name)s”.") % {"name": name})
        elif asked == "forget-view":
            saved.forget(request.actor.account_id, listing.code, request.POST.get("view", ""))
        else:
            failed = _do(request, listing, asked)
            if failed:
                return _Asked(request, listing, QueryDict(here), failed).answer(template)
    except Refused as refused:
        for sentence in refused.fields.values() or [refused.message]:
            messages.error(request, sentence)
    return back


def _do(request: Any, listing: Listing[Any], asked: str) -> _Failed | None:
    """Do a mass act; what could not be done is left selected, with all that was typed."""
    act = next((act for act in listing.mass if act.key == asked), None)
    if act is None:
        raise Missing()
    if not request.actor.may(act.permission):
        raise NotAllowed()
    form = act.form(request.actor, request.POST) if act.form else None
    rows = _picked(request.POST)
    try:
        _check_number(rows)
        if form is not None and not form.is_valid():
            return _Failed(act, form, frozenset(row.key for row in rows))
        values = form.cleaned_data if form else {}
        once = f"{act.key} {request.POST['once'][:80]}" if request.POST.get("once") else ""
        results = act.run(request.actor, rows, values, once)
    except Refused as refused:
        _say(request, form, refused)
        return _Failed(act, form, frozenset(row.key for row in rows))
    _tell(request, act, results)
    left = frozenset(result.key for result in results if result.refusal)
    return _Failed(act, form, left) if left else None


def _picked(posted: Any) -> list[Picked]:
    """The selected rows, each once, as the page showed them."""
    keys = dict.fromkeys(one_line(key)[:100] for key in posted.getlist("row"))
    return [Picked(key, whole_number(posted.get(f"revision:{key}", ""))) for key in keys]


def _check_number(rows: Sequence[Picked]) -> None:
    if not rows:
        raise Refused(_("Hãy chọn ít nhất một dòng trong danh sách."))
    if len(rows) > MOST_SELECTED:
        raise Refused(_("Mỗi lần chỉ làm được với %(most)d dòng.") % {"most": MOST_SELECTED})


def _say(request: Any, form: forms.Form | None, refused: Refused) -> None:
    """Beside its field where there is one, above the list else."""
    if form is not None and refused.fields.keys() & form.fields.keys():
        add_refusal(form, refused)
        return
    for sentence in refused.fields.values() or [refused.message]:
        messages.error(request, sentence)


def _tell(request: Any, act: MassAct, results: Sequence[MassResult]) -> None:
    """How many were done, and every row that was not, with its sentence."""
    refused = [result for result in results if result.refusal]
    done = len(results) - len(refused)
    if done:
        said = ngettext("%(act)s: %(n)d dòng.", "%(act)s: %(n)d dòng.", done)
        messages.success(request, said % {"act": act.done, "n": done})
    for result in refused:
        messages.error(request, f"{result.key}: {result.refusal}")
