"""Drafts of a citizen: only their own, whatever is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from thichinh.accounts.models import Person
from thichinh.accounts.queries import as_known_to, unit_tree
from thichinh.accounts.rules import Actor, UnitNode
from thichinh.dossiers.models import Attachment, Draft
from thichinh.dossiers.rules.filing import stamp_of
from thichinh.foundation import clock
from thichinh.foundation.calendar import local_time, start_of
from thichinh.foundation.errors import Missing, Refused
from thichinh.foundation.forms import FormField, answer_text, judge
from thichinh.procedures import queries as catalogue
from thichinh.procedures.models import Paper, ProcedureDefinition
from thichinh.procedures.rules import check_papers


@dataclass(frozen=True)
class PaperRow:
    """One paper of the procedure with the files added for it so far."""

    paper: Paper
    files: list[Attachment]


@dataclass(frozen=True)
class Review:
    """The whole dossier read back before it is sent, and what is still wrong with it."""

    receiving: UnitNode | None
    answers: list[tuple[FormField, str]]
    papers: list[PaperRow]
    answer_problems: Mapping[str, str]
    paper_problems: Mapping[str, str]
    stamp: str

    @property
    def is_ready(self) -> bool:
        return bool(self.receiving) and not self.answer_problems and not self.paper_problems


def online_definition(code: str) -> ProcedureDefinition:
    """The procedure in force today, if it is offered online. Raises Missing, Refused."""
    definition = catalogue.definition_for(code, clock.today()).definition
    if not definition.online:
        raise Refused(
            _("Thủ tục này chưa nhận hồ sơ trực tuyến. Hãy mang giấy tờ đến nơi tiếp nhận hồ sơ.")
        )
    return definition


def own_person(actor: Actor) -> Person:
    """Who files: the person of the account. Raises Missing."""
    found = Person.objects.filter(pk=actor.person_id or 0).first()
    if found is None:
        raise Missing(_("Tài khoản này chưa gắn với một người dân."))
    return as_known_to(actor, found)


def draft_of(actor: Actor, code: str) -> Draft | None:
    """The actor's draft of a procedure, if there is one."""
    rows = Draft.objects.filter(account_id=actor.account_id or 0, procedure__code=code)
    return rows.first()


def drafts_of(actor: Actor) -> list[Draft]:
    """All drafts of the actor, the one touched last first."""
    rows = Draft.objects.filter(account_id=actor.account_id or 0).select_related("procedure")
    return list(rows.order_by("-updated_at"))


def kept_since() -> datetime:
    """Drafts not touched since this instant are not kept any more."""
    return start_of(clock.today() - timedelta(days=settings.DRAFT_DAYS))


def kept_until(draft: Draft) -> date:
    """The last day on which a draft is kept if nobody touches it again."""
    return local_time(draft.updated_at).date() + timedelta(days=settings.DRAFT_DAYS)


def draft_file(actor: Actor, code: str, file_id: int) -> Attachment:
    """A file of the actor's own draft. Raises Missing for anybody else's."""
    found = Attachment.objects.filter(
        pk=file_id, draft__account_id=actor.account_id or 0, draft__procedure__code=code
    )
    row = found.select_related("file", "draft").first()
    if row is None:
        raise Missing(_("Bản nháp của bạn không có tệp này."))
    return row


def receiving_units(definition: ProcedureDefinition, epoch: int | None = None) -> list[UnitNode]:
    """Where the dossier may be filed today, in the order people list them."""
    tree, day = unit_tree(epoch), clock.today()
    return [unit for unit in tree.valid(day) if tree.receives(unit.id, day) == definition.level]


def usual_unit(units: list[UnitNode], person: Person) -> UnitNode | None:
    """The unit a new form begins with: where the person lives, or the only one there is."""
    if len(units) == 1:
        return units[0]
    return next((unit for unit in units if unit.id == person.residence_unit_id), None)


def paper_rows(definition: ProcedureDefinition, draft: Draft | None) -> list[PaperRow]:
    """The papers of the procedure, each with its files."""
    files = draft_files(draft)
    return [PaperRow(p, [f for f in files if f.paper == p.code]) for p in definition.papers]


def draft_files(draft: Draft | None) -> list[Attachment]:
    if draft is None:
        return []
    return list(Attachment.objects.filter(draft=draft).select_related("file").order_by("pk"))


def review(actor: Actor, definition: ProcedureDefinition, draft: Draft) -> Review:
    """The draft read back, judged by the law as it will be when it is sent."""
    rows = paper_rows(definition, draft)
    node = unit_tree(actor.epoch).nodes.get(draft.receiving_unit_id or 0)
    fits = node is not None and node in receiving_units(definition, actor.epoch)
    judged = judge(definition.questions, draft.answers)
    return Review(
        receiving=node if fits else None,
        answers=[
            (
                field,
                answer_text(field, judged.answers.get(field.code, draft.answers.get(field.code))),
            )
            for field in definition.form
            if field.code in judged.asked
        ],
        papers=rows,
        answer_problems=judged.problems,
        paper_problems=_missing_papers(definition, rows),
        stamp=stamp_of(draft.updated_at),
    )


def _missing_papers(definition: ProcedureDefinition, rows: list[PaperRow]) -> Mapping[str, str]:
    try:
        check_papers(definition, {row.paper.code: len(row.files) for row in rows})
    except Refused as refused:
        return {name.removeprefix("papers."): said for name, said in refused.fields.items()}
    return {}
