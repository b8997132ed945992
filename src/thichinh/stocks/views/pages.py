"""Pages of the books: what we owed on a day, what a period did, and the items behind a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from thichinh.accounts.access import ActorRequest, official_required
from thichinh.accounts.queries import unit_tree
from thichinh.accounts.queries.units import one_tree
from thichinh.foundation.calendar import Period, start_of
from thichinh.foundation.clock import today
from thichinh.foundation.text import vn_date, vn_number
from thichinh.stocks import queries
from thichinh.stocks.forms import DayForm, PeriodForm
from thichinh.stocks.queries import ItemsAsked, StockLine, ledger_units
from thichinh.stocks.queries.ledger import PERMISSION
from thichinh.stocks.rules import CORRECT, UNIT, StockBook
from thichinh.stocks.views.asking import (
    ONE_DAY,
    Asked,
    asked_items,
    asked_part,
    asked_period,
    form_data,
    in_words,
    shell,
    until,
)

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
    """What did we owe at the end of a day: by unit or dimension, each number opening its items."""
    asked = asked_part(request)
    book, data = asked.book, form_data(request, asked, day=vn_date(today()), by=UNIT)
    form = DayForm(data, ledger_units(request.actor), book)
    said = form.cleaned_data if form.is_valid() else {}
    day, by = said.get("day") or today(), said.get("by") or UNIT
    rows = queries.ledger_rows(book, until(day), asked.where, by)
    totals = [sum(row.counts[i] for row in rows) for i in range(len(book.owed))]
    amounts = [row.amount for row in rows if row.amount is not None]
    query = {"day": vn_date(day), "by": by}
    context = shell(asked, "owed", "owed", **query) | {
        "form": form,
        "day": day,
        "by": _("Đơn vị") if by == UNIT else book.dimension(by).title,
        "titles": [book.titles.get(name, name) for name in book.owed],
        "rows": [_linked(row, by, asked, query) for row in rows],
        "totals": _cells(totals, asked, query),
        "total": sum(totals),
        "amount": in_words(book, sum(amounts, Decimal(0))),
        "all_url": _standing_url(asked, query),
        "presets": _day_presets(asked, by),
    }
    return render(request, "stocks/owed.html", context)


def _day_presets(asked: Asked, by: str) -> list[tuple[str, str]]:
    """Now, and the ends of the last month, half-year and year of the book's periods."""
    scheme = asked.book.periods
    closed = [
        Period.containing(kind, today(), scheme).previous()
        for kind in ("month", "half_year", "year")
    ]
    days = {_("Hôm nay"): today()}
    days |= {_("Hết %(period)s") % {"period": period.label}: period.last for period in closed}
    return [(name, asked.url("owed", day=vn_date(day), by=by)) for name, day in days.items()]


def _linked(row: queries.LedgerRow, by: str, asked: Asked, query: dict[str, str]) -> dict[str, Any]:
    """A row, the addresses of its numbers, and, of a dimension, that of the page kept to it."""
    mine = query | {"only" if by == UNIT else by: row.code}
    return {
        "name": row.name,
        "name_url": "" if by == UNIT else asked.url("owed", **mine | {"by": UNIT}),
        "cells": _cells(row.counts, asked, mine),
        "total": row.total,
        "amount": in_words(asked.book, row.amount),
        "url": _standing_url(asked, mine),
    }


def _cells(
    counts: Sequence[int], asked: Asked, query: dict[str, str]
) -> list[tuple[str, int, str]]:
    """Title, number and address of the items behind it, per owed stock."""
    book = asked.book
    return [
        (book.titles.get(stock, stock), n, _standing_url(asked, query, stock) if n else "")
        for n, stock in zip(counts, book.owed, strict=True)
    ]


def _standing_url(asked: Asked, query: dict[str, str], stock: str = "") -> str:
    """The items that lie in one of the owed stocks, or in any of them."""
    more = {name: str(value) for name, value in query.items() if name != "by"}
    return asked.url("items", **more, stock=stock or ",".join(asked.book.owed))


@official_required(PERMISSION)
@require_GET
@_as_of_one_moment
def trial(request: ActorRequest) -> HttpResponse:
    """The trial balance of a period: opening, in, out, closing of every stock, and the flows."""
    asked = asked_part(request)
    usual = Period.containing("year", today(), asked.book.periods)
    until_now = min(usual.last, today())
    data = form_data(request, asked, start=vn_date(usual.first), end=vn_date(until_now))
    form = PeriodForm(data, ledger_units(request.actor), asked.book)
    said = form.cleaned_data if form.is_valid() else {}
    first, last = said.get("start") or usual.first, said.get("end") or until_now
    days = {"start": vn_date(first), "end": vn_date(last)}
    context = shell(asked, "trial", "trial", **days) | {
        "form": form,
        "first": first,
        "last": last,
        "presets": _presets(asked),
        **_trial_tables(asked, first, last),
    }
    return render(request, "stocks/trial.html", context)


def _trial_tables(asked: Asked, first: date, last: date) -> dict[str, Any]:
    """The tables of counts and, where the book has them, of amounts; what was corrected."""
    book, start, end = asked.book, start_of(first), until(last)
    query = {"start": vn_date(first), "day": vn_date(last)}
    lines, moved = queries.stock_lines(book, start, end, asked.where)
    found = {
        "counts": _table(asked, lines, query),
        "flows": [
            (book.titled(a), book.titled(b), n, asked.url("items", **query, pair=f"{a}-{b}"))
            for (a, b), n in moved
        ],
        "corrected": queries.correction_count(book, start, end, asked.where),
        "corrections_url": asked.url("corrections", **query),
    }
    if book.amount is not None:
        worth = queries.stock_amounts(book, start, end, asked.where)
        found["worth"] = _table(asked, worth, query, book.amount.decimals)
    return found


def _table(
    asked: Asked, lines: Sequence[StockLine], query: dict[str, str], decimals: int = 0
) -> dict[str, Any]:
    """The lines in which anything stands or moved, as they are written, and their sums."""
    kept = [line for line in lines if line.opening or line.came or line.went or line.closing]
    came, went = sum(line.came for line in kept), sum(line.went for line in kept)
    return {
        "lines": [
            (
                line.title,
                [vn_number(n, decimals) for n in (line.opening, line.came, line.went)],
                vn_number(line.closing, decimals),
                asked.url("items", **query, stock=asked.book.stocks[line.stock])
                if line.closing and line.stock != 0
                else "",
            )
            for line in kept
        ],
        "came": vn_number(came, decimals),
        "went": vn_number(went, decimals),
        "adds_up": came == went and all(line.balances for line in kept),
    }


def _presets(asked: Asked) -> list[tuple[str, str]]:
    """The month, half-year and year of the book's periods under way, and the year before."""
    scheme = asked.book.periods
    year = Period.containing("year", today(), scheme)
    known = [Period.containing(kind, today(), scheme) for kind in ("month", "half_year")]
    return [
        (
            period.label[:1].upper() + period.label[1:],
            asked.url("trial", start=vn_date(period.first), end=vn_date(period.last)),
        )
        for period in (*known, year, year.previous())
    ]


@official_required(PERMISSION)
@require_GET
@_as_of_one_moment
def corrections(request: ActorRequest) -> HttpResponse:
    """The corrections of a period: which movement, who, when, why."""
    asked, said = asked_part(request), asked_period(request)
    usual = Period.containing("year", today(), asked.book.periods)
    first, last = said.get("start") or usual.first, said.get("end") or today()
    days = {"start": vn_date(first), "day": vn_date(last)}
    context = shell(asked, "trial", "corrections", **days) | {
        "first": first,
        "last": last,
        "rows": queries.corrections(
            asked.book, start_of(first), until(last), asked.where, request.actor
        ),
    }
    return render(request, "stocks/corrections.html", context)


@official_required(PERMISSION)
@require_GET
@_as_of_one_moment
def items(request: ActorRequest) -> HttpResponse:
    """The items behind one number of the books, those this person may see, page by page."""
    asked = asked_part(request)
    wanted = asked_items(request, asked)
    count, page = queries.open_items(
        asked.book, wanted, request.actor, request.GET.get("after", "")
    )
    query = {name: value for name, value in request.GET.items() if name != "after"}
    only = unit_tree().by_code.get(request.GET.get("only", ""))
    more = {name: str(value) for name, value in query.items() if name not in asked.query}
    context = shell(asked, "items", "items", **more) | {
        "title": _title(asked.book, wanted),
        "subtitle": (only or asked.unit).name,
        "last": wanted.at - ONE_DAY,
        "start": wanted.start,
        "count": count,
        "page": page,
        "may_correct": request.actor.may(CORRECT),
        "next_url": f"?{urlencode(query | {'after': page.following})}" if page.following else None,
        "first_url": f"?{urlencode(query)}" if request.GET.get("after") else None,
    }
    return render(request, "stocks/items.html", context)


def _title(book: StockBook, asked: ItemsAsked) -> str:
    if asked.pair is not None:
        source, target = (book.titled(stock) for stock in asked.pair)
        return f"{source} → {target}"
    return ", ".join(book.titled(stock) for stock in asked.stocks)
