"""A citizen's own dossiers, and what anybody holding a slip may know of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from thichinh.accounts.queries import as_known_to
from thichinh.accounts.rules import Actor
from thichinh.dossiers.models import Attachment, Dossier
from thichinh.dossiers.queries.dossiers import DossierSlice, own, page_of, timeline, tracked
from thichinh.dossiers.rules.offers import next_verbs
from thichinh.dossiers.rules.plain import Moment, Plain, PlainEvent, plain_events, plain_words
from thichinh.foundation import calendar, clock
from thichinh.foundation.definitions import content_of
from thichinh.foundation.errors import Missing
from thichinh.procedures.models import ProcedureDefinition

LATELY = timedelta(hours=1)
NOT_YOURS = gettext_lazy("Bạn không có hồ sơ mang mã này. Hãy xem danh sách hồ sơ của bạn.")


@dataclass(frozen=True)
class PlainDossier:
    """A dossier with its state in plain words and its history."""

    dossier: Dossier
    definition: ProcedureDefinition
    plain: Plain
    events: list[PlainEvent]

    @property
    def may_withdraw(self) -> bool:
        return "withdraw" in next_verbs(self.dossier, self.definition)


@dataclass(frozen=True)
class OwnPage:
    """One page of the list: each dossier with its words; `after` is the cursor of the next."""

    rows: list[tuple[Dossier, Plain]]
    after: int | None


def own_dossiers(actor: Actor, after: int | None = None) -> OwnPage:
    """The dossiers of who is signed in, the newest first."""
    rows = Dossier.objects.filter(own(actor))
    page: DossierSlice = page_of(rows.select_related("receiving_unit"), after)
    moment = Moment(clock.now(), calendar.current())
    return OwnPage([(row, plain_words(row, moment)) for row in page.rows], page.after)


def own_dossier(actor: Actor, number: str) -> PlainDossier:
    """One of them with its history. Raises Missing for anybody else's."""
    rows = Dossier.objects.filter(own(actor), number=number)
    found = rows.select_related("procedure", "applicant", "unit", "receiving_unit").first()
    if found is None:
        raise Missing(NOT_YOURS)
    found.applicant = as_known_to(actor, found.applicant)
    return plain_dossier(found, names=True)


def sent_lately(actor: Actor, code: str, since: datetime | None = None) -> str:
    """The number of what was filed last for a procedure, since then or within the hour; else ''."""
    rows = Dossier.objects.filter(
        own(actor),
        procedure__code=code,
        channel=Dossier.Channel.ONLINE,
        submitted_at__gte=since or clock.now() - LATELY,
    )
    return rows.order_by("-pk").values_list("number", flat=True).first() or ""


def own_files(dossier: Dossier) -> list[Attachment]:
    """What was handed in with it."""
    return list(Attachment.objects.filter(dossier=dossier).select_related("file").order_by("pk"))


def own_file(actor: Actor, number: str, file_id: int) -> Attachment:
    """One file of one's own dossier. Raises Missing."""
    mine = Dossier.objects.filter(own(actor), number=number)
    rows = Attachment.objects.filter(pk=file_id, dossier__in=mine)
    found = rows.select_related("file").first()
    if found is None:
        raise Missing(_("Hồ sơ của bạn không có tệp này."))
    return found


def tracked_by_slip(number: str, secret: str) -> PlainDossier:
    """What the two codes of a slip open: no names of people. Raises Missing, Refused."""
    return plain_dossier(tracked(number, secret), names=False)


def plain_dossier(dossier: Dossier, *, names: bool) -> PlainDossier:
    """The dossier in plain words."""
    definition: ProcedureDefinition = content_of(dossier.definition_id)
    words = plain_words(dossier, Moment(clock.now(), calendar.current()))
    return PlainDossier(dossier, definition, words, plain_events(timeline(dossier), names=names))
