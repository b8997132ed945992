"""The list with its filters, mass acts and files; the same for programs."""

from __future__ import annotations

import csv
import io
from typing import Any

from tests.tenant.actions import THING_ACTS
from tests.tenant.models import Thing
from tests.tenant.tests.conftest import FIND, LATER, OWNER, Find, call, official, page_of, press
from thichinh.accounts.models import Account, Person
from thichinh.foundation.clock import standing_at

LIST = "/do-that-lac/"
ANSWERS: dict[str, Any] = FIND | {"value": 1_234_567, "found_on": "2022-01-02"}


def test_the_list_is_filtered_searched_and_sorted(
    find: Find, keeper: Account, owner: Person
) -> None:
    first, second = find(value="5.000"), find(kind="phone")
    press(keeper, second, "claim", claimant=OWNER, proof="x")
    client = page_of(keeper)

    def shown(query: str = "") -> list[str]:
        return [line.key for line in client.get(LIST + query).context["lines"]]

    assert shown() == [second.number, first.number]
    assert shown("?sort=number") == [first.number, second.number]
    assert shown("?state=2") == [second.number]
    assert shown(f"?q={first.number}") == [first.number]
    assert shown("?q=TL-0") == []
    box = client.get("/viec/").context["search_box"]
    assert box.url in ("/do-that-lac/", "/nguoi-dan/")


def test_many_are_given_up_at_once_and_who_cannot_be_is_named(find: Find, leader: Account) -> None:
    old = find()
    with standing_at(LATER):
        young = find()
        chosen = {"do": "give_up", "row": [old.number, young.number]}
        page = page_of(leader).post(LIST, chosen, follow=True).content.decode()
        old.refresh_from_db()
    assert old.state == Thing.State.GIVEN_UP
    assert "Nộp Nhà nước: 1 dòng" in page
    assert f"{young.number}: Đồ chưa được giữ đủ một năm" in page


def test_many_pressed_twice_are_done_once_and_what_changed_meanwhile_is_named(
    find: Find, keeper: Account, leader: Account, owner: Person
) -> None:
    client, things = page_of(leader), [find() for _n in range(3)]
    shown = client.get(LIST).context
    press(keeper, things[1], "claim", claimant=OWNER, proof="x")
    chosen = {"do": "give_up", "row": [t.number for t in things], "once": shown["once"]}
    seen = {f"revision:{line.key}": line.revision for line in shown["lines"]}
    with standing_at(LATER):
        pages = [client.post(LIST, chosen | seen) for _time in range(2)]
    for answer in pages:
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "Nộp Nhà nước: 2 dòng" in text
        assert f"{things[1].number}: {THING_ACTS.changed}" in text
        assert f'value="{things[1].number}" checked' in text
    for thing, state, acts in zip(things, (5, 2, 5), (2, 2, 2), strict=True):
        thing.refresh_from_db()
        assert (thing.state, thing.revision) == (state, acts)


def test_the_list_leaves_as_a_file_with_plain_values(find: Find, keeper: Account) -> None:
    thing = find()
    sent = page_of(keeper).get(f"{LIST}?format=csv")
    rows = list(csv.reader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig"))))
    assert rows[1] == [
        thing.number, "Tiền, trang sức", "Chợ", thing.unit.name, "3/1/2022", "1234567", "Đang giữ"
    ]  # fmt: skip


def test_a_program_takes_things_in_once_and_does_the_same_acts(
    keeper: Account, leader: Account, owner: Person
) -> None:
    made = call(keeper, "post", "/lost-property", {"answers": ANSWERS}, key="k1")
    again = call(keeper, "post", "/lost-property", {"answers": ANSWERS}, key="k1")
    assert (made.status_code, made.json()) == (201, again.json())
    number = made.json()["number"]
    other = call(keeper, "post", "/lost-property", {"answers": ANSWERS | {"value": 1}}, key="k1")
    assert other.status_code == 409
    path = f"/lost-property/{number}"
    claim = {"claimant": OWNER, "proof": "Tả đúng"}
    for _time in range(2):
        done = call(keeper, "post", f"{path}/claim", claim, key="k2")
        assert done.json() == {"number": number, "state": 2, "revision": 2}
    assert call(leader, "post", f"{path}/hand_over", key="k3").status_code == 403
    assert call(keeper, "post", f"{path}/hand_over", key="k3").status_code == 200
    found = call(keeper, "get", path).json()
    assert (found["state"], found["value"], found["proceeds"]) == (3, 1_234_567, None)
    assert [one["number"] for one in call(keeper, "get", "/lost-property").json()] == [number]


def test_a_program_is_told_each_wrong_answer(keeper: Account, leader: Account) -> None:
    body = {"answers": ANSWERS | {"kind": "cow", "colour": "red"}}
    refused = call(keeper, "post", "/lost-property", body)
    assert refused.status_code == 422
    assert set(refused.json()["errors"]) == {"kind", "colour"}
    with standing_at(LATER):
        made = call(keeper, "post", "/lost-property", {"answers": ANSWERS}).json()["number"]
        wrong = call(leader, "post", f"/lost-property/{made}/auction", {"proceeds": "nhiều"})
        missing = call(leader, "post", f"/lost-property/{made}/auction", {})
    assert (wrong.status_code, missing.status_code) == (422, 422)


def test_who_keeps_things_elsewhere_sees_nothing_of_these(find: Find) -> None:
    thing = find()
    other = official("lost-property-keeper", "pho-van")
    assert call(other, "get", "/lost-property").json() == []
    assert call(other, "get", f"/lost-property/{thing.number}").status_code == 404
    assert call(other, "post", f"/lost-property/{thing.number}/hand_over").status_code == 404
