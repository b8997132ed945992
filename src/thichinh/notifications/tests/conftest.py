"""A citizen, officials of a commune, and two kinds of notification of an app made up for the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from django.utils import timezone

from thichinh.accounts import actions as accounts
from thichinh.accounts.models import Account, Person, Unit
from thichinh.accounts.rules import SYSTEM, PersonFacts
from thichinh.foundation.clock import ZONE, standing_at
from thichinh.foundation.definitions import LoadReport, publish
from thichinh.notifications.actions import TEXTS, About
from thichinh.notifications.models.definition import NotificationTexts
from thichinh.notifications.rules import (
    NOTIFICATION_KINDS,
    KindGroup,
    NotificationKind,
    Variable,
)

NOW = datetime(2022, 3, 15, 9, 0, tzinfo=ZONE)
"""A Tuesday morning."""
NIGHT = datetime(2022, 3, 15, 23, 30, tzinfo=ZONE)
THINGS = KindGroup("thing", "Đồ thất lạc")
NUMBER = Variable("number", "of the thing", public=True)
FOUND = NotificationKind(
    code="thing.found",
    title="Tìm thấy đồ",
    group=THINGS,
    audience="citizen",
    channels=("email", "sms"),
    default=("email", "sms"),
    variables=(NUMBER, Variable("name", "of the owner")),
)
LISTED = NotificationKind(
    code="thing.listed",
    title="Ghi sổ đồ",
    group=THINGS,
    audience="official",
    urgency="low",
    channels=("email",),
    default=("email",),
    variables=(NUMBER,),
)
FIRE = NotificationKind(
    code="thing.fire",
    title="Kho cháy",
    group=THINGS,
    audience="citizen",
    urgency="urgent",
    channels=("email",),
    default=("email",),
    variables=(NUMBER,),
)
FOR_UNIT = NotificationKind(
    code="thing.unit", title="Kho đầy", group=THINGS, audience="unit", variables=(NUMBER,)
)
KINDS = (FOUND, LISTED, FIRE, FOR_UNIT)


def texts(kind: NotificationKind, **changed: object) -> NotificationTexts:
    """Texts that fit a kind, changed where a test says so."""
    slots = " ".join(f"{{{{ {variable.name} }}}}" for variable in kind.variables)
    told: dict[str, object] = {"in_app": {"subject": f"Đồ {slots}", "text": f"Xem {slots}."}}
    english: dict[str, object] = {"in_app": {"subject": f"Thing {slots}", "text": f"See {slots}."}}
    for words, said in ((told, "Thưa"), (english, "Dear")):
        if "email" in kind.channels:
            words["email"] = {
                "subject": f"{said} {slots}",
                "text": f"{said} {slots}: {{{{ link }}}}",
            }
        if "sms" in kind.channels:
            words["sms"] = {"text": f"{said} {{{{ number }}}}, {{{{ authority }}}}"}
    whole = {"code": kind.code, "effective_from": "2020-01-01", "vi": told, "en": english}
    return NotificationTexts.model_validate({**whole, **changed})


@pytest.fixture(autouse=True)
def _things(town: None) -> Iterator[None]:
    """A Tuesday morning in a town whose app of lost things tells people."""
    with NOTIFICATION_KINDS.lent(*KINDS), standing_at(NOW):
        for kind in KINDS:
            publish(TEXTS, texts(kind), LoadReport())
        yield


@pytest.fixture
def unit(town: None) -> Unit:
    return Unit.objects.get(code="pho-an")


@pytest.fixture
def thing(unit: Unit) -> Callable[..., About]:
    """`thing(7)`: what a message is about."""

    def make(number: int = 7) -> About:
        return About("thing", number, unit.pk, f"/tra-cuu/?{number}", f"ĐỒ-{number}")

    return make


@pytest.fixture
def person(town: None) -> Person:
    facts = PersonFacts(
        "Trần Văn Mẫu",
        identity_number="051090000001",
        phone="0105000001",
        email="mau@example.test",
    )
    return accounts.write_down_person(facts)


@pytest.fixture
def citizen(person: Person) -> Account:
    """The account of that person, whose papers were compared."""
    account, _ = accounts.create_citizen(SYSTEM, person, password="thu-mat-khau-2021")
    Account.objects.filter(pk=account.pk).update(identity_seen_at=timezone.now())
    return Account.objects.select_related("person").get(pk=account.pk)


@pytest.fixture
def official(unit: Unit) -> Callable[..., Account]:
    """`official("clerk")`: of Phổ An unless it says where."""

    def make(role: str, code: str = "pho-an") -> Account:
        home = Unit.objects.get(code=code)
        new = accounts.NewOfficial(f"{role}.{code.replace('.', '-')}", "Lê Thị Thử", home.pk)
        account, _ = accounts.create_official(SYSTEM, new, password_hash="!")
        accounts.give_role(SYSTEM, account, accounts.RoleTerms(role, home.pk, date(2020, 1, 1)))
        return account

    return make


@pytest.fixture
def clerk(official: Callable[..., Account]) -> Account:
    return official("clerk")
