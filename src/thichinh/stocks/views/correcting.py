"""The page on which an item's last movement is corrected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from thichinh.accounts.access import ActorRequest, official_required
from thichinh.foundation.errors import Conflict, Missing, Refused
from thichinh.foundation.idempotency import fingerprint, once
from thichinh.foundation.text import vn_date
from thichinh.foundation.ui.forms import add_refusal
from thichinh.stocks import actions, queries
from thichinh.stocks.forms import CorrectionForm
from thichinh.stocks.rules import BOOKS, CORRECT, StockBook


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
        "crumbs": [
            (_("Sổ cái"), f"{reverse('stocks:trial')}?book={book.code}"),
            (_("Đính chính"), None),
        ],
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
                _(
                    "Mục này vừa chuyển ngăn. Hãy xem lại lần chuyển cuối ở trên rồi ghi lại nếu cần."
                )
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
