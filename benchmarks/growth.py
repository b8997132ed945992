"""How much slower every page is in a bigger town: more history and more open work.

A town of 40,000 dossiers, 4,000 of them open, is filled and copied; the copy gets 250,000 more that
are all open (290,000), and a further copy history up to 2,000,000. Each is served by the real web
server, with its middleware, compression and prepared statements, because that is what a person waits
for; one page after the other is called in the towns in turn. A page's p95 may be LIMIT times that of
the smallest town, FAR_LIMIT at two million; what differs by less than the floor that the table names
counts as equal. `--small` takes an eighth of the first two towns (and as much open work in the
smaller one), fewer calls, and of each page the first tabs: some four minutes on two processors.

The pages are those that the house registers (`docs/reference/permissions.md`), with the tabs, filters
and further pages that they link to, as a visitor, a citizen, a commune's clerk and a leader of the
town see them.
"""

from __future__ import annotations

import argparse
import http.client
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlsplit, urlunsplit

from django.db import connection
from django.test import Client
from tests import measured_town

from benchmarks import _fill, _ratios, _registered, _web
from benchmarks._ratios import Compared
from thichinh.accounts import actions as accounts
from thichinh.accounts.actions import NewOfficial, RoleTerms
from thichinh.accounts.models import Account, Unit
from thichinh.accounts.queries.authority import roles_in_force
from thichinh.accounts.rules import SYSTEM
from thichinh.dossiers.models import Dossier

SIZES, SMALL_SIZES = (40_000, 290_000, 2_000_000), (5_000, 36_250)
OPEN = 4_000
"""Open dossiers of the smallest town: every list has a full page there, so that a page of a bigger
town has no more to draw."""
LIMIT, FAR_LIMIT = 1.3, 1.6
NEAR = 0.85
"""Below this part of the limit a page is settled."""
PASSWORD = "do-lon-len-2022"
COMMUNE = "pho-thanh"
VIEWERS: Mapping[str, set[str]] = {
    "visitor": {"public"},
    "citizen": {"citizen", "signed_in"},
    "staff": {"official", "signed_in"},
    "leader": {"official"},
}


@dataclass(frozen=True)
class Effort:
    """How often pages are called: `warm` calls that nobody times (caches fill, and the driver prepares
    what it is asked again), then rounds of `calls` in each town.

    A page far below the limit is settled after the first round, the others after three if these
    agree, else after `last`; the median of the rounds counts. `links` tabs and further pages of one
    page are opened.
    """

    warm: int
    calls: int
    last: int
    links: int


FULL, LITTLE = Effort(6, 20, 7, 8), Effort(3, 20, 5, 3)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="growth", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--small", action="store_true", help="an eighth of the first two towns")
    parser.add_argument("--middle", action="store_true", help="without the town of 2,000,000")
    parser.add_argument("--only", default="", help="addresses that begin so, nothing else")
    options = parser.parse_args(arguments)
    sizes = SMALL_SIZES if options.small else SIZES[:2] if options.middle else SIZES
    effort = LITTLE if options.small else FULL
    with ExitStack() as stack:
        viewers, towns = _towns(stack, sizes)
        ports = [stack.enter_context(_served(town)) for town in towns]
        passed = [
            _compare(
                _Measure(ports[0], port, limit, options.only, effort),
                viewers,
                f"{size:,} / {sizes[0]:,}",
            )
            for port, limit, size in zip(ports[1:], (LIMIT, FAR_LIMIT), sizes[1:], strict=False)
        ]
    return 0 if all(passed) else 1


def _compare(measure: _Measure, viewers: list[Viewer], sizes: str) -> bool:
    pages = [page for viewer in viewers for page in measure.pages(viewer)]
    print(f"\ngrowth: p95 of each page, {sizes} dossiers")
    print("\n".join(_ratios.table(pages, measure.limit)), flush=True)
    return _ratios.passed(pages, measure.limit)


@dataclass(frozen=True)
class _Measure:
    """Pages whose address begins with `only`, in the towns behind two ports."""

    small: int
    big: int
    limit: float
    only: str
    effort: Effort

    def pages(self, viewer: Viewer) -> Iterator[Compared]:
        near, far = Browser(self.small, viewer.cookie), Browser(self.big, viewer.cookie)
        wanted = [address for address in viewer.addresses if address.startswith(self.only)]
        for address in _registered.opened_by(wanted, near.get, self.effort.links):
            page = Compared(viewer.name, address)
            for browser in (near, far) * self.effort.warm:
                browser.timed(address)
            self._rounds(page, near, far, 1)
            if page.ratio > NEAR * self.limit and not page.is_level:
                self._rounds(page, near, far, 3)
            if page.is_close(self.limit):
                self._rounds(page, near, far, self.effort.last)
            yield page

    def _rounds(self, page: Compared, near: Browser, far: Browser, count: int) -> None:
        """More rounds until there are `count`, the calls of both towns in turn."""
        while len(page.rounds) < count:
            pairs = [
                (near.timed(page.address), far.timed(page.address))
                for _ in range(self.effort.calls)
            ]
            page.add([pair[0] for pair in pairs], [pair[1] for pair in pairs])


@dataclass(frozen=True)
class Viewer:
    """Who looks, with the cookie of a session that holds in every copy of the town."""

    name: str
    cookie: str
    addresses: list[str]


class Browser:
    """One open connection to a town, signed in."""

    def __init__(self, port: int, cookie: str) -> None:
        self.connection = http.client.HTTPConnection(_web.HOST, port, timeout=120)
        self.headers = {"Host": "localhost", "Accept": "text/html", "Cookie": cookie}

    def get(self, address: str) -> _registered.Opened:
        self.connection.request("GET", address, headers=self.headers)
        answer = self.connection.getresponse()
        kind = answer.getheader("Content-Type") or ""
        return answer.status, kind, answer.read().decode("utf-8", "replace")

    def timed(self, address: str) -> float:
        """Seconds of one call. Raises RuntimeError where the page does not open."""
        start = time.perf_counter()
        self.connection.request("GET", address, headers=self.headers)
        answer = self.connection.getresponse()
        answer.read()
        spent = time.perf_counter() - start
        if answer.status != 200:
            raise RuntimeError(f"{address}: {answer.status}")
        return spent


def _towns(stack: ExitStack, sizes: tuple[int, ...]) -> tuple[list[Viewer], list[str]]:
    """The towns from the smallest on, as addresses of their databases; the last is the one we fill."""
    measured_town.prepare()
    officers = _officers()
    _fill.dossiers(sizes[0], open_tasks=OPEN, officers=officers)
    viewers = _viewers(officers)
    towns = []
    for before, size in pairwise(sizes):
        towns.append(stack.enter_context(_copied(f"growth_{before}")))
        more = size - before
        _fill.dossiers(more, open_tasks=more if before == sizes[0] else 0, officers=officers)
    _settle()
    return viewers, [*towns, os.environ["DATABASE_URL"]]


def _settle() -> None:
    """What the database does by itself in the nights of a town that grew slowly."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


@contextmanager
def _copied(name: str) -> Iterator[str]:
    """A copy of the database as it stands, removed afterwards."""
    _settle()
    ours = connection.settings_dict["NAME"]
    connection.close()
    quote = connection.ops.quote_name
    address = os.environ["DATABASE_URL"]
    _on_postgres(f"CREATE DATABASE {quote(name)} TEMPLATE {quote(ours)}")
    try:
        yield urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
    finally:
        connection.close()
        _on_postgres(f"DROP DATABASE {quote(name)}")


def _on_postgres(statement: str) -> None:
    """Outside of the town's own database, which is copied only while nobody is connected."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def _served(database: str) -> Iterator[int]:
    """The web server over one town: one process, one thread, so that every call meets warm caches."""
    with _web.web(processes=1, threads=1, database=database) as port:
        yield port


def _officers() -> Mapping[int, int]:
    """One officer per commune, by the id of the commune; the one of COMMUNE looks at pages."""
    found = {}
    for n, unit in enumerate(measured_town.communes()):
        new = NewOfficial(f"do.lon.{n}", f"Cán Bộ Lớn Lên {n}", unit.pk)
        account, _ = accounts.create_official(SYSTEM, new, password=PASSWORD)
        for role in ("clerk", "specialist"):
            accounts.give_role(SYSTEM, account, RoleTerms(role, unit.pk, measured_town.SINCE))
        found[unit.pk] = account.pk
    return found


def _viewers(officers: Mapping[int, int]) -> list[Viewer]:
    commune = Unit.objects.get(code=COMMUNE)
    clerk = Account.objects.get(pk=officers[commune.pk])
    near = Dossier.objects.filter(unit=commune).order_by("pk")
    seen = near.exclude(closed_at=None).first() or near[0]
    citizen = _citizen(seen)
    names = {"visitor": "", "citizen": citizen, "staff": clerk.username, "leader": _leader()}
    samples = {
        "<str:number>": seen.number,
        "<int:person_id>": str(seen.applicant_id),
        "/thu-tuc/<slug:code>/": seen.procedure.code,
        "/bao-cao/<str:code>/": "one-stop",
        "/chi-tieu/<str:code>/": "resolved",
        "/chi-tieu/<str:code>/ho-so/": "resolved",
    }
    return [
        Viewer(
            name,
            _cookie(names[name]) if names[name] else "",
            _registered.addresses(kinds, samples),
        )
        for name, kinds in VIEWERS.items()
    ]


def _citizen(dossier: Dossier) -> str:
    """An account whose papers were compared, of a person with dossiers; returns its sign-in name."""
    account, _ = accounts.create_citizen(SYSTEM, dossier.applicant, password=PASSWORD)
    return str(account.username)


def _leader() -> str:
    """Every role over all of the town."""
    town = Unit.objects.get(code="duc-pho")
    new = NewOfficial("do.lon.lanhdao", "Lãnh Đạo Lớn Lên", town.pk)
    account, _ = accounts.create_official(SYSTEM, new, password=PASSWORD)
    for role in roles_in_force(measured_town.MORNING.date()):
        if role.scope != "self":
            accounts.give_role(SYSTEM, account, RoleTerms(role.code, town.pk, measured_town.SINCE))
    return str(account.username)


def _cookie(name: str) -> str:
    client = Client(SERVER_NAME="localhost")
    answer = client.post("/dang-nhap/", {"identifier": name, "password": PASSWORD})
    if answer.status_code != 302:
        raise RuntimeError(f"could not sign in as {name}")
    return "; ".join(f"{key}={morsel.value}" for key, morsel in client.cookies.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
