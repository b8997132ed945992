"""Invented people: names drawn from lists, numbers that belong to nobody.

Identity numbers begin with 099, a province code never given out; phone numbers with 01, withdrawn
in 2018; tax codes with 99, no province either; e-mail addresses end in `.test`. The same seed and place give the
same person.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from thichinh.accounts.rules import PersonFacts
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import fold


@dataclass(frozen=True, slots=True)
class Names:
    """Parts of names; `parts` maps a sex (m, f) to its middle and given names."""

    family: tuple[str, ...]
    family_sums: tuple[float, ...]
    parts: Mapping[str, tuple[Sequence[str], Sequence[str]]]

    def draw(self, rng: random.Random, sex: str) -> str:
        """A full name, family name first."""
        family = rng.choices(self.family, cum_weights=self.family_sums)[0]
        middle, given = self.parts[sex]
        return f"{family} {rng.choice(middle)} {rng.choice(given)}"


@dataclass(frozen=True, slots=True)
class Place:
    """A commune as people write it in an address."""

    unit_id: int
    name: str
    town: str
    urban: bool


def read_names(content: Any) -> Names:
    """The lists from their parsed YAML. Raises Refused."""
    try:
        family = {str(name): float(weight) for name, weight in content["family"].items()}
        parts = {
            sex: (tuple(content[key]["middle"]), tuple(content[key]["given"]))
            for sex, key in (("m", "male"), ("f", "female"))
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(f"Tệp họ tên của thị xã mẫu không đọc được: {error}.") from error
    return Names(tuple(family), tuple(accumulate(family.values())), parts)


def invent_person(
    names: Names, place: Place, kind: str, serial: int, rng: random.Random
) -> PersonFacts:
    """The person, household business or organisation number `serial` (below a million)."""
    if kind == "citizen":
        return _citizen(names, place, serial, rng)
    title = _title(names, place, kind, rng)
    return PersonFacts(
        full_name=title,
        kind="household" if kind == "household" else "business",
        tax_code=f"99{serial % 100_000_000:08d}",
        phone=_phone(serial),
        email=f"lienhe.{serial}@coso.test",
        address=_address(place, rng),
        residence_unit_id=place.unit_id,
    )


def _citizen(names: Names, place: Place, serial: int, rng: random.Random) -> PersonFacts:
    sex = rng.choice("mf")
    born = date(1945, 1, 1) + timedelta(days=int(rng.triangular(0, 20_800, 13_000)))
    name = names.draw(rng, sex)
    century = {("m", 19): 0, ("f", 19): 1, ("m", 20): 2, ("f", 20): 3}[sex, born.year // 100]
    return PersonFacts(
        full_name=name,
        identity_number=f"099{century}{born:%y}{serial % 1_000_000:06d}",
        birth_date=born,
        sex=sex,
        phone=_phone(serial),
        email=_email(name, serial) if rng.random() < 0.3 else "",
        address=_address(place, rng),
        residence_unit_id=place.unit_id,
    )


def _title(names: Names, place: Place, kind: str, rng: random.Random) -> str:
    given = rng.choice(names.parts["m"][1]), rng.choice(names.parts["f"][1])
    if kind == "household":
        return f"Hộ kinh doanh {given[0]} {given[1]}"
    if kind == "business":
        return f"Công ty TNHH {given[1]} {given[0]}"
    return f"Ban Công tác Mặt trận {_hamlet(place, rng)}, {place.name}"


def _address(place: Place, rng: random.Random) -> str:
    return f"{_hamlet(place, rng)}, {place.name}, {place.town}"


def _hamlet(place: Place, rng: random.Random) -> str:
    return f"Tổ dân phố {rng.randint(1, 9)}" if place.urban else f"Thôn {rng.randint(1, 8)}"


def _phone(serial: int) -> str:
    return f"0100{serial % 1_000_000:06d}"


def _email(name: str, serial: int) -> str:
    return f"{fold(name).split()[-1]}.{serial}@nguoidan.test"
