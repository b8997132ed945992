"""The proof compares each dossier with its acts and the book: rows edited in the database are named."""

from __future__ import annotations

import pytest
from django.db import connection

from thichinh.accounts.models import Person
from thichinh.accounts.rules import Actor
from thichinh.dossiers import actions
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.tests.test_life import MONDAY, walk_in
from thichinh.foundation.clock import standing_at
from thichinh.stocks import actions as stocks

EDITS = {
    "UPDATE dossiers_dossier SET outcome = 'denied'": {"outcome"},
    "UPDATE dossiers_dossier SET note = 'viết thêm'": {"note"},
    "UPDATE dossiers_dossier SET state = 9, returned_at = NULL, closed_at = NULL": {
        "state", "returned_at", "closed_at",
    },
    "UPDATE dossiers_dossier SET resolved_at = resolved_at - interval '1 minute'": {
        "resolved_at", "resolved_at in the book",
    },
    "UPDATE dossiers_dossier SET received_at = received_at - interval '1 day'": {"received_at"},
    "UPDATE dossiers_dossier SET revision = revision + 1": {"revision"},
    "UPDATE dossiers_act SET data = '{\"outcome\": \"denied\"}' WHERE verb = 'decide'": {"outcome"},
    "UPDATE dossiers_act SET at = at - interval '1 minute' WHERE verb = 'decide'": {"resolved_at"},
    "UPDATE dossiers_act SET to_state = 8 WHERE verb = 'return'": {"state"},
    "UPDATE dossiers_act SET verb = 'advance' WHERE verb = 'decide'": {"outcome", "resolved_at"},
    "DELETE FROM dossiers_act WHERE verb = 'transfer'": {"acts"},
    "DELETE FROM dossiers_act WHERE verb = 'return'": {
        "state", "revision", "returned_at", "closed_at",
    },
    "DELETE FROM dossiers_act": {"acts", "state", "revision", "outcome", "note"},
}  # fmt: skip


@pytest.fixture
def returned(commune_clerk: Actor, leader: Actor, person: Person) -> Dossier:
    with standing_at(MONDAY):
        dossier = walk_in(commune_clerk, person, "ket-hon")
        actions.perform(commune_clerk, "transfer", dossier.pk)
        actions.perform(leader, "decide", dossier.pk, granted=True)
        return actions.perform(commune_clerk, "return", dossier.pk)


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_behind_the_programs_back_is_named(returned: Dossier, edit: str) -> None:
    assert stocks.prove().differences == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or the trigger cannot be switched
        cursor.execute("ALTER TABLE dossiers_act DISABLE TRIGGER USER")
        cursor.execute(edit)
        assert cursor.rowcount >= 1
        cursor.execute("ALTER TABLE dossiers_act ENABLE TRIGGER USER")
    proof = stocks.prove()
    found = [d for d in proof.differences if d["look"] == "history"]
    assert not proof.balanced
    assert {d["number"] for d in found} == {returned.number}
    assert {d["what"] for d in found} >= EDITS[edit]
