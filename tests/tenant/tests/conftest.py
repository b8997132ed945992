"""Who keeps lost property in a commune, who disposes of it, whose it is, and a find."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.tenant.models import Thing
from thichinh.accounts import actions as accounts
from thichinh.accounts.actions import NewOfficial, RoleTerms
from thichinh.accounts.models import Account, Person, Unit
from thichinh.accounts.rules import SYSTEM, PersonFacts
from thichinh.foundation.clock import ZONE, standing_at

PASSWORD = "thu-mat-khau-2021"
OWNER = "051090000007"
DAY = datetime(2022, 1, 3, 9, 0, tzinfo=ZONE)
"""The second working day of 2022: in calendar periods its year is 2022 only."""
LATER = datetime(2023, 1, 4, 9, 0, tzinfo=ZONE)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
FIND = {
    "what": "Đồng hồ đeo tay",
    "kind": "money",
    "where": "Cổng chợ",
    "place_kind": "market",
    "found_on": "2/1/2022",
    "value": "1.234.567",
}


@pytest.fixture(autouse=True)
def _that_day(town: None) -> Iterator[None]:
    with standing_at(DAY):
        yield


def official(role: str, unit: str = "pho-an") -> Account:
    home = Unit.objects.get(code=unit)
    new = NewOfficial(f"{role}.{unit}", "Nguyễn Thị Giữ", home.pk)
    account, _ = accounts.create_official(SYSTEM, new, password=PASSWORD)
    accounts.give_role(SYSTEM, account, RoleTerms(role, home.pk, DAY.date()))
    return account


@pytest.fixture
def keeper() -> Account:
    return official("lost-property-keeper")


@pytest.fixture
def leader() -> Account:
    return official("lost-property-leader")


@pytest.fixture
def owner() -> Person:
    facts = PersonFacts("Trần Văn Mất", identity_number=OWNER, phone="0900000007")
    person = accounts.write_down_person(facts)
    accounts.create_citizen(SYSTEM, person, password=PASSWORD)
    return person


def page_of(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def post_find(client: Client, key: str = "", photo: bytes = b"", **changed: str) -> Any:
    posted = {f"a-{code}": value for code, value in (FIND | changed).items()}
    files = {"a-photo-new": SimpleUploadedFile("anh.png", photo, "image/png")} if photo else {}
    return client.post("/do-that-lac/ghi/", {"key": key or str(uuid.uuid4()), **posted, **files})


Find = Callable[..., Thing]


@pytest.fixture
def find(keeper: Account) -> Find:
    """Bring a thing through the page."""

    def make(**changed: Any) -> Thing:
        answer = post_find(page_of(keeper), **changed)
        assert answer.status_code == 302, answer.content.decode()
        return Thing.objects.get(number=answer.url.split("/")[-2])

    return make


def press(account: Account, thing: Thing, verb: str, **said: str) -> Any:
    thing.refresh_from_db()
    guard = {"key": str(uuid.uuid4()), "revision": str(thing.revision)}
    address = f"/do-that-lac/{thing.number}/viec/{verb}/"
    answer = page_of(account).post(address, guard | said)
    thing.refresh_from_db()
    return answer


def call(account: Account, method: str, path: str, body: Any = None, key: str = "") -> Any:
    """A program with a token."""
    _, secret = accounts.create_token(account, str(uuid.uuid4()))
    headers = {"Authorization": f"Bearer {secret}"} | ({"Idempotency-Key": key} if key else {})
    data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    return getattr(Client(), method)(f"/api/v1{path}", headers=headers, **data)
