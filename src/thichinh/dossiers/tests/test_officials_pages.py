"""The officials' pages through the real door: who may, what is kept, what it costs."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from thichinh.accounts.models import Account, Person
from thichinh.accounts.queries import actor_for
from thichinh.dossiers import actions
from thichinh.dossiers.actions import Request
from thichinh.dossiers.models import Act, Attachment, Dossier
from thichinh.dossiers.queries import desk
from thichinh.foundation.clock import ZONE, standing_at
from thichinh.foundation.storage import store
from thichinh.procedures import queries as catalogue

MONDAY = datetime(2021, 3, 1, 9, 0, tzinfo=ZONE)
SLOW = "xac-nhan-tinh-trang-hon-nhan"
"""Three working days."""
COUNTER = "/quay/"


@pytest.fixture(autouse=True)
def _monday(town: None) -> Iterator[None]:
    desk._usual.clear()
    with standing_at(MONDAY):
        yield


@pytest.fixture
def clerk_account(new_official: Any) -> Account:
    return new_official("clerk", "pho-an")


@pytest.fixture
def at_desk(client: Client, clerk_account: Account) -> Client:
    client.force_login(clerk_account)
    return client


@pytest.fixture
def leader_account(new_official: Any) -> Account:
    return new_official("unit-leader", "pho-an")


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def papers(procedure: str) -> dict[str, object]:
    definition = catalogue.definition_for(procedure).definition
    return {paper.code: 1 for paper in definition.papers if paper.required}


def receive(account: Account, person: Person, procedure: str = "khai-sinh") -> Dossier:
    request = Request(procedure, "pho-an", papers=papers(procedure))
    return actions.receive_dossier(actor_for(account), request, applicant_id=person.pk)


def entry(
    person: Person | None = None, procedure: str = "khai-sinh", **more: str
) -> dict[str, str]:
    typed = {f"paper-{code}": str(n) for code, n in papers(procedure).items()}
    chosen = {"person": str(person.pk)} if person else {}
    key = {"key": str(uuid.uuid4()), "desk": "pho-an", "procedure": procedure, "channel": "1"}
    return key | typed | chosen | more


def count(client: Client, address: str) -> int:
    client.get(address)  # definitions, units and authority are remembered by the process
    with CaptureQueriesContext(connection) as seen:
        response = client.get(address)
    assert response.status_code == 200
    return len(seen)


# ---- the counter ---------------------------------------------------------------------------


def test_a_walk_in_is_received_and_the_page_says_what_to_tell_them(
    at_desk: Client, person: Person
) -> None:
    response = at_desk.post(COUNTER, entry(person), follow=True)
    dossier = Dossier.objects.get()
    assert response.redirect_chain[-1][0] == f"/quay/{dossier.number}/"
    page = response.content.decode()
    assert dossier.number in page
    assert f"{dossier.secret[:4]} {dossier.secret[4:]}" in page
    assert "17:00 thứ Hai, 1/3/2021" in page


def test_the_same_form_sent_twice_shows_the_same_dossier(at_desk: Client, person: Person) -> None:
    form = entry(person)
    first, again = at_desk.post(COUNTER, form), at_desk.post(COUNTER, form)
    assert first["Location"] == again["Location"]
    assert Dossier.objects.count() == 1


def test_a_new_person_is_written_down_with_the_dossier(at_desk: Client) -> None:
    form = entry(new="1", full_name="Phạm Thị Mới", phone="0912 345 678", identity_number="")
    at_desk.post(COUNTER, form)
    applicant = Dossier.objects.get().applicant
    assert (applicant.full_name, applicant.phone) == ("Phạm Thị Mới", "0912345678")


def test_what_was_typed_stays_when_something_is_wrong(at_desk: Client) -> None:
    form = entry(new="1", full_name="Phạm Thị Mới", identity_number="123", address="Tổ 4")
    response = at_desk.post(COUNTER, form)
    page = response.content.decode()
    assert response.status_code == 422
    assert not Dossier.objects.exists()
    for kept in ("Phạm Thị Mới", 'value="123"', "Tổ 4", "12 chữ số", form["key"]):
        assert kept in page


def test_a_missing_paper_is_named_beside_its_field(at_desk: Client, person: Person) -> None:
    form = entry(person)
    paper = next(name for name in form if name.startswith("paper-"))
    response = at_desk.post(COUNTER, form | {paper: "0"})
    assert response.status_code == 422
    assert "Hồ sơ còn thiếu" in response.content.decode()
    assert f'id="id_{paper}_error"' in response.content.decode()


def test_every_step_works_without_scripts_and_loses_nothing(
    at_desk: Client, person: Person
) -> None:
    form = {"key": "k1", "desk": "pho-an", "q": "khai sinh", "p": "tran van"}
    page = at_desk.post(COUNTER, form | {"do": "look"}).content.decode()
    assert 'value="choose_procedure:khai-sinh"' in page
    assert f'value="choose_person:{person.pk}"' in page
    page = at_desk.post(COUNTER, form | {"do": "choose_procedure:khai-sinh"}).content.decode()
    assert 'value="tran van"' in page
    form |= {"procedure": "khai-sinh", "address": "Tổ 9", "do": f"choose_person:{person.pk}"}
    page = at_desk.post(COUNTER, form).content.decode()
    assert "Trần Văn Mẫu" in page
    assert not Dossier.objects.exists()


def test_a_search_brings_only_its_list_when_scripts_ask(at_desk: Client, person: Person) -> None:
    form = {"desk": "pho-an", "p": "051090000001", "do": "look"}
    response = at_desk.post(COUNTER, form, headers={"HX-Target": "person-options"})
    page = response.content.decode()
    assert "<html" not in page
    assert page.count('role="option"') == 2  # the person, and "write down somebody new"


def test_a_desk_receives_only_what_is_its_to_receive(at_desk: Client, person: Person) -> None:
    town = next(d for d in catalogue.definitions_in_force(MONDAY.date()) if d.level == "town")
    response = at_desk.post(COUNTER, entry(person, town.code))
    assert response.status_code == 422
    assert not Dossier.objects.exists()


def test_the_usual_procedures_have_a_number_key(
    at_desk: Client, clerk_account: Account, person: Person
) -> None:
    receive(clerk_account, person, SLOW)
    with standing_at(MONDAY + timedelta(days=2)):
        page = at_desk.get(COUNTER).content.decode()
    assert 'value="choose_procedure:xac-nhan-tinh-trang-hon-nhan" data-digit="1"' in page


def test_a_form_gone_back_to_and_changed_is_kept_and_may_be_sent_as_another(
    at_desk: Client, person: Person
) -> None:
    form = entry(person)
    at_desk.post(COUNTER, form)
    changed = form | {"person": "", "new": "1", "full_name": "Người Khác"}
    response = at_desk.post(COUNTER, changed)
    assert response.status_code == 422
    assert "Người Khác" in response.content.decode()
    assert Dossier.objects.count() == 1
    at_desk.post(COUNTER, changed | {"key": response.context["key"]})
    assert Dossier.objects.count() == 2


def test_nothing_chosen_is_said_beside_what_is_missing(at_desk: Client) -> None:
    response = at_desk.post(COUNTER, {"desk": "pho-an", "p": "Trần"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Hãy chọn thủ tục" in page
    assert "Hãy chọn người nộp" in page
    assert 'value="Trần"' in page


def test_everything_waiting_is_handed_over_in_one_press(
    at_desk: Client, clerk_account: Account, new_official: Any, person: Person
) -> None:
    for _ in range(3):
        receive(clerk_account, person)
    form = {"desk": "pho-an", "key": str(uuid.uuid4())}
    for _ in range(2):
        assert at_desk.post("/quay/chuyen/", form).status_code == 302
    states = set(Dossier.objects.values_list("state", flat=True))
    assert states == {Dossier.State.PROCESSING}
    assert Act.objects.filter(verb="transfer").count() == 3
    stranger = signed_in(new_official("clerk", "pho-phong"))
    assert stranger.post("/quay/chuyen/", form).status_code == 404


def test_the_counter_is_closed_to_others(new_official: Any, citizen_account: Account) -> None:
    for account in (new_official("specialist", "pho-an"), citizen_account):
        assert signed_in(account).get(COUNTER).status_code == 403
    assert Client().get(COUNTER).status_code == 302


# ---- the list ------------------------------------------------------------------------------


def test_shelves_count_from_the_books_and_agree_with_the_list(
    at_desk: Client, clerk_account: Account, person: Person
) -> None:
    late, open_one = receive(clerk_account, person), receive(clerk_account, person, SLOW)
    with standing_at(MONDAY + timedelta(days=1)):
        response = at_desk.get("/ho-so/?ngan=overdue")
        counts = {name: n for name, _, _, n in response.context["tabs"]}
        assert [row.number for row in response.context["page"].rows] == [late.number]
        assert (counts["Đang giải quyết"], counts["Quá hạn"]) == (2, 1)
        everything = at_desk.get("/ho-so/").context["page"].rows
        assert {row.number for row in everything} == {late.number, open_one.number}


def test_a_full_number_goes_straight_to_the_dossier(
    at_desk: Client, clerk_account: Account, person: Person
) -> None:
    dossier = receive(clerk_account, person)
    response = at_desk.get("/ho-so/", {"q": dossier.number.lower()})
    assert response["Location"] == f"/ho-so/{dossier.number}/"


def test_a_list_shows_nothing_of_other_units(
    new_official: Any, clerk_account: Account, person: Person
) -> None:
    dossier = receive(clerk_account, person)
    stranger = signed_in(new_official("clerk", "pho-phong"))
    assert not stranger.get("/ho-so/?ngan=all").context["page"].rows
    assert stranger.get(f"/ho-so/{dossier.number}/").status_code == 404


def test_deep_pages_go_on_where_the_last_one_ended(
    at_desk: Client, clerk_account: Account, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thichinh.dossiers.queries.shelves.PAGE", 2)
    numbers = {receive(clerk_account, person).number for _ in range(5)}
    seen: list[str] = []
    address = "/ho-so/"
    while address:
        context = at_desk.get(address).context
        seen += [row.number for row in context["page"].rows]
        address = f"/ho-so/{context['next_url']}" if context["next_url"] else ""
    assert len(seen) == 5
    assert set(seen) == numbers


# ---- the dossier ---------------------------------------------------------------------------


def press(client: Client, dossier: Dossier, verb: str, **more: str) -> Any:
    dossier.refresh_from_db()
    guard = {"key": str(uuid.uuid4()), "revision": str(dossier.revision)}
    return client.post(f"/ho-so/{dossier.number}/viec/{verb}/", guard | more)


def verbs(client: Client, dossier: Dossier) -> tuple[str, ...]:
    return tuple(client.get(f"/ho-so/{dossier.number}/").context["found"].verbs)


def test_each_is_offered_what_the_law_and_their_authority_allow(
    at_desk: Client, clerk_account: Account, leader_account: Account, person: Person
) -> None:
    dossier, leader = receive(clerk_account, person, SLOW), signed_in(leader_account)
    assert verbs(at_desk, dossier) == ("transfer", "withdraw")
    assert verbs(leader, dossier) == ()
    press(at_desk, dossier, "transfer")
    assert verbs(at_desk, dossier) == ("withdraw",)
    assert verbs(leader, dossier)[0] == "assign"


def test_from_the_desk_to_the_result_by_pressing_buttons(
    at_desk: Client, clerk_account: Account, leader_account: Account, new_official: Any,
    person: Person,
) -> None:  # fmt: skip
    officer = new_official("specialist", "pho-an")
    dossier, leader = receive(clerk_account, person, SLOW), signed_in(leader_account)
    press(at_desk, dossier, "transfer")
    press(leader, dossier, "assign", officer=str(officer.pk))
    dossier.refresh_from_db()
    assert dossier.assignee_id == officer.pk
    press(leader, dossier, "decide", granted="1")
    press(at_desk, dossier, "return")
    dossier.refresh_from_db()
    assert dossier.state == Dossier.State.RETURNED
    page = at_desk.get(f"/ho-so/{dossier.number}/").content.decode()
    assert "Đồng ý giải quyết" in page


def test_a_denial_without_a_reason_is_asked_again_and_keeps_the_page(
    at_desk: Client, clerk_account: Account, leader_account: Account, person: Person
) -> None:
    dossier, leader = receive(clerk_account, person), signed_in(leader_account)
    press(at_desk, dossier, "transfer")
    response = press(leader, dossier, "decide", granted="0", reason=" ")
    assert response.status_code == 422
    assert "Hãy ghi lý do không giải quyết" in response.content.decode()
    dossier.refresh_from_db()
    assert dossier.state == Dossier.State.PROCESSING


def test_a_page_out_of_date_is_told_what_happened_and_keeps_what_was_typed(
    at_desk: Client, clerk_account: Account, leader_account: Account, person: Person
) -> None:
    dossier, leader = receive(clerk_account, person), signed_in(leader_account)
    press(at_desk, dossier, "transfer")
    dossier.refresh_from_db()
    stale = {"key": "x1", "revision": str(dossier.revision), "granted": "0", "reason": "Thiếu ảnh"}
    press(leader, dossier, "decide", granted="1")
    response = leader.post(f"/ho-so/{dossier.number}/viec/decide/", stale)
    assert response.status_code == 409
    page = response.content.decode()
    assert "Ký kết quả: Đồng ý giải quyết" in page
    assert "Thiếu ảnh" in page


def test_one_press_sent_twice_is_one_act(
    at_desk: Client, clerk_account: Account, person: Person
) -> None:
    dossier = receive(clerk_account, person)
    form = {"key": str(uuid.uuid4()), "revision": "1"}
    address = f"/ho-so/{dossier.number}/viec/transfer/"
    assert [at_desk.post(address, form).status_code for _ in range(2)] == [302, 302]
    assert Act.objects.filter(dossier=dossier, verb="transfer").count() == 1


def test_an_act_without_authority_is_refused(
    clerk_account: Account, leader_account: Account, person: Person
) -> None:
    dossier = receive(clerk_account, person)
    assert press(signed_in(leader_account), dossier, "transfer").status_code == 403
    dossier.refresh_from_db()
    assert dossier.state == Dossier.State.ACCEPTED


def test_an_immediate_procedure_is_finished_in_one_press_by_who_may(
    new_official: Any, clerk_account: Account, person: Person
) -> None:
    both = new_official("unit-leader", "pho-an")
    from thichinh.accounts import actions as accounts
    from thichinh.accounts.actions import RoleTerms
    from thichinh.accounts.rules import SYSTEM

    accounts.give_role(SYSTEM, both, RoleTerms("clerk", both.unit_id, MONDAY.date()))
    dossier, client = receive(clerk_account, person), signed_in(both)
    assert verbs(client, dossier)[0] == "settle"
    press(client, dossier, "settle")
    dossier.refresh_from_db()
    assert dossier.state == Dossier.State.RETURNED


def test_a_file_is_given_only_to_who_may_see_the_dossier_and_only_to_save(
    at_desk: Client, clerk_account: Account, new_official: Any, person: Person
) -> None:
    dossier = receive(clerk_account, person)
    stored = store([b"%PDF-1.4 x"], "application/pdf")
    file = Attachment.objects.create(dossier=dossier, name="Đơn.pdf", file=stored)
    address = f"/ho-so/{dossier.number}/tep/{file.pk}/"
    response = at_desk.get(address)
    assert b"".join(response.streaming_content) == b"%PDF-1.4 x"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert signed_in(new_official("clerk", "pho-phong")).get(address).status_code == 404


# ---- the leader ----------------------------------------------------------------------------


def test_the_overview_counts_and_opens_what_is_behind(
    at_desk: Client, clerk_account: Account, leader_account: Account, person: Person
) -> None:
    receive(clerk_account, person)
    receive(clerk_account, person, SLOW)
    leader = signed_in(leader_account)
    tiles = leader.get("/tong-quan/").context["tiles"]
    assert (tiles["open"], tiles["overdue"], tiles["in_today"]) == (2, 0, 2)
    assert leader.get(tiles["in_today_url"]).status_code == 200
    with standing_at(MONDAY + timedelta(days=1)):
        tiles = leader.get("/tong-quan/").context["tiles"]
        assert (tiles["open"], tiles["overdue"]) == (2, 1)


# ---- what pages cost -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "most"),
    [("/quay/", 6), ("/ho-so/", 4), ("/ho-so/?ngan=all&q=tran", 3), ("/ho-so/{number}/", 8)],
)
def test_pages_of_the_desk_cost_a_fixed_number_of_queries(
    at_desk: Client, clerk_account: Account, person: Person, address: str, most: int
) -> None:
    few = receive(clerk_account, person)
    address = address.format(number=few.number)
    before = count(at_desk, address)
    for _ in range(4):
        receive(clerk_account, person)
    assert count(at_desk, address) == before
    assert before <= most


def test_the_overview_costs_a_fixed_number_of_queries(
    clerk_account: Account, leader_account: Account, person: Person
) -> None:
    leader = signed_in(leader_account)
    receive(clerk_account, person)
    before = count(leader, "/tong-quan/")
    for _ in range(4):
        receive(clerk_account, person, SLOW)
    assert count(leader, "/tong-quan/") == before
    assert before <= 24
