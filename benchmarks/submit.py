"""Dossiers filed through the API by 8 clients, against the same SQL by plain psycopg: >= 0.45.

Both sides write the same rows under the same locks with fsync on: signed in, authorised, numbered,
audited, booked, remembered under an idempotency key. Twice: each client files in a commune of its
own, and all in one, where each waits for the number of the one before. Rounds of both sides in turn.
"""

from __future__ import annotations

import argparse
import json
import sys
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import psycopg
from django.db import connection
from tests import measured_town

from benchmarks import _web
from benchmarks._rounds import Limit, in_turn
from thichinh.accounts.queries import token_digest, unit_tree
from thichinh.dossiers.models import Dossier
from thichinh.procedures import queries as catalogue
from thichinh.stocks import actions as stocks
from thichinh.stocks.rules import CellKey, Leaf

CLIENTS = 8
LIMIT = Limit(0.45)
ROUNDS = 5

_TOKEN = """
SELECT t.id, t.account_id, t.digest, t.name, t.created_at, t.expires_at,
       (SELECT e.value FROM accounts_authorityepoch e WHERE e.id = 1), a.*
FROM accounts_accesstoken t JOIN accounts_account a ON a.id = t.account_id
WHERE t.digest = %s AND t.expires_at > %s ORDER BY t.id LIMIT 1
"""
_NUMBER = """
INSERT INTO foundation_numberseries (series, unit_id, period, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (series, unit_id, period) DO UPDATE SET last = foundation_numberseries.last + 1
RETURNING last
"""
_DOSSIER = """
INSERT INTO dossiers_dossier (number, secret, procedure_id, definition_id, unit_id,
  receiving_unit_id, applicant_id, channel, state, revision, step, assignee_id, answers, papers,
  submitted_at, received_at, due_at, resolved_at, returned_at, closed_at, outcome, note, origin,
  register_year, register_number)
VALUES (%s, %s, %s, %s, %s, %s, %s, 2, 1, 1, 0, NULL, %s, %s, %s,
        NULL, NULL, NULL, NULL, NULL, '', '', '', NULL, NULL) RETURNING id
"""
_HOLD = """
SELECT sha256, media_type FROM foundation_storedfile AS file WHERE sha256 = ANY(%s) AND EXISTS (
    SELECT FROM foundation_filesender WHERE file_id = file.sha256 AND account_id = %s
) FOR KEY SHARE
"""
_ATTACHMENTS = """
INSERT INTO dossiers_attachment (dossier_id, paper, name, file_id)
SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::text[])
"""
_ACT = """
INSERT INTO dossiers_act (dossier_id, seq, verb, at, account_id, unit_id, to_unit_id, from_state,
  to_state, note, data) VALUES (%s, 1, 'submit', %s, %s, %s, NULL, 0, 1, '', '{}') RETURNING id
"""
_MOVEMENT = """
INSERT INTO stocks_movement (at, item, cell_id, book_id, source, target)
VALUES (%s, %s, %s, %s, 0, 1)
"""
_TASK = """
INSERT INTO work_task (kind, subject_type, subject_id, title, link, reference, detail, unit_id,
  assignee_id, status, opened_at, due_at, closed_at, remaining_minutes)
VALUES ('dossier.accept', 'dossier', %s, %s, %s, %s, %s, %s, NULL, 1, %s, %s, NULL, NULL)
RETURNING id
"""
_AUDIT = """
INSERT INTO foundation_auditentry (at, account_id, on_behalf_of_id, unit_id, action, object_type,
  object_id, request_id, ip, data)
VALUES (%s, %s, NULL, NULL, 'dossier.submit', 'dossiers.dossier', %s, %s, '127.0.0.1', %s)
RETURNING id
"""
_REMEMBER = """
INSERT INTO foundation_idempotencykey (account_id, key, fingerprint, response)
VALUES (%s, %s, %s, %s) ON CONFLICT (account_id, key) DO NOTHING
"""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="submit", description=__doc__)
    parser.add_argument("--small", action="store_true", help="rounds of two seconds")
    seconds = 2.0 if parser.parse_args(arguments).small else 6.0
    measured_town.prepare()
    callers = measured_town.citizens(CLIENTS)
    units = [unit.code for unit in measured_town.communes()]
    own = [measured_town.online_body(units[n % len(units)]) for n in range(CLIENTS)]
    shared = [measured_town.online_body(units[0]) for _ in range(CLIENTS)]
    with _web.web() as port:
        clients = [_web.Client(port, caller.token) for caller in callers]
        passed = [
            _is_kept(what, clients, callers, bodies, seconds)
            for what, bodies in (("each in a commune of its own", own), ("all in one", shared))
        ]
    return 0 if all(passed) else 1


def _is_kept(
    what: str,
    clients: list[_web.Client],
    callers: list[measured_town.Caller],
    bodies: list[dict[str, Any]],
    seconds: float,
) -> bool:
    rounds = in_turn(
        lambda: _run_web(clients, bodies, seconds),
        lambda: _run_peer(callers, bodies, seconds),
        ROUNDS,
        warm=True,
    )
    kept, line = rounds.verdict(
        f"submit: {what}: {median(rounds.ours):.0f} dossiers/s through the API, "
        f"{median(rounds.peers):.0f}/s by plain psycopg",
        LIMIT,
    )
    print(line)
    return kept


def _run_web(clients: list[_web.Client], bodies: list[dict[str, Any]], seconds: float) -> float:
    def worker(n: int) -> Callable[[Callable[[], bool]], int]:
        def run(going: Callable[[], bool]) -> int:
            done = 0
            while going():
                clients[n].call("POST", "/dossiers", bodies[n], key=uuid.uuid4().hex)
                done += 1
            return done

        return run

    return _web.at_once([worker(n) for n in range(len(clients))], seconds)


def _run_peer(
    callers: list[measured_town.Caller], bodies: list[dict[str, Any]], seconds: float
) -> float:
    template = Dossier.objects.order_by("-pk").first()
    assert template is not None
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)

    def worker(n: int) -> Callable[[Callable[[], bool]], int]:
        unit = unit_tree().by_code[bodies[n]["receiving_unit"]]
        definition = catalogue.definition_for(bodies[n]["procedure"]).definition
        key = CellKey(unit.id, (definition.field, definition.code, 2))
        leaf = stocks.leaf_of("dossiers", key)
        organ = unit_tree().organ_of(unit.id)
        assert organ is not None

        def run(going: Callable[[], bool]) -> int:
            done = 0
            with psycopg.connect(**parameters, autocommit=True) as line:
                while going():
                    _file(
                        line,
                        callers[n],
                        template,
                        bodies[n],
                        (unit.id, leaf, organ.id, organ.organ_code),
                    )
                    done += 1
            return done

        return run

    return _web.at_once([worker(n) for n in range(len(callers))], seconds)


def _file(
    line: psycopg.Connection[Any],
    caller: measured_town.Caller,
    template: Dossier,
    body: dict[str, Any],
    place: tuple[int, Leaf, int, str],
) -> None:
    """One dossier by the statements that the application sends."""
    unit, leaf, organ, code = place
    at = datetime.now(UTC)
    account = caller.account
    day = measured_town.MORNING.strftime("%Y%m%d")
    papers = {file["paper"]: 1 for file in body["files"]}
    attached = [[file[name] for file in body["files"]] for name in ("paper", "name", "sha256")]
    line.execute(_TOKEN, [token_digest(caller.token), at]).fetchone()
    with line.transaction():
        row = line.execute(_NUMBER, ["peer", organ, day]).fetchone()
        number = f"{code}-P{day[3:]}-{row[0]:04d}" if row else ""
        inserted = line.execute(
            _DOSSIER,
            [
                number, template.secret, template.procedure_id, template.definition_id, unit, unit,
                account.person_id, json.dumps(body["answers"]), json.dumps(papers), at,
            ],
        ).fetchone()  # fmt: skip
        assert inserted is not None
        dossier = inserted[0]
        line.execute(_HOLD, [[file["sha256"] for file in body["files"]], account.pk]).fetchall()
        line.execute(_ATTACHMENTS, [dossier, *attached])
        line.execute(_ACT, [dossier, at, account.pk, unit])
        line.execute(_MOVEMENT, [at, dossier, *leaf])
        title = "Kiểm tra, tiếp nhận hồ sơ trực tuyến"
        line.execute(
            _TASK,
            [
                dossier, title, f"/ho-so/{number}/", number, template.procedure.name, unit, at,
                at + timedelta(hours=8),
            ],
        )  # fmt: skip
        data = json.dumps({"number": number, "state": 1})
        line.execute(_AUDIT, [at, account.pk, dossier, uuid.uuid4(), data])
        answer = json.dumps({"number": number, "secret": template.secret, "state": 1})
        line.execute(_REMEMBER, [account.pk, uuid.uuid4().hex, "f" * 64, answer])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
