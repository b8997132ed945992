"""Pages of the books: what we owed on a day, what a period did, and the items behind a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from thichinh.accounts.access import ActorRequest, official_required
from thichinh.accounts.queries import unit_tree
from thichinh.accounts.queries.units import one_tree
from thichinh.accounts.rules import UnitNode
from thichinh.foundation.calendar import Period, start_of
from thichinh.foundation.clock import as_lived, today
from thichinh.foundation.errors import Conflict, Missing, Refused
from thichinh.foundation.idempotency import fingerprint, once
from thichinh.foundation.text import vn_date
from thichinh.foundation.ui.forms import add_refusal
from thichinh.stocks import actions, queries
from thichinh.stocks.forms import CorrectionForm, DayForm, PeriodForm
from thichinh.stocks.queries import ItemsAsked, ledger_unit, ledger_units
from thichinh.stocks.queries.ledger import PERMISSION
from thichinh.stocks.rules import BOOKS, CORRECT, StockBook, Where

ONE_DAY = timedelta(days=1)
View = Callable[[ActorRequest], HttpResponse]


def _as_of_one_moment(view: View) -> View:
    """Every number of a page agrees with every other, and with one state of the units."""

    @wraps(view)
    def shown(request: ActorRequest) -> HttpResponse:
        with one_tree(request.actor.epoch or None), queries.one_snapshot():
            return view(request)

    return shown


@official_required(PERMISSION)
@require_GET
@_as_of_one_moment
def owed(request: ActorRequest) -> HttpResponse:
    """What did we owe at the end of a day: by unit or by field, each number opening its items."""
    book, unit = _book(request), ledger_unit(request.actor, request.GET.get("unit", ""))
    form = DayForm(_defaults(request, unit, day=vn_date(today()), by="unit"), _units(request))
    said = form.cleaned_data if form.is_valid() else {}
    day, by = said.get("day") or today(), said.get("by") or "unit"
    at = _until(day)
    rows = queries.ledger_rows(book, at, Where(root=unit.id), by)
    base = {"book": book.code, "day": vn_date(day), "unit": unit.code}
    totals = [sum(row.counts[i] for row in rows) for i in range(len(book.owed))]
    context = _shell(request, book, unit, "owed") | {
        "form": form,
        "day": day,
        "by": by,
        "titles": [book.titles.get(name, name) for name in book.owed],
        "rows": [_linked(row, by, base, book) for row in rows],
        "totals": _cells(totals, base, book),
        "total": sum(totals),
        "all_url": _items_url(base, stock=",".join(book.owed)),
        "presets": _day_presets(unit, by),
    }
    return render(request, "stocks/owed.html", context)


def _day_presets(unit: UnitNode, by: str) -> list[tuple[str, str]]:
    """Now, and the ends of the last reporting month, half-year and year."""
    closed = [
        Period.containing(kind, today()).previous() for kind in ("month", "half_year", "year")
    ]
    days = {_("Hôm nay"): today()}
    days |= {_("Hết %(period)s") % {"period": period.label}: period.last for period in closed}
    asked = {"unit": unit.code, "by": by}
    return [(name, "?" + urlencode({"day": vn_date(day)} | asked)) for name, day in days.items()]


def _linked(
    row: queries.LedgerRow, by: str, base: dict[str, str], book: StockBook
) -> dict[str, Any]:
    mine = base | {"only" if by == "unit" else "field": row.code}
    return {
        "name": row.name,
        "cells": _cells(row.counts, mine, book),
        "total": row.total,
        "url": _items_url(mine, stock=",".join(book.owed)),
    }


def _cells(
    counts: Sequence[int], base: dict[str, str], book: StockBook
) -> list[tuple[str, int, str]]:
    """Title, number and address of the items behind it, per owed stock."""
    return [
        (book.titles.get(stock, stock), n, _items_url(base, stock=stock) if n else "")
        for n, stock in zip(counts, book.owed, strict=True)
    ]


@official_required(PERMISSION)
@require_GET
@_as_of_one_moment
def trial(request: ActorRequest) -> HttpResponse:
    """The trial balance of a period: opening, in, out, closing of every stock, and the flows."""
    book, unit = _book(request), ledger_unit(request.actor, request.GET.get("unit", ""))
    usual = Period.containing("year", today())
    form = PeriodForm(
        _defaults(request, unit, start=vn_date(usual.first), end=vn_date(min(usual.last, today()))),
        _units(request),
    )
    said = form.cleaned_data if form.is_valid() else {}
    first, last = said.get("start") or usual.first, said.get("end") or min(usual.last, today())
    start, end = start_of(first), _until(last)
    lines, moved = queries.stock_lines(book, start, end, Where(root=unit.id))
    base = {"book": book.code, "start": vn_date(first), "day": vn_date(last), "unit": unit.code}
    kept = [line for line in lines if line.opening or line.came or line.went or line.closing]
    context = _shell(request, book, unit, "trial") | {
        "form": form,
        "first": first,
        "last": last,
        "lines": [
            (line, _items_url(base, stock=book.stocks[line.stock]), line.stock == 0)
            for line in kept
        ],
        "came": sum(line.came for line in kept),
        "went": sum(line.went for line in kept),
        "adds_up": all(line.balances for line in kept),
        "flows": [
            (book.titled(a), book.titled(b), n, _items_url(base, pair=f"{a}-{b}"))
            for (a, b), n in moved
        ],
        "corrected": queries.correction_count(book, start, end, Where(root=unit.id)),
        "corrections_url": f"{reverse('stocks:corrections')}?{urlencode(base)}",
        "presets": _presets(request, unit),
    }
    return render(request, "stocks/trial.html", context)


def _presets(request: ActorRequest, unit: UnitNode) -> list[tuple[str, str]]:
    """The reporting month, half-year and year under way, and the year before."""
    year = Period.containing("year", today())
    known = [Period.containing(kind, today()) for kind in ("month", "half_year")]
    return [
        (
            period.label[:1].upper() + period.label[1:],
            "?" + urlencode({"start": vn_date(period.first), "end": vn_date(period.last),
                             "unit": unit.code}),
        )
        for period in (*known, year, year.previous())
    ]  # fmt: skip


@official_required(PERMISSION)
@require_GET
@_as_of_one_moment
def corrections(request: ActorRequest) -> HttpResponse:
    """The corrections of a period: which movement, who, when, why."""
    book, unit = _book(request), ledger_unit(request.actor, request.GET.get("unit", ""))
    said = _period_asked(request)
    usual = Period.containing("year", today())
    first, last = said.get("start") or usual.first, said.get("end") or today()
    context = _shell(request, book, unit, "trial") | {
        "first": first,
        "last": last,
        "rows": queries.corrections(
            book, start_of(first), _until(last), Where(root=unit.id), request.actor
        ),
    }
    return render(request, "stocks/corrections.html", context)


@official_required(CORRECT)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: ActorRequest, code: str, item: int) -> HttpResponse:
    """One item's last movement, and the form that books it where it belongs."""
    if code not in BOOKS or item >= 1 << 63:
        raise Missing()
    book, status = BOOKS[code], 200
    stocks = [(n, book.titled(n)) for n in range(len(book.stocks))]
    form = CorrectionForm(request.POST if request.method == "POST" else None, stocks)
    if request.method == "POST":
        try:
            if form.is_valid():
                return _corrected(request, book, item, form.cleaned_data)
            status = Refused.status
        except (Refused, Conflict) as refused:
            add_refusal(form, refused)
            status = refused.status
    found = queries.correctable(book, item, request.actor)
    movement = found.movement
    form.leave_out(movement.target)
    context = {
        "book": book,
        "found": found,
        "form": form,
        "movement": movement.pk,
        "at": movement.at,
        "source": book.titled(movement.source),
        "target": book.titled(movement.target),
        "key": request.POST.get("key") or str(uuid4()),
        "crumbs": [(_("Sổ cái"), reverse("stocks:trial")), (_("Đính chính"), None)],
    }
    return render(request, "stocks/correct.html", context, status=status)


def _corrected(
    request: ActorRequest, book: StockBook, item: int, said: Mapping[str, Any]
) -> HttpResponse:
    """Do it once. Raises Refused, and Conflict when the item has moved since the page was shown."""
    asked = {**said, "item": item, "movement": request.POST.get("movement", "")}

    def run() -> dict[str, Any]:
        movement = queries.correctable(book, item, request.actor).movement
        if str(movement.pk) != asked["movement"]:
            raise Conflict(
                _("Hồ sơ vừa chuyển ngăn. Hãy xem lại lần chuyển cuối ở trên rồi ghi lại nếu cần.")
            )
        actions.correct(
            request.actor, movement, target=asked["target"], reason=asked["reason"].strip()
        )
        return {"on": vn_date(movement.at)}

    key = request.POST.get("key", "")[:80]
    account = request.actor.account_id or 0
    answer, _repeated = once(account, key, fingerprint([request.path, asked]), run)
    messages.success(request, _("Đã đính chính sổ cái."))
    query = urlencode({"book": book.code, "start": answer["on"], "day": answer["on"]})
    return HttpResponseRedirect(f"{reverse('stocks:corrections')}?{query}")


@official_required(PERMISSION)
@require_GET
@_as_of_one_moment
def items(request: ActorRequest) -> HttpResponse:
    """The items behind one number of the books, those this person may see, page by page."""
    book, unit = _book(request), ledger_unit(request.actor, request.GET.get("unit", ""))
    asked = _asked(request, book, unit)
    count, page = queries.open_items(book, asked, request.actor, request.GET.get("after", ""))
    query = {name: value for name, value in request.GET.items() if name != "after"}
    context = _shell(request, book, unit, "items") | {
        "title": _title(book, asked),
        "subtitle": _where_words(request, unit),
        "last": asked.at - ONE_DAY,
        "start": asked.start,
        "count": count,
        "page": page,
        "may_correct": request.actor.may(CORRECT),
        "next_url": f"?{urlencode(query | {'after': page.following})}" if page.following else None,
        "first_url": f"?{urlencode(query)}" if request.GET.get("after") else None,
    }
    return render(request, "stocks/items.html", context)


def _period_asked(request: ActorRequest) -> dict[str, Any]:
    """`start` and `day` of the address, each may be missing. Raises Refused for what is no day."""
    form = PeriodForm(
        {"start": request.GET.get("start"), "end": request.GET.get("day")}, _units(request)
    )
    if not form.is_valid():
        raise Refused(**{name: str(errors[0]) for name, errors in form.errors.items()})
    return form.cleaned_data


def _asked(request: ActorRequest, book: StockBook, unit: UnitNode) -> ItemsAsked:
    said = _period_asked(request)
    at = _until(said.get("end") or today())
    where = _where(request, unit)
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


def _where(request: ActorRequest, unit: UnitNode) -> Where:
    """The part of the book; `only` is one unit without what is below it."""
    dims = {"field": field} if (field := request.GET.get("field")) else {}
    only = unit_tree().by_code.get(request.GET.get("only", ""))
    if only is None:
        return Where(root=unit.id, dims=dims)
    request.actor.require(PERMISSION, only.id)
    return Where(units=frozenset({only.id}), dims=dims)


def _title(book: StockBook, asked: ItemsAsked) -> str:
    if asked.pair is not None:
        source, target = (book.titled(stock) for stock in asked.pair)
        return f"{source} → {target}"
    return ", ".join(book.titled(stock) for stock in asked.stocks)


def _where_words(request: ActorRequest, unit: UnitNode) -> str:
    only = unit_tree().by_code.get(request.GET.get("only", ""))
    return (only or unit).name


def _book(request: ActorRequest) -> StockBook:
    asked = request.GET.get("book", "")
    if not len(BOOKS):
        raise Missing(_("Chưa có sổ nào."))
    return BOOKS.get(asked) or next(iter(BOOKS))


def _until(day: date) -> datetime:
    """The end of a day; of today it is what stands now, for nothing is booked ahead of time."""
    return start_of(day + ONE_DAY)


def _units(request: ActorRequest) -> list[UnitNode]:
    return ledger_units(request.actor)


def _defaults(request: ActorRequest, unit: UnitNode, **usual: str) -> dict[str, str]:
    said = {name: str(value) for name, value in request.GET.items() if value}
    return usual | said | {"unit": unit.code}


def _items_url(base: dict[str, str], **asked: str) -> str:
    return f"{reverse('stocks:items')}?{urlencode(base | asked)}"


def _shell(request: ActorRequest, book: StockBook, unit: UnitNode, here: str) -> dict[str, Any]:
    """What every page of the books shows: the tabs, and whether the last recount agreed."""
    query, proof = urlencode({"unit": unit.code}), queries.last_proof()
    return {
        "book": book,
        "unit": unit,
        "tabs": [
            (_("Còn nợ"), f"{reverse('stocks:owed')}?{query}", here == "owed", None),
            (_("Cân đối và luân chuyển"), f"{reverse('stocks:trial')}?{query}", here == "trial",
             None),
        ],
        "proof": proof,
        "proved_at": as_lived(proof.at) if proof else None,
    }  # fmt: skip
