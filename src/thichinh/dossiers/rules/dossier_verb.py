"""What a verb of the one-stop shop is: what it is asked with, where its authority counts, what only
dossiers ask of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules import record
from thichinh.dossiers.rules.acts import Outcome
from thichinh.foundation.acts import Place, Verb
from thichinh.foundation.calendar import LegalCalendar
from thichinh.procedures.models import ProcedureDefinition

APPLICANT = Place("one's own affair", lambda dossier: None)
DESK = Place("the receiving unit", lambda dossier: dossier.receiving_unit_id)
ORGAN = Place("the competent unit", lambda dossier: dossier.unit_id)


@dataclass(frozen=True, slots=True)
class Case:
    """A dossier under lock, the version of its procedure, the calendar and the moment of the act."""

    dossier: Dossier
    definition: ProcedureDefinition
    calendar: LegalCalendar
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DossierVerb(Verb[Case, Outcome]):
    """A verb, and what only the one-stop shop asks of one.

    `fits` limits its states further; `registers` gives the dossier its place in the register.
    `story` is how the applicant reads it ('' = not shown to them), by the organ or by the desk
    (`by_organ`); `explains` when the note is meant for them, `own_doing` when it is their own act.
    `names_officer` is told only to who is signed in. `hands` are giver and taker on the control
    slip (M05): "applicant", "desk" or "organ".
    """

    subject: str = record.SUBJECT
    fits: Callable[[Dossier, ProcedureDefinition], bool] = lambda dossier, definition: True
    registers: bool = False
    story: str | Promise = ""
    story_icon: str = ""
    by_organ: bool = False
    explains: bool = False
    own_doing: bool = False
    names_officer: bool = False
    hands: tuple[str, str] | None = None

    @property
    def is_inward(self) -> bool:
        """Whether the applicant hands it in by this."""
        return self.hands is not None and self.hands[0] == "applicant"

    @property
    def is_outward(self) -> bool:
        """Whether the applicant gets it back by this."""
        return self.hands is not None and self.hands[1] == "applicant"
