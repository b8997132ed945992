"""The online form before it is sent: what it asks, what it knows already, what it says when done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from thichinh.accounts.models import Person
from thichinh.foundation import clock
from thichinh.foundation.forms import Answer, FormField
from thichinh.foundation.text import vn_date
from thichinh.procedures.models import ProcedureDefinition

STAMP = "%Y%m%d%H%M%S%f"
UNIT = "receiving_unit"
"""The place where it is filed, among the answers of a draft."""
# Whose data a question asks for, by its code: the person who files and nobody else.
_OWN_NAME = frozenset({"applicant_name", "requester_name", "owner_name", "subject_name"})
_OWN_BIRTH = frozenset({"applicant_birth_date", "requester_birth_date", "subject_birth_date"})
_OWN_IDENTITY = frozenset({"applicant_identity", "requester_identity", "subject_identity"})
_OWN_ADDRESS = frozenset({"applicant_address", "requester_address", "residence"})


def stamp_of(updated_at: datetime) -> str:
    """The moment of the last change, as a form carries it."""
    return updated_at.strftime(STAMP)


@dataclass(frozen=True)
class Seen:
    """What a form showed when it was drawn. It travels in the form, so that a change made in
    another window is told from one made here. It is its sender's own word about their own draft.
    """

    account: int
    draft: str
    at: datetime
    answers: Mapping[str, Answer]

    def text(self) -> str:
        """As one field of the form."""
        told = [self.account, self.draft, self.at.isoformat(), dict(self.answers)]
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Seen | None:
        """What `text` wrote; None for anything else."""
        try:
            account, draft, at, answers = json.loads(text)
            return cls(int(account), str(draft), datetime.fromisoformat(at), dict(answers))
        except (ValueError, TypeError):
            return None


@dataclass(frozen=True)
class Combined:
    """Two windows' answers as one; `both` are those that both changed, each in its own way."""

    answers: dict[str, Answer]
    both: frozenset[str]


def combined(
    seen: Mapping[str, Answer], here: Mapping[str, Answer], there: Mapping[str, Answer]
) -> Combined:
    """Each window's own changes to what was seen; where both changed an answer, the one typed here.

    An empty answer, one not there and an unticked box are the same.
    """
    answers: dict[str, Answer] = {}
    both = set()
    for code in [*here, *(code for code in there if code not in here)]:
        base, mine, other = (known.get(code) or None for known in (seen, here, there))
        chosen = here if mine != base or other == base else there
        if mine not in (base, other) and other != base:
            both.add(code)
        if code in chosen:
            answers[code] = chosen[code]
    return Combined(answers, frozenset(both))


def differing(here: Mapping[str, Answer], there: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers there that are others than here; one that was emptied there is ''."""
    codes = {**here, **there}
    return {c: there.get(c, "") for c in codes if (here.get(c) or None) != (there.get(c) or None)}


def own_answers(definition: ProcedureDefinition, person: Person) -> dict[str, Answer]:
    """What the town hall knows already of who files, put into a new form for them to correct."""
    known = {field.code: _own(field, person) for field in definition.form if not field.prefill}
    return {code: text for code, text in known.items() if text}


def _own(field: FormField, person: Person) -> str:
    if field.code in _OWN_NAME:
        return person.full_name
    if field.code in _OWN_BIRTH:
        return _day(person.birth_date)
    if field.code in _OWN_IDENTITY:
        return person.identity_number or ""
    if field.code in _OWN_ADDRESS:
        return person.address
    if field.kind == "phone":
        return person.phone
    return person.email if field.kind == "email" else ""


def _day(day: date | None) -> str:
    return vn_date(day) if day else ""


def since_phrase(moment: datetime, now: datetime) -> str:
    """'10:42 hôm qua': when something was left off, as one says it."""
    then, today = moment.astimezone(clock.ZONE), now.astimezone(clock.ZONE).date()
    days = {0: _("hôm nay"), 1: _("hôm qua")}
    day = days.get((today - then.date()).days) or _("ngày %(day)s") % {"day": vn_date(then)}
    return f"{then:%H:%M} {day}"
