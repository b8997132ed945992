"""One dossier as officials see it, and what its buttons do."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from thichinh.accounts.models import Account, Person
from thichinh.dossiers.models import Act, Attachment, Dossier
from thichinh.dossiers.tests.officials import (
    MONDAY,
    SLOW,
    press,
    receive,
    signed_in,
    verbs,
)
from thichinh.foundation.storage import store

pytestmark = pytest.mark.usefixtures("monday")


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
