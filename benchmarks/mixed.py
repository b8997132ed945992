"""A day's mix of calls by 8 officials over 100,000 dossiers, against ten times the Dutch peer.

Open Zaak 1.30 served 14.8 requests/s of create, set status, get, list 20, search and deep page to 8
users, and 24.8 creates/s to 4 users, on a machine like this one (4,000 cases, superuser). The
limits here are ten times that, with ordinary rights.
"""

from __future__ import annotations

import argparse
import sys
import uuid
from collections.abc import Callable
from typing import Any

from django.db import connection
from tests import measured_town

from benchmarks import _fill, _web
from thichinh.accounts.actions import RoleTerms, give_role
from thichinh.accounts.models import Person, Unit
from thichinh.accounts.rules import SYSTEM
from thichinh.dossiers.models import Dossier
from thichinh.procedures import queries as catalogue

PEER_MIXED, PEER_CREATES = 14.8, 24.8
TIMES = 10


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="mixed", description=__doc__)
    parser.add_argument("--small", action="store_true")
    small = parser.parse_args(arguments).small
    seconds, count = (3.0, 3_000) if small else (20.0, 100_000)
    measured_town.prepare()
    _fill.dossiers(count)
    callers = measured_town.officials(8, "clerk")
    town = Unit.objects.get(code="duc-pho").pk
    for caller in callers:
        give_role(SYSTEM, caller.account, RoleTerms("unit-leader", town, measured_town.SINCE))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    people = list(Person.objects.order_by("pk")[:500].values_list("pk", "full_name"))
    middle = Dossier.objects.order_by("pk")[count // 2].pk
    with _web.web() as port:
        clients = [_web.Client(port, caller.token) for caller in callers]
        loops = [Loop(client, n, people, middle) for n, client in enumerate(clients)]
        _web.at_once([loop.mixed for loop in loops], 2.0)
        mixed = _web.at_once([loop.mixed for loop in loops], seconds)
        creates = _web.at_once([loop.creates for loop in loops[:4]], seconds)
    passed = [
        _verdict("requests/s of the mix, 8 users", mixed, PEER_MIXED),
        _verdict("creates/s, 4 users", creates, PEER_CREATES),
    ]
    return 0 if all(passed) else 1


def _verdict(what: str, ours: float, peer: float) -> bool:
    ratio = ours / peer
    print(f"mixed: {ours:.0f} {what}: {ratio:.1f} times the peer's {peer} (limit {TIMES})")
    return ratio >= TIMES


class Loop:
    """What one official does again and again."""

    def __init__(
        self, client: _web.Client, n: int, people: list[tuple[int, str]], middle: int
    ) -> None:
        self.client, self.n, self.people, self.middle = client, n, people, middle
        units = [unit.code for unit in measured_town.communes()]
        kinds = [
            d
            for d in catalogue.definitions_in_force(measured_town.MORNING.date())
            if d.level == "commune"
        ]
        self.bodies = [
            {
                "procedure": kinds[(n * 7 + i) % len(kinds)].code,
                "receiving_unit": units[(n * 3 + i) % len(units)],
                "papers": {p.code: 1 for p in kinds[(n * 7 + i) % len(kinds)].papers if p.required},
            }
            for i in range(20)
        ]
        self.turn = 0

    def create(self) -> Any:
        self.turn += 1
        person, _ = self.people[(self.turn * 13 + self.n) % len(self.people)]
        body = self.bodies[self.turn % len(self.bodies)] | {"applicant_id": person}
        return self.client.call("POST", "/dossiers/received", body, key=uuid.uuid4().hex)

    def creates(self, going: Callable[[], bool]) -> int:
        done = 0
        while going():
            self.create()
            done += 1
        return done

    def mixed(self, going: Callable[[], bool]) -> int:
        done = 0
        while going():
            number = self.create()["number"]
            self.client.call("POST", f"/dossiers/{number}/transfer", key=uuid.uuid4().hex)
            self.client.call("GET", f"/dossiers/{number}")
            self.client.call("GET", "/dossiers?limit=20")
            name = self.people[self.turn % len(self.people)][1].rpartition(" ")[2]
            self.client.call("GET", f"/dossiers?q=nguyen%20{name}")
            self.client.call("GET", f"/dossiers?limit=20&cursor={self.middle}")
            done += 6
        return done


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
