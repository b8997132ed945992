"""The counter: receive a walk-in with a few keys, and see what waits at the desk.

The page is one form. Every button posts all of it, so nothing typed is lost with or without
scripts; with scripts only the part that changed comes back (`HX-Target` names it).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from thichinh.accounts.access import ActorRequest, official_required
from thichinh.accounts.models import Person
from thichinh.accounts.queries import chosen_card, find_people
from thichinh.accounts.rules import UnitNode
from thichinh.dossiers import actions, queries
from thichinh.dossiers.actions import Request
from thichinh.dossiers.forms.counter import ReceptionForm, begun_person, new_key, typed
from thichinh.dossiers.queries.desk import (
    desk_queue,
    desks_of,
    find_procedures,
    level_received,
    usual_procedures,
)
from thichinh.dossiers.rules.numbers import spaced
from thichinh.dossiers.rules.offers import offered
from thichinh.foundation import clock
from thichinh.foundation.calendar import due_phrase
from thichinh.foundation.definitions import content_of
from thichinh.foundation.errors import Conflict, Missing, Refused
from thichinh.foundation.idempotency import fingerprint, once
from thichinh.foundation.text import whole_number
from thichinh.foundation.ui.sorting import icon
from thichinh.procedures import queries as catalogue
from thichinh.procedures.models import ProcedureDefinition
from thichinh.procedures.rules import fee_phrase, term_phrase

RECEIVE = "dossier.receive"
FEW_PEOPLE = 8
PARTS = {
    "part-procedure": "dossiers/_counter_procedure.html",
    "part-person": "dossiers/_counter_person.html",
    "procedure-options": "dossiers/_procedure_options.html",
    "person-options": "dossiers/_person_options.html",
}


@dataclass
class Entry:
    """The form as it stands: what is chosen, what is being looked for, what was typed."""

    data: QueryDict
    key: str
    desk: UnitNode
    procedure: str
    person_id: int | None
    is_new: bool
    q: str
    p: str

    @classmethod
    def read(cls, data: QueryDict, desks: list[UnitNode]) -> Entry:
        asked = data.get("desk", "")
        chosen = data.get("person", "")
        return cls(
            data=data,
            key=data.get("key") or new_key(),
            desk=next((desk for desk in desks if desk.code == asked), desks[0]),
            procedure=data.get("procedure", ""),
            person_id=whole_number(chosen),
            is_new=data.get("new") == "1",
            q=data.get("q", ""),
            p=data.get("p", ""),
        )

    def take(self, step: str, value: str) -> None:
        """One press of a button that does not receive yet."""
        if step == "choose_procedure":
            self.procedure, self.q = value, ""
        elif step == "drop_procedure":
            self.procedure = ""
        elif step == "choose_person":
            self.person_id, self.is_new = whole_number(value), False
        elif step == "drop_person":
            self.person_id, self.is_new = None, False
        elif step == "new_person":
            self.person_id, self.is_new = None, True


@official_required(RECEIVE)
def counter(request: ActorRequest) -> HttpResponse:
    """The entry form and, beside it, what waits at the desk."""
    desks = desks_of(request.actor)
    if request.method != "POST":
        return _page(request, desks, Entry.read(request.GET, desks))
    entry = Entry.read(request.POST, desks)
    step, _, value = request.POST.get("do", "receive").partition(":")
    if step == "receive":
        return _receive(request, desks, entry)
    entry.take(step, value)
    part = PARTS.get(request.headers.get("HX-Target", ""))
    if part:
        return render(request, part, _context(request, entry, step))
    return _page(request, desks, entry, step)


def _receive(request: ActorRequest, desks: list[UnitNode], entry: Entry) -> HttpResponse:
    definition = _definition(entry)
    form = ReceptionForm(definition, request.POST, is_new=entry.is_new)
    for sentence in _not_chosen(entry, definition):
        form.add_error(None, sentence)
    if form.is_valid():
        try:
            number = _received_number(request, entry, form)
            return HttpResponseRedirect(reverse("dossiers:received", args=[number]))
        except Refused as refused:
            form.add_refusal(refused)
        except Conflict:  # gone back to a form that was received already, and changed it
            entry.key = new_key()
            form.add_error(
                None,
                _(
                    "Biểu mẫu này đã được tiếp nhận thành một hồ sơ. Nếu muốn "
                    "tiếp nhận thêm hồ sơ mới, hãy bấm Tiếp nhận lần nữa."
                ),
            )
    return _page(request, desks, entry, "receive", form, status=422)


def _not_chosen(entry: Entry, definition: ProcedureDefinition | None) -> list[str]:
    """What must be chosen before anything can be received."""
    sentences = []
    if definition is None:
        sentences.append(_("Hãy chọn thủ tục của quầy này trước khi tiếp nhận."))
    if entry.person_id is None and not entry.is_new:
        sentences.append(_("Hãy chọn người nộp, hoặc ghi người mới."))
    return sentences


def _received_number(request: ActorRequest, entry: Entry, form: ReceptionForm) -> str:
    actor = request.actor
    asked = Request(
        procedure=entry.procedure,
        receiving_unit=entry.desk.code,
        channel=form.came_by(),
        papers=form.papers(),
    )
    facts = form.facts() if entry.is_new else None

    def run() -> dict[str, Any]:
        done = actions.receive_dossier(actor, asked, facts, entry.person_id)
        return {"number": done.number}

    mark = fingerprint([request.path, entry.procedure, entry.person_id, str(facts), form.papers()])
    answer, _ = once(actor.account_id or 0, entry.key, mark, run)
    return str(answer["number"])


def _definition(entry: Entry) -> ProcedureDefinition | None:
    """The chosen procedure, if there is one that this desk receives."""
    if not entry.procedure:
        return None
    try:
        found = catalogue.definition_for(entry.procedure, clock.today()).definition
    except Missing:
        return None
    return found if found.level == level_received(entry.desk) else None


def _page(
    request: ActorRequest,
    desks: list[UnitNode],
    entry: Entry,
    step: str = "",
    form: ReceptionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = _context(request, entry, step, form) | {
        "transfer_key": new_key(),
        "may_transfer": request.actor.may("dossier.transfer", entry.desk.id),
        "desks": desks if len(desks) > 1 else [],
        "queue": _queue(entry.desk),
        "now": clock.now(),
    }
    return render(request, "dossiers/counter.html", context, status=status)


def _queue(desk: UnitNode) -> list[dict[str, Any]]:
    """What waits at the desk as cards: online filings, transfers due, results."""
    waiting = desk_queue(desk)
    cards = (
        ("dossier.accept", icon("world-download"), _("Hồ sơ trực tuyến chờ tiếp nhận"),
         _("Không có hồ sơ trực tuyến nào đang chờ.")),
        ("dossier.transfer", icon("send"), _("Cần chuyển đơn vị giải quyết"),
         _("Đã chuyển hết hồ sơ.")),
        ("dossier.return", icon("file-check"), _("Kết quả chờ trả"),
         _("Không còn kết quả nào chờ trả.")),
    )  # fmt: skip
    return [
        {
            "kind": kind,
            "icon": drawing,
            "title": title,
            "none": none,
            "count": waiting.counts.get(kind, 0),
            "tasks": waiting.first.get(kind, []),
        }
        for kind, drawing, title, none in cards
    ]


def _context(
    request: ActorRequest, entry: Entry, step: str, form: ReceptionForm | None = None
) -> dict[str, Any]:
    definition = _definition(entry)
    if form is None:
        initial = typed(request.POST)
        if step == "new_person" and not initial.get("full_name"):
            initial |= begun_person(entry.p)
        form = ReceptionForm(definition, is_new=entry.is_new, initial=initial)
        if step == "new_person":
            form.begin()
    return {
        "entry": entry,
        "step": step,
        "key": entry.key,
        "definition": definition,
        "term": term_phrase(definition.term) if definition else "",
        "fee": fee_phrase(definition.fee) if definition else "",
        "form": form,
        # Asked only by the part that shows it.
        "procedures": partial(find_procedures, entry.desk, entry.q),
        "usual": partial(usual_procedures, entry.desk),
        "chosen": partial(_chosen_person, request, entry),
        "people": partial(_people, request, entry),
    }


def _chosen_person(request: ActorRequest, entry: Entry) -> Any:
    if entry.person_id is None:
        return None
    return chosen_card(request.actor, entry.person_id)


def _people(request: ActorRequest, entry: Entry) -> list[Person]:
    return find_people(request.actor, entry.p, FEW_PEOPLE)


@official_required("dossier.transfer")
@require_POST
def transfer_all(request: ActorRequest) -> HttpResponse:
    """Hand over everything that waits at a desk, in one press; pressed twice it is done once."""
    code = request.POST.get("desk", "")
    desk = next((d for d in desks_of(request.actor) if d.code == code), None)
    if desk is None:
        raise Missing(_("Bạn không làm việc tại quầy này."))
    run = partial(_handed_over, request, desk)
    key = request.POST.get("key", "")
    answer, _repeated = once(
        request.actor.account_id or 0, key, fingerprint([request.path, code]), run
    )
    sentence = ngettext("Đã chuyển %(n)d hồ sơ.", "Đã chuyển %(n)d hồ sơ.", answer["moved"])
    messages.success(request, sentence % {"n": answer["moved"]})
    return HttpResponseRedirect(_counter_url(desk=code))


def _handed_over(request: ActorRequest, desk: UnitNode) -> dict[str, Any]:
    return {"moved": actions.transfer_waiting(request.actor, desk.id)}


@official_required(RECEIVE)
@require_GET
def received(request: ActorRequest, number: str) -> HttpResponse:
    """What to tell the person who came: number, look-up code, when to return; then the next."""
    dossier = queries.dossier_of_number(request.actor, number)
    request.actor.require(RECEIVE, dossier.receiving_unit_id)  # it shows the look-up code
    definition: ProcedureDefinition = content_of(dossier.definition_id)
    desk = dossier.receiving_unit.code
    context = {
        "dossier": dossier,
        "secret": spaced(dossier.secret),
        "due": due_phrase(dossier.due_at) if dossier.due_at else "",
        "term": term_phrase(definition.term),
        "fee": fee_phrase(definition.fee),
        "may_settle": "settle" in offered(request.actor, dossier, definition),
        "key": new_key(),
        "next_url": _counter_url(desk=desk),
        "same_procedure": _counter_url(desk=desk, procedure=definition.code),
        "same_person": _counter_url(desk=desk, person=str(dossier.applicant_id)),
    }
    return render(request, "dossiers/received.html", context)


def _counter_url(**query: str) -> str:
    return f"{reverse('dossiers:counter')}?{urlencode(query)}"
