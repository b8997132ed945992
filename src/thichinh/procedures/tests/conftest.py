"""Small procedures and lists for tests."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from thichinh.accounts import actions
from thichinh.accounts.models import Account, Unit
from thichinh.accounts.rules import SYSTEM, PersonFacts
from thichinh.procedures.models import ProcedureDefinition

HEADER = ("Mã số", "Tên", "Cơ quan ban hành", "Cơ quan thực hiện", "Lĩnh vực")
REAL = Path(__file__).resolve().parents[5] / "shared" / "data" / "procedures"


def definition(**changes: Any) -> ProcedureDefinition:
    """A small valid procedure, changed where a test asks."""
    facts: dict[str, Any] = {
        "code": "giay-thu",
        "effective_from": date(2020, 1, 1),
        "name": "Cấp giấy thử",
        "field": "ho-tich",
        "level": "commune",
        "service_level": 2,
        "authority": "committee",
        "audience": ["citizen"],
        "term": {"unit": "working_days", "amount": 3},
        "steps": [
            {
                "code": "xem",
                "name": "Xem",
                "unit": "competent",
                "term": {"unit": "hours", "amount": 4},
            }
        ],
        "papers": [{"code": "don", "name": "Đơn", "original": 1}],
        "form": [{"code": "name", "label": "Họ tên", "kind": "text"}],
        "result": {"name": "Giấy thử", "kind": "certificate"},
        "legal_basis": ["Luật thử"],
    }
    return ProcedureDefinition.model_validate(facts | changes)


def workbook(rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER) -> io.BytesIO:
    """An export as the portal writes it: a title above, the header on row 2."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["DANH SÁCH THỦ TỤC HÀNH CHÍNH"])
    sheet.append(list(header))
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def lines(*records: dict[str, Any]) -> io.BytesIO:
    """Records parsed from the portal's pages, one JSON object a line."""
    return io.BytesIO("\n".join(json.dumps(record) for record in records).encode())


@pytest.fixture
def real_file() -> Callable[[str], Path]:
    """A real file of ../shared/data/procedures, or a skip that says so."""

    def find(name: str) -> Path:
        path = REAL / name
        if not path.exists():
            pytest.skip(f"{path} is not here")
        return path

    return find


@pytest.fixture
def it_officer(town: None) -> Account:
    office = Unit.objects.get(code="duc-pho.van-phong")
    new = actions.NewOfficial("it", "Cán bộ", office.pk)
    account, _ = actions.create_official(SYSTEM, new, password_hash="!")
    where = Unit.objects.get(code="duc-pho")
    actions.give_role(SYSTEM, account, actions.RoleTerms("it-officer", where.pk, date(2020, 2, 1)))
    return account


@pytest.fixture
def citizen(town: None) -> Account:
    person = actions.upsert_person(SYSTEM, PersonFacts("Trần Thị Bưởi", "051190000123"))
    account, _ = actions.create_citizen(SYSTEM, person, password_hash="!")
    return account
