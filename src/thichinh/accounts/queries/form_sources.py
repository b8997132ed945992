"""What forms may use of accounts: the units to choose from, and what is known of who fills in."""

from __future__ import annotations

from datetime import date

from thichinh.accounts.models import Person
from thichinh.accounts.queries.people import as_known_to
from thichinh.accounts.queries.units import unit_tree
from thichinh.accounts.rules import Actor
from thichinh.foundation.text import vn_date


def codes_and_names(on: date) -> list[tuple[str, str]]:
    """Code and name of the units of a day, in the order in which people list them."""
    return [(unit.code, unit.name) for unit in unit_tree().valid(on)]


def unit_name(code: str) -> str | None:
    """The name of a unit that is or was; None for no unit."""
    unit = unit_tree().by_code.get(code)
    return unit.name if unit else None


def own_facts(actor: Actor | None) -> dict[str, str]:
    """What the authority knows of the person of an account, as that person may read it."""
    found = Person.objects.filter(pk=actor.person_id).first() if actor and actor.person_id else None
    if actor is None or found is None:
        return {}
    person = as_known_to(actor, found)
    return {
        "full_name": person.full_name,
        "birth_date": vn_date(person.birth_date) if person.birth_date else "",
        "identity_number": person.identity_number or "",
        "address": person.address,
        "phone": person.phone,
        "email": person.email,
    }


def own_unit(actor: Actor | None) -> dict[str, str]:
    """The unit that an official works in."""
    unit = unit_tree(actor.epoch).nodes.get(actor.unit_id or 0) if actor else None
    return {"code": unit.code} if unit else {}
