"""The life of a dossier, through the real actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from thichinh.accounts.models import Person, Unit
from thichinh.accounts.queries import current_epoch
from thichinh.accounts.rules import Actor, PersonFacts
from thichinh.dossiers import actions, queries
from thichinh.dossiers.actions import Request
from thichinh.dossiers.models import Act, Dossier
from thichinh.dossiers.queries.page import dossier_page
from thichinh.dossiers.rules import slips
from thichinh.dossiers.rules.acts import check_four_eyes
from thichinh.dossiers.rules.book import (
    BOOK,
    EARLY,
    LATE,
    NOT_DUE,
    ON_TIME,
    OVERDUE,
    WITHDRAWN,
    resolved_stock,
)
from thichinh.foundation.clock import ZONE, standing_at
from thichinh.foundation.errors import Conflict, Missing, NotAllowed, Refused
from thichinh.foundation.models import AuditEntry
from thichinh.procedures import queries as catalogue
from thichinh.procedures.models import ProcedureDefinition
from thichinh.stocks import actions as stocks
from thichinh.stocks import queries as books
from thichinh.stocks.models import Movement
from thichinh.work.models import Task

MONDAY = datetime(2021, 3, 1, 9, 0, tzinfo=ZONE)


def papers(definition: ProcedureDefinition) -> dict[str, object]:
    return {paper.code: 1 for paper in definition.papers if paper.required}


def walk_in(clerk: Actor, person: Person, procedure: str, unit: str = "pho-an") -> Dossier:
    definition = catalogue.definition_for(procedure).definition
    request = Request(procedure, unit, papers=papers(definition))
    return actions.receive_dossier(clerk, request, applicant_id=person.pk)


def test_a_walk_in_goes_from_the_desk_to_a_result_in_time(
    commune_clerk: Actor, specialist: Actor, leader: Actor, person: Person
) -> None:
    with standing_at(MONDAY):
        dossier = walk_in(commune_clerk, person, "ket-hon")
        assert dossier.state == Dossier.State.ACCEPTED
        assert dossier.number.endswith("-210301-0001")
        assert dossier.due_at is not None
        actions.perform(commune_clerk, "transfer", dossier.pk)
        actions.perform(leader, "assign", dossier.pk, officer=specialist.account_id or 0)
        actions.perform(leader, "decide", dossier.pk, granted=True)
        done = actions.perform(commune_clerk, "return", dossier.pk)
        assert done.state == Dossier.State.RETURNED
        assert [act.verb for act in queries.timeline(done)] == [
            "receive", "transfer", "assign", "decide", "return",
        ]  # fmt: skip
        moves = Movement.objects.filter(item=done.pk).order_by("id")
        assert next(m.target for m in moves) == NOT_DUE
        assert (
            AuditEntry.objects.filter(object_id=done.pk, action__startswith="dossier.").count() == 5
        )
        assert not Task.objects.filter(subject_id=done.pk, status__in=[1, 2]).exists()
    assert stocks.prove().differences == []


def test_only_who_may_process_is_named_as_officer(
    commune_clerk: Actor, specialist: Actor, leader: Actor, person: Person
) -> None:
    with standing_at(MONDAY):
        dossier = walk_in(commune_clerk, person, "ket-hon")
        actions.perform(commune_clerk, "transfer", dossier.pk)
        offered = queries.possible_officers(leader, dossier.unit_id)
        assert {officer.pk for officer in offered} == {specialist.account_id, leader.account_id}
        with pytest.raises(Refused, match="không xử lý hồ sơ"):
            actions.perform(leader, "assign", dossier.pk, officer=commune_clerk.account_id or 0)


def test_a_decision_after_the_due_instant_counts_late_and_the_day_it_fell_due_is_kept(
    commune_clerk: Actor, leader: Actor, person: Person
) -> None:
    with standing_at(MONDAY):
        dossier = walk_in(commune_clerk, person, "khai-sinh")
        actions.perform(commune_clerk, "transfer", dossier.pk)
    assert dossier.due_at is not None
    with standing_at(datetime(2021, 3, 9, 9, 0, tzinfo=ZONE)):
        actions.perform(leader, "decide", dossier.pk, granted=True)
    moves = list(Movement.objects.filter(item=dossier.pk).order_by("id"))
    assert [(m.source, m.target) for m in moves][1:] == [(NOT_DUE, OVERDUE), (OVERDUE, LATE)]
    assert moves[1].at == dossier.due_at
    assert stocks.prove().differences == []


def test_online_filing_waits_for_the_desk_and_its_clock_starts_when_accepted(
    commune_clerk: Actor, citizen: Actor
) -> None:
    definition = catalogue.online()[0]
    unit = "pho-an" if definition.level == "commune" else "duc-pho.mot-cua"
    with pytest.raises(Refused) as refused:
        actions.submit_dossier(citizen, Request(definition.code, unit))
    assert refused.value.fields
    assert not Dossier.objects.exists()


def test_what_the_states_do_not_allow_is_a_conflict_and_writes_nothing(
    commune_clerk: Actor, leader: Actor, person: Person
) -> None:
    with standing_at(MONDAY):
        dossier = walk_in(commune_clerk, person, "khai-sinh")
        with pytest.raises(Conflict):
            actions.perform(leader, "decide", dossier.pk, granted=True)
        assert Act.objects.filter(dossier=dossier).count() == 1


def test_nobody_acts_or_looks_outside_their_units(
    commune_clerk: Actor, clerk: Actor, stranger: Actor, citizen: Actor, person: Person
) -> None:
    with standing_at(MONDAY):
        dossier = walk_in(commune_clerk, person, "khai-sinh")
    for outsider in (clerk, stranger):
        with pytest.raises(Missing):
            queries.dossier_of_number(outsider, dossier.number)
        with pytest.raises(Missing):
            actions.perform(outsider, "transfer", dossier.pk)
    assert queries.dossier_of_number(citizen, dossier.number) == dossier


def test_the_desk_that_took_a_dossier_in_sees_it_although_an_office_decides(
    commune_clerk: Actor, clerk: Actor, person: Person
) -> None:
    with standing_at(MONDAY):
        code = next(
            d.code
            for d in catalogue.definitions_in_force(MONDAY.date())
            if d.level == "commune" and d.authority != "committee"
        )
        dossier = walk_in(commune_clerk, person, code)
    assert dossier.unit_id != dossier.receiving_unit_id
    for official in (commune_clerk, clerk):
        assert queries.dossier_of_number(official, dossier.number) == dossier


def test_the_applicant_may_withdraw_and_the_books_close_it(
    commune_clerk: Actor, citizen: Actor, stranger: Actor, person: Person
) -> None:
    with standing_at(MONDAY):
        dossier = walk_in(commune_clerk, person, "ket-hon")
        with pytest.raises(Missing):
            actions.perform(stranger, "withdraw", dossier.pk)
        actions.perform(citizen, "withdraw", dossier.pk, reason="đổi ý")
    balance = books.balances(BOOK, datetime(2021, 3, 2, tzinfo=ZONE))[()]
    assert balance[WITHDRAWN] == 1
    assert balance[NOT_DUE] == 0
    assert stocks.prove().differences == []


def test_a_new_applicant_is_written_down_at_the_desk(commune_clerk: Actor) -> None:
    definition = catalogue.definition_for("khai-sinh").definition
    request = Request("khai-sinh", "pho-an", papers=papers(definition))
    facts = PersonFacts("Phạm Thị Mới", identity_number="051195000009", phone="0912345678")
    with standing_at(MONDAY):
        dossier = actions.receive_dossier(commune_clerk, request, applicant=facts)
    assert dossier.applicant.full_name == "Phạm Thị Mới"


def test_tracking_needs_both_codes_and_a_wrong_pair_says_the_same_as_no_dossier(
    commune_clerk: Actor, person: Person
) -> None:
    with standing_at(MONDAY):
        dossier = walk_in(commune_clerk, person, "khai-sinh")
    secret = f" {dossier.secret[:4].lower()} {dossier.secret[4:]}"
    assert queries.tracked(dossier.number, secret) == dossier
    sentences = set()
    for number, code in ((dossier.number, "AAAAAAAA"), ("000.00.00.X99-210301-9999", "AAAAAAAA")):
        with pytest.raises(Missing) as missing:
            queries.tracked(number, code)
        sentences.add(missing.value.message)
    assert len(sentences) == 1


def test_early_on_time_and_late_meet_at_the_due_day_and_the_due_instant() -> None:
    due = datetime(2021, 3, 5, 17, 0, tzinfo=ZONE)
    assert resolved_stock(due, datetime(2021, 3, 4, 23, 59, tzinfo=ZONE)) == EARLY
    assert resolved_stock(due, datetime(2021, 3, 5, 0, 0, tzinfo=ZONE)) == ON_TIME
    assert resolved_stock(due, due) == ON_TIME
    assert resolved_stock(due, datetime(2021, 3, 5, 17, 0, 1, tzinfo=ZONE)) == LATE


def test_a_corrected_organ_code_is_in_the_next_number(commune_clerk: Actor, person: Person) -> None:
    with standing_at(MONDAY):
        old = walk_in(commune_clerk, person, "ket-hon")
        Unit.objects.filter(code="pho-an").update(organ_code="000.77.99.X77")
        later = replace(commune_clerk, epoch=current_epoch())
        new = walk_in(later, person, "ket-hon")
    assert not old.number.startswith("000.77.99.X77")
    assert new.number.startswith("000.77.99.X77")


def test_an_act_says_for_whom_it_was_done(
    commune_clerk: Actor, leader: Actor, specialist: Actor, person: Person
) -> None:
    with standing_at(MONDAY):
        dossier = walk_in(commune_clerk, person, "ket-hon")
        actions.perform(commune_clerk, "transfer", dossier.pk)
        standing_in = replace(
            leader, account_id=specialist.account_id, on_behalf_of_id=leader.account_id
        )
        actions.perform(standing_in, "decide", dossier.pk, granted=True)
    act = Act.objects.get(dossier=dossier, verb="decide")
    assert (act.account_id, act.on_behalf_of_id) == (specialist.account_id, leader.account_id)
    assert act.on_behalf_of is not None
    assert act.account is not None
    said = f"{act.account.display_name}, thực hiện thay {act.on_behalf_of.display_name}"
    assert said in [event.who for event in dossier_page(leader, dossier.number).events]
    assert slips.acted_by(act) == said


def test_who_processed_a_dossier_does_not_decide_it_in_any_name(
    commune_clerk: Actor, leader: Actor, specialist: Actor, person: Person
) -> None:
    with standing_at(MONDAY):
        dossier = walk_in(commune_clerk, person, "ket-hon")
        actions.perform(commune_clerk, "transfer", dossier.pk)
        actions.perform(leader, "assign", dossier.pk, officer=leader.account_id or 0)
        with pytest.raises(NotAllowed, match="đã thụ lý hồ sơ này"):
            actions.perform(leader, "decide", dossier.pk, granted=True)
        lent = replace(leader, account_id=specialist.account_id, on_behalf_of_id=leader.account_id)
        with pytest.raises(NotAllowed, match="đã thụ lý hồ sơ này"):
            actions.perform(lent, "decide", dossier.pk, granted=True)
        actions.perform(leader, "assign", dossier.pk, officer=specialist.account_id or 0)
        assert actions.perform(leader, "decide", dossier.pk, granted=True).outcome == "granted"


def test_a_procedure_may_name_the_provision_by_which_one_person_does_both(town: None) -> None:
    definition = catalogue.definition_for("ket-hon").definition
    with pytest.raises(NotAllowed):
        check_four_eyes(definition, {7, None}, (7, None))
    check_four_eyes(definition, {7, None}, (8, None))
    check_four_eyes(definition.model_copy(update={"processor_decides": "Điều 1"}), {7}, (7, None))
