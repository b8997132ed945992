"""p95 of the pages officials look at all day, against one with only the shell: <= 10 times.

The full setting loads the example town and 10,000 open tasks on top. Served in this process through
the whole middleware, signed in with a session, page and shell in turn, the median of several rounds;
the numbers of queries, which must not grow with the data, are pinned by the apps' own tests.
"""

from __future__ import annotations

import argparse
import sys
import time
from statistics import median

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from tests import measured_town

from benchmarks import _fill, _ratios
from benchmarks._rounds import Limit, in_turn
from thichinh.accounts import actions as accounts
from thichinh.accounts.actions import NewOfficial, RoleTerms
from thichinh.accounts.models import Unit
from thichinh.accounts.rules import SYSTEM
from thichinh.dossiers.models import Dossier

LIMIT = Limit(10, most=True)
ROUNDS = 5
PASSWORD = "do-toc-do-trang-2022"
REPORT = "/bao-cao/one-stop/?from=2021-12-15&to=2022-06-14"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="pages", description=__doc__)
    parser.add_argument("--small", action="store_true", help="3,000 filled dossiers, no example")
    small = parser.parse_args(arguments).small
    calls = 10 if small else 60
    measured_town.migrated()
    if small:
        measured_town.prepare()
        _fill.dossiers(3_000, open_tasks=1_000)
    else:  # the example sets the clock, and is refused where one is set
        call_command("demo", stdout=measured_town.SILENCE, stderr=measured_town.SILENCE)
        measured_town.prepare()
        _fill.dossiers(10_000, open_tasks=10_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    settings.ROOT_URLCONF = "benchmarks._shell"
    client = _signed_in()
    number = Dossier.objects.order_by("-pk").values_list("number", flat=True)[0]
    pages = {
        "counter": "/quay/",
        "inbox": "/viec/",
        "list": "/ho-so/",
        "dossier": f"/ho-so/{number}/",
        "leader": "/tong-quan/",
        "report": REPORT,
    }
    passed = [_is_kept(client, name, path, calls) for name, path in pages.items()]
    return 0 if all(passed) else 1


def _is_kept(client: Client, name: str, path: str, calls: int) -> bool:
    rounds = in_turn(
        lambda: p95(client, path, calls), lambda: p95(client, "/bench-shell/", calls), ROUNDS
    )
    mine, shell = (median(part) * 1000 for part in (rounds.ours, rounds.peers))
    kept, line = rounds.verdict(f"pages: {name}: p95 {mine:.1f} ms / shell {shell:.1f} ms", LIMIT)
    print(line)
    return kept


def p95(client: Client, path: str, calls: int) -> float:
    """Seconds within which 95 of 100 warm calls are answered."""
    spent = []
    for n in range(calls + 5):
        start = time.perf_counter()
        response = client.get(path)
        taken = time.perf_counter() - start
        if response.status_code != 200:
            raise RuntimeError(f"{path}: {response.status_code}")
        if n >= 5:
            spent.append(taken)
    return _ratios.p95(spent)


def _signed_in() -> Client:
    home = Unit.objects.get(code="duc-pho.mot-cua")
    town = Unit.objects.get(code="duc-pho")
    account, _ = accounts.create_official(
        SYSTEM, NewOfficial("do.trang", "Cán Bộ Đo Trang", home.pk), password=PASSWORD
    )
    for role in ("clerk", "specialist", "unit-leader", "town-leader", "reporter"):
        accounts.give_role(SYSTEM, account, RoleTerms(role, town.pk, measured_town.SINCE))
    client = Client(SERVER_NAME="localhost")
    answer = client.post("/dang-nhap/", {"identifier": "do.trang", "password": PASSWORD})
    if answer.status_code != 302:
        raise RuntimeError("could not sign in")
    return client


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
