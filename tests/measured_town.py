"""A town to measure and to disturb: schema, definitions, people with tokens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thichinh.config.settings")
django.setup()

from thichinh.accounts import actions as accounts  # noqa: E402  # Django must be set up first
from thichinh.accounts.actions import NewOfficial, RoleTerms  # noqa: E402
from thichinh.accounts.models import Account, Unit  # noqa: E402
from thichinh.accounts.rules import SYSTEM, PersonFacts  # noqa: E402
from thichinh.foundation import clock, storage  # noqa: E402
from thichinh.foundation.forms import FormField, is_asked  # noqa: E402
from thichinh.procedures import queries as catalogue  # noqa: E402
from thichinh.procedures.actions import refresh_procedures  # noqa: E402
from thichinh.procedures.models import ProcedureDefinition  # noqa: E402

MORNING = datetime(2022, 6, 15, 8, 0, tzinfo=clock.ZONE)
SINCE = date(2020, 1, 1)


@dataclass(frozen=True)
class Caller:
    """An account with a token for the API."""

    account: Account
    token: str


def migrated() -> None:
    """Bring the schema up and nothing else: the example town loads into no other."""
    call_command("migrate", verbosity=0)


def prepare() -> None:
    """Bring the schema up, publish the definitions, and stand in June 2022."""
    migrated()
    call_command("definitions", "load", stdout=SILENCE)
    clock.live_at(MORNING)
    refresh_procedures()


class _Silence:
    """Says nothing: a benchmark prints its ratio only."""

    def write(self, text: str) -> None:
        return

    def flush(self) -> None:
        return


SILENCE = _Silence()


def communes() -> list[Unit]:
    return list(
        Unit.objects.filter(kind__in=["commune", "ward"], parent__code="duc-pho").order_by("code")
    )


def citizens(count: int) -> list[Caller]:
    """Synthetic people with accounts and tokens."""
    found = []
    for n in range(count):
        person = accounts.write_down_person(
            PersonFacts(f"Người Đo Số {n}", identity_number=f"0519{n:08d}", phone="0900000000")
        )
        account, _ = accounts.create_citizen(SYSTEM, person, password_hash="!")
        found.append(Caller(account, accounts.create_token(account, "bench")[1]))
    return found


def officials(count: int, role: str, scope: str = "duc-pho") -> list[Caller]:
    """Officials with one role over a part of the town."""
    reach = Unit.objects.get(code=scope)
    units = communes()
    found = []
    for n in range(count):
        new = NewOfficial(f"do.{role}.{n}", f"Cán Bộ Đo {n}", units[n % len(units)].pk)
        account, _ = accounts.create_official(SYSTEM, new, password_hash="!")
        accounts.give_role(SYSTEM, account, RoleTerms(role, reach.pk, SINCE))
        found.append(Caller(account, accounts.create_token(account, "bench")[1]))
    return found


def online_body(unit: str) -> dict[str, Any]:
    """A complete online request for a commune, its papers already in the store."""
    definition = next(d for d in catalogue.online(MORNING.date()) if d.level == "commune")
    return {
        "procedure": definition.code,
        "receiving_unit": unit,
        "answers": _answers(definition),
        "files": [_scan(unit, paper.code) for paper in definition.papers if paper.required],
    }


def _scan(unit: str, paper: str) -> dict[str, str]:
    content = f"%PDF-1.4 {unit} {paper}".encode()
    for sender in Account.objects.values_list("pk", flat=True):  # whoever will name it has sent it
        stored = storage.store([content], "application/pdf", sender=sender)
    return {"paper": paper, "name": f"{paper}.pdf", "sha256": stored.sha256}


def _answers(definition: ProcedureDefinition) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for field in definition.form:
        if is_asked(definition.questions, field, shown):
            shown[field.code] = _answer(field)
    return shown


def _answer(field: FormField) -> Any:
    least = field.min if field.min is not None else 1
    simple: dict[str, Any] = {
        "number": least,
        "money": max(least, 1000),
        "date": "2021-01-05",
        "boolean": True,
        "identity_number": "051090000001",
        "phone": "0901234567",
        "email": "do@example.vn",
        "unit": "pho-an",
    }
    if field.kind == "choice":
        return field.choices[0].code
    return simple.get(field.kind, "Nội dung mẫu")


@contextmanager
def timed() -> Iterator[list[float]]:
    """Seconds spent in the block, as the only element once it ended."""
    import time

    spent: list[float] = []
    start = time.perf_counter()
    yield spent
    spent.append(time.perf_counter() - start)
