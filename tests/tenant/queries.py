"""Reads of lost property, from what the reader may see."""

from typing import Any

from django.db.models import QuerySet

from tests.tenant.models import FORM, Thing
from tests.tenant.rules import VIEW
from thichinh.accounts.rules import Actor, within
from thichinh.foundation.definitions import content_of, current
from thichinh.foundation.forms import Answers, FormDefinition


def visible_to(actor: Actor) -> QuerySet[Thing]:
    """The things of the units where they may look."""
    return Thing.objects.filter(within(actor, VIEW)).select_related("unit", "claimant")


def announced() -> QuerySet[Thing]:
    """What waits for its owner: everybody may know."""
    return Thing.objects.filter(state=Thing.State.KEPT).select_related("unit")


def form_in_force() -> FormDefinition:
    """What is asked today of who brings a thing."""
    return current(FORM, "found").form


def answers(thing: Thing) -> tuple[FormDefinition, Answers]:
    """What was asked about it, and what was answered."""
    return content_of(thing.form_id).form, thing.answers


def names(code: str) -> Any:
    """The names of the choices of a question, for a dimension of the book."""
    return lambda codes: {one.code: one.label for one in form_in_force().by_code[code].choices}
