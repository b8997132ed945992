"""Its book, beside that of the dossiers: calendar years, exact money, a report whose figures open."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from tests.tenant.models import Thing
from tests.tenant.tests.conftest import DAY, LATER, OWNER, Find, official, page_of, press
from thichinh.accounts.models import Account, Person
from thichinh.accounts.rules import SYSTEM
from thichinh.dossiers.tests.officials import receive
from thichinh.foundation.calendar import CALENDAR_PERIODS, Period
from thichinh.foundation.clock import standing_at
from thichinh.reports.queries.building import build
from thichinh.reports.queries.evaluated import evaluate_report
from thichinh.reports.rules.document import content_of
from thichinh.stocks.actions import fold, prove
from thichinh.stocks.models import Movement

YEAR = Period.of("year", 2022, scheme=CALENDAR_PERIODS)
NEXT = YEAR.next()


@pytest.fixture
def lives(find: Find, keeper: Account, leader: Account, owner: Person) -> dict[str, Thing]:
    """Found in 2022: one handed over then, one sold and one given up in 2023, one still here."""
    found = {
        "returned": find(kind="phone", value="5.000.001"),
        "sold": find(value="1.234.567"),
        "given": find(kind="papers", value="0"),
        "kept": find(value="100"),
    }
    press(keeper, found["returned"], "claim", claimant=OWNER, proof="Tả đúng")
    press(keeper, found["returned"], "hand_over")
    with standing_at(LATER):
        press(leader, found["sold"], "auction", proceeds="987.654")
        press(leader, found["given"], "give_up")
    return found


def report(period: str) -> dict[str, Any]:
    out = io.StringIO()
    asked = ("lost-property", "--period", period, "--unit", "pho-an", "--format", "json")
    call_command("report_show", *asked, stdout=out)
    return dict(json.loads(out.getvalue()))


def test_the_report_counts_by_calendar_years_and_adds_money_exactly(
    lives: dict[str, Thing],
) -> None:
    with standing_at(LATER):
        first, second = report("2022"), report("2023")
    assert (first["periods"][0]["from"], first["periods"][0]["to"]) == ("2022-01-01", "2022-12-31")
    figures = [
        {code.removeprefix("lost_"): value for code, value in made["periods"][0].items()}
        for made in (first, second)
    ]
    wanted = ("carried_over", "found", "handed_over", "auctioned", "given_up", "in_keeping")
    assert [figures[0][code] for code in wanted] == [0, 4, 1, 0, 0, 3]
    assert [figures[1][code] for code in wanted] == [3, 0, 0, 1, 1, 1]
    assert (figures[0]["found_value"], figures[0]["proceeds"]) == (6_234_668, 0)
    assert (figures[1]["found_value"], figures[1]["proceeds"]) == (0, 987_654)
    assert (figures[0]["returned_pct"], figures[1]["returned_pct"]) == (100.0, 0.0)
    for made in (first, second):
        assert [(i["code"], i["pass"]) for i in made["identities"]] == [
            ("lost_things_are_kept_or_gone", True)
        ]


def test_the_report_has_a_row_for_each_kind_of_thing(lives: dict[str, Thing]) -> None:
    blocks = content_of(build(evaluate_report(SYSTEM, "lost-property", [YEAR])))["blocks"]
    matrix = next(block for block in blocks if block["kind"] == "matrix")
    rows = {row["label"]: [cell["value"] for cell in row["cells"]] for row in matrix["rows"]}
    assert rows == {
        "Giấy tờ": [1, 0, 0],
        "Tiền, trang sức": [2, 0, 0],
        "Điện thoại, máy tính": [1, 1, 0],
    }


def test_report_and_indicator_open_down_to_the_things(
    lives: dict[str, Thing], leader: Account
) -> None:
    client = page_of(leader)
    with standing_at(LATER):
        page = client.get("/bao-cao/lost-property/?period=2022&unit=pho-an").content.decode()
        assert "/chi-tieu/lost_found/" in page
        indicator = client.get("/chi-tieu/lost_found/?period=2022&unit=pho-an").content.decode()
        assert "năm 2022" in indicator
        address = "/chi-tieu/lost_handed_over/ho-so/?period=2022&unit=pho-an"
        records = client.get(address).content.decode()
        ledger = client.get("/so-cai/?book=lost_property&unit=pho-an").content.decode()
    assert lives["returned"].number in records
    assert lives["kept"].number not in records
    assert f"/do-that-lac/{lives['returned'].number}/" in records
    assert "Đồ thất lạc" in ledger


def test_another_unit_opens_a_number_to_no_thing_of_ours(lives: dict[str, Thing]) -> None:
    stranger = official("lost-property-leader", "pho-van")
    page = page_of(stranger).get("/chi-tieu/lost_found/ho-so/?period=2022&unit=pho-an")
    assert lives["kept"].number not in page.content.decode()


def test_both_books_are_proved_together_although_their_items_have_the_same_ids(
    keeper: Account, leader: Account, owner: Person, find: Find
) -> None:
    clerk = official("clerk")
    dossiers = [receive(clerk, owner) for _one in range(3)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('lost_property_thing', 'id'), %s, false)",
            [dossiers[0].pk],
        )
    things = [find() for _one in dossiers]
    assert [thing.pk for thing in things] == [dossier.pk for dossier in dossiers]
    press(keeper, things[0], "claim", claimant=OWNER, proof="Tả đúng")
    with standing_at(LATER):
        press(leader, things[1], "auction", proceeds="1")
        fold()
        proof = prove()
    assert proof.differences == []
    assert proof.balanced
    assert proof.items == 6
    assert dict(_items()) == {"dossiers": 3, "lost_property": 3}


def test_the_proof_names_a_thing_that_lies_elsewhere_than_it_says(find: Find) -> None:
    thing = find()
    Thing.objects.filter(pk=thing.pk).update(state=Thing.State.GIVEN_UP)
    (difference,) = prove().differences
    assert (difference["book"], difference["item"]) == ("lost_property", thing.pk)
    assert (difference["books"], difference["facts"]) == ("kept", "given_up")


def test_the_periods_of_the_book_are_those_of_the_calendar(find: Find) -> None:
    """In the statutory scheme the third of January belongs to the month from 15 December."""
    find()
    fold()
    (month,) = Movement.objects.filter(book__code="lost_property").values_list("book__month_day")
    assert month == (1,)
    assert (YEAR.first, YEAR.last) == (date(2022, 1, 1), date(2022, 12, 31))
    assert YEAR.contains(DAY)


def _items() -> list[tuple[str, int]]:
    rows = Movement.objects.values_list("book__code", "item").distinct()
    codes = [code for code, _item in rows]
    return [(code, codes.count(code)) for code in sorted(set(codes))]
