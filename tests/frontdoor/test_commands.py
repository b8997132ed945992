"""Verbs answered by management commands, as the front door calls them."""

from __future__ import annotations

from datetime import date

import pytest

from thichinh.accounts.rules import SYSTEM
from thichinh.dossiers import actions
from thichinh.dossiers.models import Dossier
from thichinh.example.actions import town as demo
from thichinh.example.tests.test_replay import silent, small
from thichinh.foundation import clock
from thichinh.launcher import management
from thichinh.stocks import actions as stocks
from thichinh.stocks.models import Movement, Scheduled


def answered(title: str, command: str, *arguments: str) -> None:
    """A verb in a process of its own: what it knows of the clock, it has to ask."""
    clock._shift = clock._Shift()
    management.execute(management.understand(title, command, list(arguments)))


@pytest.mark.django_db
@pytest.mark.usefixtures("town")
def test_a_proof_lives_in_the_towns_time_and_writes_no_movement() -> None:
    demo.load_town(demo.plan_town(small()), silent)
    written = Movement.objects.count(), Scheduled.objects.count()
    waiting = Scheduled.objects.order_by("at").values_list("item", flat=True)[0]
    answered("thichinh stocks prove", "stocks_prove")
    assert clock.today() == date(2022, 6, 15)
    assert (Movement.objects.count(), Scheduled.objects.count()) == written
    actions.perform(SYSTEM, "withdraw", Dossier.objects.get(pk=waiting).pk, reason="Đổi ý.")
    answered("thichinh stocks rebuild", "stocks_rebuild", "dossiers")
    assert stocks.prove().differences == []
