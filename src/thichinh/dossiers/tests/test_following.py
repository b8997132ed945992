"""The officer of a dossier is the officer of its task, whoever gave it, on whose behalf ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from thichinh.accounts.models import Person
from thichinh.accounts.rules import Actor
from thichinh.dossiers import actions
from thichinh.dossiers.actions import Request
from thichinh.dossiers.models import Act, Dossier
from thichinh.foundation.clock import ZONE, standing_at
from thichinh.foundation.models import AuditEntry
from thichinh.procedures import queries as catalogue
from thichinh.work import actions as work
from thichinh.work.models import Task

MONDAY = datetime(2021, 3, 1, 9, 0, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def _monday(town: None) -> Iterator[None]:
    with standing_at(MONDAY):
        yield


@pytest.fixture
def processed(commune_clerk: Actor, person: Person) -> Dossier:
    definition = catalogue.definition_for("khai-sinh").definition
    papers: dict[str, object] = {p.code: 1 for p in definition.papers if p.required}
    asked = Request("khai-sinh", "pho-an", papers=papers)
    received = actions.receive_dossier(commune_clerk, asked, applicant_id=person.pk)
    return actions.perform(commune_clerk, "transfer", received.pk)


def open_task(dossier: Dossier) -> Task:
    return Task.objects.get(subject_id=dossier.pk, status=Task.Status.OPEN)


def test_an_officer_named_in_the_inbox_is_the_officer_of_the_dossier(
    processed: Dossier, leader: Actor, specialist: Actor
) -> None:
    task = open_task(processed)
    work.assign_task(leader, task.pk, specialist.account_id)
    processed.refresh_from_db()
    assert processed.assignee_id == specialist.account_id
    named = Act.objects.get(dossier=processed, verb="assign")
    assert named.account_id == leader.account_id
    assert open_task(processed) == task
    work.assign_task(leader, task.pk, None)
    processed.refresh_from_db()
    assert processed.assignee_id is None


@pytest.mark.parametrize("verb", ["assign", "hand_over"])
def test_the_audit_of_the_dossier_says_on_whose_behalf_the_task_was_given(
    verb: str, processed: Dossier, leader: Actor, specialist: Actor
) -> None:
    giver = specialist.account_id  # whose leave the leader stands in for
    standing_in = replace(leader, on_behalf_of_id=giver)
    officer = specialist.account_id or 0
    if verb == "assign":
        work.assign_task(standing_in, open_task(processed).pk, officer)
    else:
        actions.perform(leader, "assign", processed.pk, officer=leader.account_id or 0)
        work.hand_over(standing_in, leader.account_id or 0, officer, "Nghỉ phép")
    entry = AuditEntry.objects.filter(action="dossier.assign").latest("pk")
    assert entry.data["assignee"] == officer
    assert (entry.account_id, entry.on_behalf_of_id, entry.unit_id) == (
        leader.account_id, giver, leader.unit_id,
    )  # fmt: skip
