"""The people of an invented town: officials with their accounts and roles, and who comes to them.

One account per kind of role has a plain name and the shared password below, for whoever tries the
example town; every other account has no password and cannot be signed in to.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from thichinh.accounts.actions import person_row
from thichinh.accounts.models import Account, Person, RoleAssignment, Unit
from thichinh.accounts.rules import Actor, PersonFacts
from thichinh.example.rules.people import Names, Place, invent_person
from thichinh.foundation import clock
from thichinh.foundation.bulk import copy_rows, reserve_ids
from thichinh.foundation.errors import Conflict, Refused
from thichinh.foundation.text import fold, person_sort_key
from thichinh.foundation.yaml_files import read_yaml

PASSWORD = "thi-xa-mau-2022"
"""Of the example town only: it is printed for everybody to read."""

FOLDER = Path(settings.SHIPPED_DEFINITIONS) / "demo"


@dataclass(frozen=True)
class Shown:
    """An official whose account may be tried."""

    username: str
    role: str
    unit: str
    title: str


@dataclass(frozen=True)
class ExampleTown:
    """Who can be tried, and which margins are replayed where no others are named."""

    margins: Path
    citizen: str
    officials: tuple[Shown, ...]


@cache
def example_town() -> ExampleTown:
    """What `definitions/demo/town.yaml` says."""
    (content,) = read_yaml(FOLDER / "town.yaml")
    officials = tuple(Shown(**one) for one in content["officials"])
    return ExampleTown(FOLDER / content["margins"], content["citizen"], officials)


_STAFF: Mapping[str, tuple[tuple[str, str, int], ...]] = {
    "desk": (("clerk", "Cán bộ Một cửa", 4),),
    "office": (("specialist", "Chuyên viên", 3), ("unit-leader", "Trưởng phòng", 1)),
    "commune": (
        ("clerk", "Cán bộ Một cửa", 2),
        ("specialist", "Công chức chuyên môn", 2),
        ("unit-leader", "Chủ tịch UBND", 1),
    ),
}
_PREFIX = {"clerk": "mc", "specialist": "cv", "unit-leader": "ld"}


def shown_accounts() -> list[tuple[str, str]]:
    """(who it is, username) of every account that can be tried; all share `PASSWORD`."""
    officials = [(shown.title, shown.username) for shown in example_town().officials]
    return [("Công dân", example_town().citizen), *officials]


@dataclass(frozen=True, slots=True)
class Officials:
    """Who acts in each unit, by unit code."""

    clerks: Mapping[str, list[Actor]]
    specialists: Mapping[str, list[Actor]]
    leaders: Mapping[str, list[Actor]]


@dataclass(frozen=True, slots=True)
class _Post:
    """A post to fill: one account and its role over a unit."""

    username: str
    title: str
    role: str
    unit: Unit
    over: Unit
    shown: bool


def hire_officials(
    units: Mapping[str, Unit], names: Names, since: date, rng: random.Random
) -> Officials:
    """Make the officials' accounts and give them their roles. Raises Conflict on taken names."""
    posts = list(_posts(units))
    taken = Account.objects.filter(
        username__in=[p.username for p in posts] + [example_town().citizen]
    ).first()
    if taken is not None:
        raise Conflict(
            f"Đã có tài khoản “{taken.username}”. Thị xã mẫu chỉ nạp vào cơ sở dữ liệu trống."
        )
    secret, closed = make_password(PASSWORD), make_password(None)
    accounts = [
        _account(post.username, names.draw(rng, rng.choice("mf")), secret if post.shown else closed,
                 unit_id=post.unit.pk, title=post.title)
        for post in posts
    ]  # fmt: skip
    Account.objects.bulk_create(accounts)
    RoleAssignment.objects.bulk_create(
        RoleAssignment(account=account, role=post.role, unit=post.over, valid_from=since)
        for post, account in zip(posts, accounts, strict=True)
    )
    found: dict[str, dict[str, list[Actor]]] = {}
    for post, account in zip(posts, accounts, strict=True):
        actor = Actor(account_id=account.pk, unit_id=post.unit.pk, name=account.display_name)
        found.setdefault(post.role, {}).setdefault(post.unit.code, []).append(actor)
    return Officials(
        found.get("clerk", {}), found.get("specialist", {}), found.get("unit-leader", {})
    )


def _posts(units: Mapping[str, Unit]) -> Iterator[_Post]:
    """Shown posts first, then enough officials for every unit."""
    filled: dict[tuple[str, str], int] = {}
    for shown in example_town().officials:
        unit = units.get(shown.unit)
        if unit is not None:
            filled[shown.role, unit.code] = filled.get((shown.role, unit.code), 0) + 1
            yield _Post(shown.username, shown.title, shown.role, unit, _over(units, unit), True)
    for unit in units.values():
        staffed = unit.level if unit.place == "committee" else unit.place
        for role, title, count in _STAFF.get(staffed, ()):
            for number in range(1 + filled.get((role, unit.code), 0), count + 1):
                username = f"{_PREFIX[role]}.{unit.code.rpartition('.')[2]}.{number}"
                over = _over(units, unit)
                yield _Post(username, f"{title}, {unit.short_name}", role, unit, over, False)


def _over(units: Mapping[str, Unit], unit: Unit) -> Unit:
    """The town's desk hands dossiers on to all offices and takes back results: it sees them."""
    if unit.place == "desk" and unit.parent_id is not None:
        return next((u for u in units.values() if u.pk == unit.parent_id), unit)
    return unit


def _account(username: str, name: str, password: str, **facts: Any) -> Account:
    return Account(
        username=username,
        display_name=name,
        search_name=fold(f"{name} {username}"),
        sort_name=person_sort_key(name),
        password=password,
        identity_seen_at=clock.now(),
        **facts,
    )


class Applicants:
    """The invented public: one person per (commune, kind, number), made when first needed."""

    def __init__(self, names: Names, places: Mapping[str, Place], seed: int) -> None:
        self.names, self.places, self.seed = names, places, seed
        self._known: dict[tuple[str, str, int], tuple[int, PersonFacts]] = {}
        self._ids: list[int] = []
        self._new: list[tuple[int, PersonFacts]] = []
        self._online: dict[int, int] = {}

    def person(self, commune: str, kind: str, number: int) -> tuple[int, PersonFacts]:
        """The id and facts of a person; the row is written by `write`."""
        if kind != "citizen":
            number %= 25
        key = (commune, kind, number)
        known = self._known.get(key)
        if known is None:
            rng = random.Random(f"{self.seed}|{commune}|{kind}|{number}")
            serial = len(self._known)
            facts = invent_person(self.names, self.places[commune], kind, serial, rng)
            known = self._known[key] = (self._next_id(), facts)
            self._new.append(known)
        return known

    def files_online(self, person_id: int) -> None:
        """Note that this person needs an account of their own."""
        self._online[person_id] = self._online.get(person_id, 0) + 1

    def write(self) -> int:
        """Copy the people met since the last call; returns how many."""
        rows = [(pk, person_row(facts)) for pk, facts in self._new]
        if rows:
            fields = tuple(rows[0][1])
            copy_rows(Person, ("id", *fields), ((pk, *row.values()) for pk, row in rows))
        self._new.clear()
        return len(rows)

    def open_accounts(self) -> dict[int, int]:
        """Accounts of those who filed online, by person. The busiest is the shown citizen."""
        facts_of = dict(self._known.values())
        if not facts_of:
            pk, facts = self.person(next(iter(self.places)), "citizen", 0)
            facts_of[pk] = facts
            self.write()
        citizens = [pk for pk, facts in facts_of.items() if facts.kind == "citizen"]
        busiest = max(citizens, key=lambda pk: (self._online.get(pk, 0), -pk), default=None)
        secret, closed = make_password(PASSWORD), make_password(None)
        accounts = [
            _account(
                example_town().citizen
                if pk == busiest
                else facts.identity_number or f"to-chuc.{pk}",
                facts.full_name,
                secret if pk == busiest else closed,
                person_id=pk,
            )
            for pk, facts in facts_of.items()
            if pk == busiest or pk in self._online
        ]
        Account.objects.bulk_create(accounts, batch_size=1000)
        return {account.person_id: account.pk for account in accounts if account.person_id}

    def _next_id(self) -> int:
        if not self._ids:
            self._ids = list(reversed(reserve_ids(Person, 2000)))
        return self._ids.pop()


def places_of(units: Mapping[str, Unit], communes: Iterable[str]) -> dict[str, Place]:
    """The communes as addresses name them. Raises Refused for one that is not in the tree."""
    places = {}
    for code in communes:
        unit = units.get(code)
        if unit is None:
            raise Refused(f"Không có đơn vị “{code}” trong cây đơn vị.")
        town = next((u.name for u in units.values() if u.pk == unit.parent_id), "")
        places[code] = Place(unit.pk, unit.name, town.split(",")[0], unit.kind == "ward")
    return places
