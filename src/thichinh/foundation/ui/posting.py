"""A page that asks what a form of the form engine asks, and does something with the answers."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from thichinh.foundation.errors import Refused
from thichinh.foundation.forms import Answers, FormContext, FormDefinition, bind


def form_page(
    request: HttpRequest,
    definition: FormDefinition,
    act: Callable[[Any, Answers, str], Mapping[str, Any]],
    then: str,
    **words: Any,
) -> HttpResponse:
    """Show the form, and `act(actor, answers, key)` when it is sent whole; then the page named `then`
    of the `number` that the act says.

    `key` is one for each page shown, so that the act can be done once. What is refused stands at its
    question, with everything typed. `words`: title, submit, cancel (an address), crumbs.
    """
    actor: Any = request.actor  # type: ignore[attr-defined]
    posted = request.POST if request.method == "POST" else None
    context = FormContext.now(account=actor.account_id, subject=actor)
    form = bind(definition, posted, request.FILES, context)
    key = request.POST.get("key") or str(uuid.uuid4())
    if form.is_valid():
        try:
            done = act(actor, form.answers, key)
            return HttpResponseRedirect(reverse(then, args=[done["number"]]))
        except Refused as refused:
            form.refuse(refused)
    status = 422 if form.errors else 200
    return render(
        request, "ui/posted_form.html", {**words, "form": form, "key": key}, status=status
    )
