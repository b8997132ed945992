"""Officials with a browser, for the tests of their pages."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from thichinh.accounts.models import Account, Person
from thichinh.accounts.queries import actor_for
from thichinh.dossiers import actions
from thichinh.dossiers.actions import Request
from thichinh.dossiers.models import Dossier
from thichinh.foundation.clock import ZONE
from thichinh.procedures import queries as catalogue

MONDAY = datetime(2021, 3, 1, 9, 0, tzinfo=ZONE)
SLOW = "xac-nhan-tinh-trang-hon-nhan"
"""Three working days."""
COUNTER = "/quay/"


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def papers(procedure: str) -> dict[str, object]:
    definition = catalogue.definition_for(procedure).definition
    return {paper.code: 1 for paper in definition.papers if paper.required}


def receive(account: Account, person: Person, procedure: str = "khai-sinh") -> Dossier:
    request = Request(procedure, "pho-an", papers=papers(procedure))
    return actions.receive_dossier(actor_for(account), request, applicant_id=person.pk)


def entry(
    person: Person | None = None, procedure: str = "khai-sinh", **more: str
) -> dict[str, str]:
    typed = {f"paper-{code}": str(n) for code, n in papers(procedure).items()}
    chosen = {"person": str(person.pk)} if person else {}
    key = {"key": str(uuid.uuid4()), "desk": "pho-an", "procedure": procedure, "channel": "1"}
    return key | typed | chosen | more


def count(client: Client, address: str) -> int:
    client.get(address)  # definitions, units and authority are remembered by the process
    with CaptureQueriesContext(connection) as seen:
        response = client.get(address)
    assert response.status_code == 200
    return len(seen)


def press(client: Client, dossier: Dossier, verb: str, **more: str) -> Any:
    dossier.refresh_from_db()
    guard = {"key": str(uuid.uuid4()), "revision": str(dossier.revision)}
    return client.post(f"/ho-so/{dossier.number}/viec/{verb}/", guard | more)


def verbs(client: Client, dossier: Dossier) -> tuple[str, ...]:
    return tuple(client.get(f"/ho-so/{dossier.number}/").context["found"].verbs)
