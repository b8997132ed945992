"""The online form before it is sent: what it asks, what it knows already, what it says when done."""

from __future__ import annotations

from datetime import date, datetime

from thichinh.accounts.models import Person
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
