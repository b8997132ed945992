"""How far the authority is on its first day: computed from the records, line by line."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse

from thichinh.accounts.models import Account, RoleAssignment, Unit
from thichinh.accounts.queries.authority import in_force
from thichinh.accounts.queries.installation import own_authority
from thichinh.accounts.rules.founding import is_provisional
from thichinh.accounts.rules.setup import setup_items
from thichinh.foundation.clock import today
from thichinh.foundation.models import DefinitionVersion

OWN_HOURS = "gio-lam-viec-co-quan"
"""The code of the calendar in which an authority writes its own hours and closures."""


@dataclass(frozen=True)
class SetupLine:
    """One line of the check list, with the address of the page where it is done."""

    code: str
    title: str
    help: str
    address: str
    done: bool


def first_day() -> list[SetupLine]:
    """Every line of the check list, those to be done first in their order."""
    return [
        SetupLine(
            item.code, str(item.title), str(item.help), reverse(item.url_name), item.is_done()
        )
        for item in setup_items()
    ]


def has_units() -> bool:
    """Whether units stand below the authority's own root today."""
    rows = Unit.objects.filter(parent__code=own_authority().unit)
    return rows.filter(valid_from__lte=today()).exclude(valid_to__lt=today()).exists()


def has_officers() -> bool:
    """Whether somebody besides the first IT officer has an account."""
    return Account.objects.filter(unit__isnull=False, is_active=True).count() > 1


def officers_have_roles() -> bool:
    """Whether every active officer holds a role today, and there is more than one of them."""
    held = in_force(RoleAssignment.objects.filter(account=OuterRef("pk"), ended_at=None), today())
    officers = Account.objects.filter(unit__isnull=False, is_active=True)
    without = officers.filter(~Exists(held))
    return has_officers() and not without.exists()


def has_hours() -> bool:
    """Whether the authority has said its working hours."""
    return DefinitionVersion.objects.filter(kind="calendar", code=OWN_HOURS).exists()


def has_organ_code() -> bool:
    """Whether dossiers get numbers of the authority's own, or it said that this is an exercise."""
    own = own_authority()
    root = Unit.objects.filter(code=own.unit).first()
    return own.exercise or (root is not None and not is_provisional(root.organ_code))


def has_letterhead() -> bool:
    """Whether the authority has written the head of its papers."""
    return any(own_authority().letterhead.model_dump().values())
