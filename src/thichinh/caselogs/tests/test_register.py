"""An imported log goes on in the desk's register behind what it holds."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from thichinh.accounts import actions as accounts
from thichinh.accounts.actions import NewOfficial, RoleTerms
from thichinh.accounts.models import Unit
from thichinh.accounts.queries import actor_for
from thichinh.accounts.rules import SYSTEM, Actor, PersonFacts
from thichinh.caselogs.actions.import_cases import Wish, import_cases
from thichinh.caselogs.rules.mapping_text import parse_mapping
from thichinh.dossiers import actions
from thichinh.dossiers.actions import Request
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules.numbers import REGISTER
from thichinh.foundation.clock import ZONE, standing_at
from thichinh.foundation.models import NumberSeries
from thichinh.procedures import queries as catalogue

MONDAY = datetime(2021, 3, 1, 9, 0, tzinfo=ZONE)
MAPPING = """
code: pho-an-cu
authority: {code: pho-an, name: Phổ An}
procedure: {code: so-cu-cap-phep, name: Cấp phép cũ}
time: {formats: [dmy]}
case_id: case
activity: what
timestamp: when
due_at: {term: {unit: days, amount: 10}}
resolved_at: {activity: Done}
refused_at: {activity: Turned away}
"""
LOG = """case;what;when
a;Begin;4/1/2021 08:00
b;Begin;3/1/2021 08:00
c;Begin;2/1/2020 08:00
d;Begin;5/1/2021 08:00
d;Turned away;5/1/2021 09:00
"""


@pytest.fixture
def clerk(town: None) -> Actor:
    home = Unit.objects.get(code="pho-an")
    new = NewOfficial("clerk.pho-an", "Nguyễn Thị Thử", home.pk)
    account, _ = accounts.create_official(SYSTEM, new, password_hash="!")
    accounts.give_role(SYSTEM, account, RoleTerms("clerk", home.pk, date(2020, 1, 1)))
    return actor_for(account)


def receive(clerk: Actor) -> Dossier:
    definition = catalogue.definition_for("khai-sinh").definition
    papers: dict[str, object] = {p.code: 1 for p in definition.papers if p.required}
    person = PersonFacts("Trần Văn Mẫu", identity_number="051090000001", phone="0900000001")
    return actions.receive_dossier(clerk, Request("khai-sinh", "pho-an", papers=papers), person)


def counted() -> dict[str, int]:
    rows = NumberSeries.objects.filter(series=REGISTER).values_list("period", "last")
    return dict(rows)


@pytest.mark.django_db
def test_an_imported_log_goes_on_behind_the_register_of_its_authority(
    clerk: Actor, tmp_path: Path
) -> None:
    log = tmp_path / "log.csv"
    log.write_text(LOG)
    with standing_at(MONDAY):
        receive(clerk)
        import_cases(Wish(parse_mapping(MAPPING, file_name="pho-an-cu.yaml"), log))
        rows = Dossier.objects.filter(origin__startswith="import-")
        found = {d.answers["case_id"]: (d.register_year, d.register_number) for d in rows}
        assert found == {"a": (2021, 3), "b": (2021, 2), "c": (2020, 1), "d": (None, None)}
        assert receive(clerk).register_number == 4
    assert counted() == {"2020": 1, "2021": 4}
