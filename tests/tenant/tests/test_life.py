"""The whole life of a thing through its pages: found, claimed, handed over; auctioned; given up."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from tests.tenant.models import Thing
from tests.tenant.tests.conftest import (
    FIND,
    LATER,
    OWNER,
    PNG,
    Find,
    official,
    page_of,
    post_find,
    press,
)
from thichinh.accounts.models import Account, Person
from thichinh.foundation.clock import standing_at
from thichinh.foundation.models import AuditEntry
from thichinh.foundation.storage import _unused
from thichinh.notifications.models import Notification
from thichinh.stocks.models import Movement
from thichinh.work.models import Task

State = Thing.State
OPEN, DONE = Task.Status.OPEN, Task.Status.DONE


def tasks(thing: Thing) -> list[tuple[str, int]]:
    rows = Task.objects.filter(subject_type="lost_property", subject_id=thing.pk).order_by("pk")
    return list(rows.values_list("title", "status"))


def moved(thing: Thing) -> list[tuple[int, int, int]]:
    rows = Movement.objects.filter(book__code="lost_property", item=thing.pk).order_by("at", "pk")
    return [(m.source, m.target, int(m.amount)) for m in rows]


def test_what_is_found_claimed_and_handed_over_goes_through_book_inbox_and_message(
    find: Find, keeper: Account, owner: Person
) -> None:
    thing = find()
    assert (thing.number, thing.state, thing.value) == (
        f"TL-{keeper.unit_id}-2022-0001", State.KEPT, 1_234_567
    )  # fmt: skip
    assert tasks(thing) == [("Tìm chủ đồ thất lạc", OPEN)]
    inbox = page_of(keeper).get("/viec/?ngan=unit").content.decode()
    assert thing.number in inbox
    answer = press(keeper, thing, "claim", claimant=OWNER, proof="Hoá đơn mua đồng hồ")
    assert (answer.status_code, thing.state, thing.claimant) == (302, State.CLAIMED, owner)
    told = Notification.objects.get(kind="lost_property.claimed")
    assert (told.to_person, told.values["number"]) == (owner, thing.number)
    mail = page_of(owner.account).get("/thong-bao/").content.decode()
    assert f"Đồ thất lạc {thing.number} là của bạn" in mail
    assert press(keeper, thing, "hand_over").status_code == 302
    assert tasks(thing) == [("Tìm chủ đồ thất lạc", DONE), ("Trả đồ cho chủ", DONE)]
    assert moved(thing) == [(0, 1, 1_234_567), (1, 2, 1_234_567), (2, 3, 1_234_567)]
    audited = AuditEntry.objects.filter(action__startswith="lost_property.").order_by("id")
    assert [entry.action.split(".")[1] for entry in audited] == ["found", "claim", "hand_over"]
    assert "Hoá đơn" not in str(list(audited.values_list("data", flat=True)))
    page = page_of(keeper).get(f"/do-that-lac/{thing.number}/").content.decode()
    assert "Đồng hồ đeo tay" in page
    assert "Trần Văn Mất" in page
    assert "Không có việc nào" in page


def test_a_claim_that_was_wrong_is_taken_back_and_another_one_is_told_again(
    find: Find, keeper: Account, owner: Person
) -> None:
    thing = find()
    for _time in range(2):
        press(keeper, thing, "claim", claimant=OWNER, proof="Tả đúng")
        press(keeper, thing, "reject")
    assert (thing.state, thing.revision) == (State.KEPT, 5)
    assert Notification.objects.count() == 2


def test_what_nobody_claims_is_disposed_of_after_a_year_and_not_before(
    find: Find, leader: Account
) -> None:
    sold, given = find(), find(value="0")
    early = press(leader, sold, "auction", proceeds="2.000.000")
    assert early.status_code == 422
    assert "chưa được giữ đủ một năm" in early.content.decode()
    assert "2.000.000" in early.content.decode()  # nothing typed is lost
    with standing_at(LATER):
        assert press(leader, sold, "auction", proceeds="987.654").status_code == 302
        assert press(leader, given, "give_up").status_code == 302
    assert (sold.state, sold.proceeds, given.state) == (State.AUCTIONED, 987_654, State.GIVEN_UP)
    # It leaves with its value through the sale, and comes back as its proceeds.
    assert moved(sold)[1:] == [(1, 6, 1_234_567), (6, 0, 1_234_567), (0, 4, 987_654)]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Hãy ghi số định danh của người nhận."),
        ({"claimant": "123", "proof": "x"}, "12 chữ số"),
        ({"claimant": "051090000099", "proof": "x"}, "Chưa có người mang số này."),
        ({"claimant": OWNER}, "Hãy ghi người nhận chứng minh thế nào."),
    ],
)
def test_a_claim_that_lacks_something_is_refused_at_its_field(
    find: Find, keeper: Account, owner: Person, said: dict[str, str], sentence: str
) -> None:
    thing = find()
    answer = press(keeper, thing, "claim", **said)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert (thing.state, Notification.objects.count()) == (State.KEPT, 0)


def test_a_find_that_lacks_something_comes_back_with_what_was_typed(keeper: Account) -> None:
    answer = post_find(page_of(keeper), value="nhiều", found_on="9/9/2022", photo=PNG)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ngày này chưa đến" in page
    assert 'value="nhiều"' in page
    assert "anh.png" in page
    assert not Thing.objects.exists()


def test_a_find_sent_twice_is_one_thing(keeper: Account) -> None:
    client, key = page_of(keeper), str(uuid.uuid4())
    first, second = post_find(client, key), post_find(client, key)
    assert first.url == second.url
    assert Thing.objects.count() == 1


def test_a_photo_is_kept_shown_to_who_may_see_the_thing_and_not_swept_away(
    find: Find, keeper: Account
) -> None:
    thing = find(photo=PNG)
    (file,) = thing.answers["photo"]
    address = f"/do-that-lac/{thing.number}/tep/{file['sha256']}/"
    assert address in page_of(keeper).get(f"/do-that-lac/{thing.number}/").content.decode()
    sent = page_of(keeper).get(address)
    assert b"".join(sent.streaming_content) == PNG
    assert page_of(keeper).get(address.replace(file["sha256"], "0" * 64)).status_code == 404
    other = official("lost-property-keeper", "pho-van")
    assert page_of(other).get(address).status_code == 404
    assert file["sha256"] not in str(_unused().query)  # one query, no list of files
    with standing_at(LATER):
        assert not _unused().filter(pk=file["sha256"]).exists()


def test_each_verb_is_for_the_role_that_has_it_and_in_its_unit(
    find: Find, keeper: Account, leader: Account
) -> None:
    thing = find()
    elsewhere = official("lost-property-keeper", "pho-van")
    assert press(leader, thing, "claim", claimant=OWNER, proof="x").status_code == 403
    assert press(elsewhere, thing, "claim", claimant=OWNER, proof="x").status_code == 404
    with standing_at(LATER):
        assert press(keeper, thing, "give_up").status_code == 403
    assert thing.state == State.KEPT
    assert page_of(leader).get("/do-that-lac/ghi/").status_code == 403
    assert page_of(elsewhere).get(f"/do-that-lac/{thing.number}/").status_code == 404
    clerk = official("specialist")
    assert page_of(clerk).get("/do-that-lac/").status_code == 403
    navigation = page_of(clerk).get("/viec/").content.decode().partition("<main")[0]
    assert "/do-that-lac/" not in navigation
    assert "/do-that-lac/" in page_of(keeper).get("/viec/").content.decode()
    assert Client().get("/do-that-lac/").status_code == 302


def test_a_page_that_is_out_of_date_is_told_so(find: Find, keeper: Account, owner: Person) -> None:
    thing = find()
    press(keeper, thing, "claim", claimant=OWNER, proof="x")
    guard = {"key": str(uuid.uuid4()), "revision": "1"}
    answer = page_of(keeper).post(f"/do-that-lac/{thing.number}/viec/hand_over/", guard)
    assert answer.status_code == 409
    assert press(keeper, thing, "claim", claimant=OWNER, proof="x").status_code == 409


def test_everybody_may_read_what_waits_for_its_owner(
    find: Find, keeper: Account, owner: Person
) -> None:
    waiting, claimed = find(), find()
    press(keeper, claimed, "claim", claimant=OWNER, proof="x")
    page = Client().get("/do-that-lac-dang-giu/").content.decode()
    assert waiting.number in page
    assert claimed.number not in page
    assert FIND["where"] not in page  # the owner says where it was lost
    assert 'href="/do-that-lac-dang-giu/"' in Client().get("/").content.decode()
