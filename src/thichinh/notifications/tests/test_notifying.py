"""Telling somebody: once, in the transaction of the act, by the channels they want."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from thichinh.accounts import actions as accounts
from thichinh.accounts.models import Account, Person, Unit
from thichinh.accounts.queries import actor_for
from thichinh.accounts.rules import SYSTEM, PersonFacts
from thichinh.foundation.clock import standing_at
from thichinh.notifications import actions, queries
from thichinh.notifications.actions import About, notify
from thichinh.notifications.models import Contact, Delivery, Notification
from thichinh.notifications.tests.conftest import FIRE, FOR_UNIT, FOUND, LISTED, NIGHT, NOW

Thing = Callable[..., About]


def tell(
    to: Account | Person, about: About, name: str = "Trần Văn Mẫu", key: str = ""
) -> int | None:
    values = {"number": about.reference, "name": name}
    return notify(FOUND.code, to, about=about, values=values, key=key)


def ways() -> dict[str, Delivery]:
    return {row.channel: row for row in Delivery.objects.all()}


def test_a_citizen_is_told_here_by_mail_and_by_sms(citizen: Account, thing: Thing) -> None:
    told = tell(citizen, thing())
    assert Notification.objects.get().pk == told
    assert {way.channel: way.address for way in ways().values()} == {
        "email": "mau@example.test",
        "sms": "0105000001",
    }
    assert all(way.due_at == NOW and not way.digest for way in ways().values())


def test_the_same_is_told_once(citizen: Account, thing: Thing) -> None:
    assert tell(citizen, thing()) is not None
    assert tell(citizen, thing()) is None
    assert tell(citizen, thing(8)) is not None
    assert tell(citizen, thing(), key="again") is not None
    assert Notification.objects.count() == 3
    assert Delivery.objects.count() == 6


def test_what_is_told_goes_with_the_act_that_fails(citizen: Account, thing: Thing) -> None:
    with transaction.atomic():
        assert tell(citizen, thing()) is not None
        transaction.set_rollback(True)
    assert not Notification.objects.exists()


def test_telling_costs_three_statements_and_nothing_for_who_cannot_be_reached(
    citizen: Account, thing: Thing
) -> None:
    tell(citizen, thing(1))  # texts and hours are remembered by the process
    with CaptureQueriesContext(connection) as seen:
        tell(citizen, thing(2))
    assert len(seen) == 3
    nobody = accounts.write_down_person(PersonFacts("Lê Thị Không Địa Chỉ"))
    stranger = Person.objects.select_related("account").get(pk=nobody.pk)
    with CaptureQueriesContext(connection) as seen:
        assert tell(stranger, thing(3)) is None
    assert len(seen) == 0


def test_a_person_without_account_is_told_where_the_desk_knows_them(
    person: Person, thing: Thing
) -> None:
    tell(person, thing())
    assert set(ways()) == {"email", "sms"}


def test_who_only_claims_to_be_somebody_gets_no_letter_of_theirs(
    person: Person, thing: Thing
) -> None:
    """They may have written their own address down for the person whose number they typed."""
    account, _ = accounts.create_citizen(SYSTEM, person, password="thu-mat-khau-2021")
    Account.objects.filter(pk=account.pk).update(identity_seen_at=None)
    known = Person.objects.select_related("account").get(pk=person.pk)
    tell(known, thing())
    assert not Delivery.objects.exists()
    claimant = actor_for(Account.objects.get(pk=account.pk))
    assert queries.inbox_page(claimant).lines == []
    assert queries.unread_count(claimant) == 0
    Account.objects.filter(pk=account.pk).update(identity_seen_at=NOW)
    from_now_on = actor_for(Account.objects.get(pk=account.pk), on=NOW.date() + timedelta(days=1))
    assert [line.subject for line in queries.inbox_page(from_now_on).lines] == [
        "Đồ ĐỒ-7 Trần Văn Mẫu"
    ]


def test_a_choice_closes_a_channel_and_another_keeps_it(citizen: Account, thing: Thing) -> None:
    actions.choose(actor_for(citizen), [("thing", "email")], language="en")
    tell(citizen, thing())
    assert set(ways()) == {"email"}
    assert ways()["email"].language == "en"


def test_an_official_is_reached_at_the_address_of_their_work(clerk: Account, thing: Thing) -> None:
    about = thing()
    notify(LISTED.code, clerk, about=about, values={"number": about.reference})
    assert not Delivery.objects.exists()
    Contact.objects.create(account=clerk, email="mot-cua@example.test")
    notify(LISTED.code, clerk, about=thing(8), values={"number": "ĐỒ-8"})
    way = ways()["email"]
    assert (way.address, way.digest) == ("mot-cua@example.test", True)
    assert way.due_at == NOW.replace(hour=7, minute=30) + timedelta(days=1)


def test_one_account_of_an_official_and_citizen_has_two_addresses(
    citizen: Account, unit: Unit, thing: Thing
) -> None:
    Account.objects.filter(pk=citizen.pk).update(unit=unit)
    Contact.objects.create(account=citizen, email="viec@example.test")
    both = Account.objects.select_related("person").get(pk=citizen.pk)
    tell(both, thing(1))
    notify(LISTED.code, both, about=thing(2), values={"number": "ĐỒ-2"})
    by_mail = Delivery.objects.filter(channel="email").order_by("pk")
    assert [way.address for way in by_mail] == ["mau@example.test", "viec@example.test"]


def test_at_night_only_the_urgent_leaves(citizen: Account, thing: Thing) -> None:
    with standing_at(NIGHT):
        tell(citizen, thing())
        notify(FIRE.code, citizen, about=thing(9), values={"number": "ĐỒ-9"})
    morning = NOW.replace(hour=7) + timedelta(days=1)
    due = dict(Delivery.objects.values_list("notification__kind", "due_at"))
    assert due == {FOUND.code: morning, FIRE.code: NIGHT}


def test_a_unit_is_told_in_the_inbox_of_all_its_officials(
    official: Callable[..., Account], unit: Unit, thing: Thing
) -> None:
    first, second = official("clerk"), official("specialist")
    elsewhere = official("clerk", "duc-pho.mot-cua")
    notify(FOR_UNIT.code, unit, about=thing(), values={"number": "ĐỒ-7"})
    assert [queries.unread_count(actor_for(each)) for each in (first, second, elsewhere)] == [
        1,
        1,
        0,
    ]
    line = queries.inbox_page(actor_for(first)).lines[0]
    assert line.to_unit
    actions.mark_all_read(actor_for(first))
    assert queries.unread_count(actor_for(second)) == 1
    actions.mark_read(actor_for(first), line.id)
    assert queries.unread_count(actor_for(second)) == 0
    assert Notification.objects.get().read_by_id == first.pk


@pytest.mark.parametrize("values", [{}, {"number": "7"}, {"number": "7", "name": "A", "x": ""}])
def test_other_values_than_the_kind_wants_are_a_mistake_of_ours(
    citizen: Account, thing: Thing, values: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match=r"thing\.found wants"):
        notify(FOUND.code, citizen, about=thing(), values=values)


def test_a_message_opens_a_page_of_this_house_only(citizen: Account, unit: Unit) -> None:
    about = About("thing", 1, unit.pk, "//elsewhere.example/")
    with pytest.raises(ValueError, match="a page of this house"):
        tell(citizen, about)


def test_an_act_does_not_fail_because_nobody_wrote_the_words(
    citizen: Account, thing: Thing, caplog: pytest.LogCaptureFixture
) -> None:
    with standing_at(NOW.replace(year=2019)):
        assert tell(citizen, thing()) is None
    assert "nobody is told" in caplog.text
