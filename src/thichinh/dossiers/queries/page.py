"""Everything the page of one dossier shows, gathered in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from thichinh.accounts.queries import PersonCard, person_card
from thichinh.accounts.rules import Actor
from thichinh.dossiers.models import Act, Attachment, Dossier
from thichinh.dossiers.queries.dossiers import dossier_of_number, timeline
from thichinh.dossiers.rules.acts import LOGGED
from thichinh.dossiers.rules.book import BOOK
from thichinh.dossiers.rules.offers import main_verb, offered
from thichinh.dossiers.rules.verbs import VERBS
from thichinh.foundation.definitions import content_of
from thichinh.foundation.errors import Missing
from thichinh.foundation.forms import answer_text
from thichinh.foundation.ui.badges import Clock, timing_badge
from thichinh.procedures.models import ProcedureDefinition, Step
from thichinh.stocks import queries as books
from thichinh.stocks.rules import BOOKS

State = Dossier.State


@dataclass(frozen=True)
class Event:
    """One act as the timeline shows it."""

    at: datetime
    title: str
    who: str
    unit: str
    note: str
    icon: str
    tone: str
    current: bool = False


@dataclass(frozen=True)
class BookLine:
    """One movement in words."""

    at: datetime
    recorded_at: datetime | None
    source: str
    target: str
    made: bool
    corrects: bool


@dataclass(frozen=True)
class DossierPage:
    """A dossier with what surrounds it, as this actor may see it."""

    dossier: Dossier
    definition: ProcedureDefinition
    applicant: PersonCard
    verbs: tuple[str, ...]
    main: str
    step: Step | None
    step_number: int
    events: list[Event]
    answers: list[tuple[str, str]]
    papers: list[tuple[str, int]]
    files: list[Attachment]
    lines: list[BookLine]

    @property
    def timing_done_at(self) -> datetime | None:
        """When the clock stopped for good, if it did."""
        return self.dossier.resolved_at or self.dossier.closed_at


def dossier_page(actor: Actor, number: str) -> DossierPage:
    """The dossier of a number with everything its page shows. Raises Missing."""
    dossier = dossier_of_number(actor, number)
    definition: ProcedureDefinition = content_of(dossier.definition_id)
    running = dossier.state == State.PROCESSING
    verbs = offered(actor, dossier, definition)
    return DossierPage(
        dossier=dossier,
        definition=definition,
        applicant=person_card(actor, dossier.applicant),
        verbs=verbs,
        main=main_verb(verbs, dossier, definition),
        step=definition.steps[dossier.step] if running else None,
        step_number=dossier.step + 1,
        events=_events(dossier, timeline(dossier)),
        answers=_answers(dossier, definition),
        papers=[
            (p.name, dossier.papers[p.code]) for p in definition.papers if p.code in dossier.papers
        ],
        files=_files(dossier, definition),
        lines=_lines(dossier) if actor.may("stock.view", dossier.unit_id) else [],
    )


def happened_since(dossier: Dossier, revision: int) -> list[Event]:
    """What was done to the dossier after a revision, the first act first."""
    return [e for a, e in _pairs(dossier, timeline(dossier)) if a.seq > revision]


def attachment_of(actor: Actor, number: str, file_id: int) -> Attachment:
    """One file of a dossier the actor may see. Raises Missing."""
    dossier = dossier_of_number(actor, number)
    found = dossier.attachments.filter(pk=file_id).select_related("file").first()
    if found is None:
        raise Missing(_("Hồ sơ không có tệp này."))
    return found


def _events(dossier: Dossier, acts: list[Act]) -> list[Event]:
    return [event for _, event in reversed(_pairs(dossier, acts))]


def _pairs(dossier: Dossier, acts: list[Act]) -> list[tuple[Act, Event]]:
    last = acts[-1].seq if acts else 0
    return [(act, _event(dossier, act, act.seq == last)) for act in acts]


def _event(dossier: Dossier, act: Act, current: bool) -> Event:
    words = VERBS[act.verb]
    unit = act.unit.name + (f" → {act.to_unit.name}" if act.to_unit else "")
    denied = act.verb == "decide" and act.data.get("outcome") == Dossier.Outcome.DENIED
    late = act.verb == "decide" and dossier.due_at is not None and act.at > dossier.due_at
    return Event(
        at=act.at,
        title=_title(dossier, act),
        who=_who(act),
        unit=unit,
        note="" if act.verb == LOGGED else act.note,
        icon=words.icon,
        tone="bad" if denied or late else words.tone,
        current=current,
    )


def _who(act: Act) -> str:
    if act.account is None:
        return str(act.data.get("resource", ""))
    if act.on_behalf_of is None:
        return act.account.display_name
    names = {"name": act.account.display_name, "other": act.on_behalf_of.display_name}
    return _("%(name)s, thực hiện thay %(other)s") % names


def _title(dossier: Dossier, act: Act) -> str:
    """The act in words: what was decided and how it stood to the deadline, which step was done."""
    words = str(VERBS[act.verb].done)
    if act.verb == LOGGED:
        return act.note or words
    if act.verb == "decide" and dossier.due_at is not None:
        outcome = Dossier.Outcome(act.data.get("outcome", "")).label
        return f"{words}: {outcome}, {_timing(dossier.due_at, act.at)}"
    if act.verb == "advance":
        definition: ProcedureDefinition = content_of(dossier.definition_id)
        names = {step.code: step.name for step in definition.steps}
        done = names.get(act.data.get("done", ""), "")
        return f"{words}: {done}" if done else words
    return words


def _timing(due_at: datetime, at: datetime) -> str:
    return str(timing_badge(Clock(due_at, at)).words)


def _answers(dossier: Dossier, definition: ProcedureDefinition) -> list[tuple[str, str]]:
    answers: dict[str, Any] = dossier.answers
    shown = [
        (f.label, answer_text(f, answers[f.code])) for f in definition.form if f.code in answers
    ]
    return [(label, text) for label, text in shown if text]


def _files(dossier: Dossier, definition: ProcedureDefinition) -> list[Attachment]:
    """Files with the name of the paper each stands for (`paper_name`)."""
    names = {paper.code: paper.name for paper in definition.papers}
    found = list(dossier.attachments.select_related("file").order_by("pk"))
    for file in found:
        file.paper_name = names.get(file.paper, "")  # type: ignore[attr-defined]
    return found


def _lines(dossier: Dossier) -> list[BookLine]:
    book = BOOKS[BOOK]
    return [
        BookLine(
            p.at, p.recorded_at, book.titled(p.source), book.titled(p.target), p.made, p.corrects
        )
        for p in books.passages(BOOK, dossier.pk)
    ]
