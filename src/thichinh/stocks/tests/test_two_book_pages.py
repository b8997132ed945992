"""The books' pages show whichever book is asked for, by its own dimensions, words and money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from thichinh.accounts import actions as accounts
from thichinh.accounts.actions import NewOfficial, RoleTerms
from thichinh.accounts.models import Unit
from thichinh.accounts.rules import SYSTEM, Actor
from thichinh.foundation.clock import ZONE, standing_at
from thichinh.stocks import actions
from thichinh.stocks.rules import BOOKS, Amount, CellKey, Dimension, Move, Record
from thichinh.stocks.tests.test_declared_books import GONE, HELD, LOST, OUT

AT = datetime(2021, 3, 1, 9, tzinfo=ZONE)
NOW = datetime(2021, 3, 20, 9, tzinfo=ZONE)


class Things:
    """Everybody sees every lost thing."""

    def records(self, items: Sequence[int], actor: Actor) -> Mapping[int, Record]:
        return {item: Record(f"TS-{item}", "Chiếc ví", f"/do-mat/{item}/") for item in items}

    def count(self, items: Sequence[int], actor: Actor) -> int:
        return len(items)

    def numbers(self, items: Sequence[int], actor: Actor, limit: int) -> list[str]:
        return [f"TS-{item}" for item in items][:limit]

    def lock(self, item: int) -> None:
        return

    def sees_all(self, actor: Actor) -> bool:
        return True


FOUND = replace(
    LOST, title="Đồ nhặt được", noun="món", standing="Đang giữ", owed=("held", "late"), items=Things(),
    titles={"held": "Đang giữ", "late": "Quá hạn", "gone": "Đã trả"}, amount=Amount("đồng"),
    dimensions=(
        Dimension("field", "Loại tài sản", lambda codes: {code: code.upper() for code in codes}),
        Dimension("place", "Nơi tìm thấy"),
        Dimension("year", "Năm", kind=int),
    ),
)  # fmt: skip


@pytest.fixture
def reader(town: None) -> Iterator[Client]:
    """A reporting officer of the town, in a week in which three things were found there."""
    home, commune = Unit.objects.get(code="duc-pho"), Unit.objects.get(code="pho-an")
    new = NewOfficial("bao.cao", "Nguyễn Thị Thử", home.pk)
    account, _secret = accounts.create_official(SYSTEM, new, password="thu-mat-khau-2021")
    accounts.give_role(SYSTEM, account, RoleTerms("reporter", home.pk, date(2020, 1, 1)))
    with BOOKS.lent(FOUND), standing_at(NOW):
        for item, field, dong in ((1, "xe", 9_000_000), (2, "vi", 500), (3, "vi", 40)):
            value = Decimal(dong)
            moves = [Move(AT, OUT, HELD, value)]
            moves += [Move(AT.replace(day=5), HELD, GONE, value)] if item == 3 else []
            key = CellKey(commune.pk, (field, "cho", 2021))
            actions.post(FOUND.code, item, key, moves, settle=False)
        client = Client()
        client.force_login(account)
        yield client


def shown(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, address
    return response


def test_a_book_is_read_by_its_own_dimensions_words_and_money(reader: Client) -> None:
    page = shown(reader, "/so-cai/?book=lost&by=field")
    assert [(row["name"], row["total"], row["amount"]) for row in page.context["rows"]] == [
        ("VI", 1, "500 đồng"), ("XE", 1, "9.000.000 đồng"),
    ]  # fmt: skip
    text = page.content.decode()
    for words in (
        "Đồ nhặt được",
        "đang giữ <strong>2</strong> món",
        "9.000.500 đồng",
        "Loại tài sản",
    ):
        assert words in text
    assert "hồ sơ" not in text.split("<main", 1)[1].split("</main>", 1)[0]
    choices = page.context["form"].fields["by"].choices
    assert [value for value, _label in choices] == ["unit", "field", "place", "year"]


def test_every_link_of_a_page_stays_in_its_book_and_its_part(reader: Client) -> None:
    page = shown(reader, "/so-cai/?book=lost&field=vi&by=year&unit=duc-pho")
    context = page.context
    (row,) = context["rows"]
    assert (row["name"], row["total"]) == ("2021", 1)
    links = [url for _label, url, *_rest in (*context["tabs"], *context["presets"])]
    for url in [*links, row["url"], row["name_url"], context["all_url"]]:
        assert "book=lost" in url
        assert "field=vi" in url
        shown(reader, url)
    assert [line.number for line in shown(reader, row["url"]).context["page"].rows] == ["TS-2"]
    ((title, name, without),) = context["kept_to"]
    assert (title, name) == ("Loại tài sản", "VI")
    assert shown(reader, without).context["total"] == 2
    assert '<input type="hidden" name="field" value="vi">' in page.content.decode()


def test_the_trial_balance_adds_up_in_things_and_in_money(reader: Client) -> None:
    context = shown(reader, "/so-cai/can-doi/?book=lost").context
    assert context["first"] == date(2021, 1, 1)  # a year of this book
    assert context["counts"]["adds_up"]
    assert context["worth"]["adds_up"]
    worth = {
        title: (numbers, closing) for title, numbers, closing, _url in context["worth"]["lines"]
    }
    assert worth["Đang giữ"] == (["0", "9.000.540", "40"], "9.000.500")
    moved = {(source, target): (n, url) for source, target, n, url in context["flows"]}
    n, url = moved["Đang giữ", "Đã trả"]
    assert n == 1
    assert [line.number for line in shown(reader, url).context["page"].rows] == ["TS-3"]


def test_who_names_no_book_reads_the_one_begun_first(reader: Client) -> None:
    assert shown(reader, "/so-cai/").context["book"].code == "lost"


def test_the_other_book_is_not_touched_by_what_is_asked_of_this_one(reader: Client) -> None:
    context = shown(reader, "/so-cai/?book=dossiers").context
    assert (context["book"].code, context["total"]) == ("dossiers", 0)
    assert "worth" not in shown(reader, "/so-cai/can-doi/?book=dossiers").context


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/so-cai/?book=none", 404), ("/so-cai/?book=lost&year=now", 422),
        ("/so-cai/muc/?book=lost&stock=awaiting", 422),
    ],
)  # fmt: skip
def test_what_the_book_does_not_have_is_refused(reader: Client, address: str, status: int) -> None:
    assert reader.get(address).status_code == status
