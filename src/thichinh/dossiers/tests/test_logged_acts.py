"""What only an imported log tells of: work that was stopped, and events without a verb of ours."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from thichinh.accounts.models import Person
from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import SYSTEM
from thichinh.dossiers.actions.bulk import BulkWriter
from thichinh.dossiers.models import Act, Dossier
from thichinh.dossiers.rules import acts, record
from thichinh.dossiers.rules.book import NOT_DUE, OUTSIDE, STOPPED
from thichinh.foundation import calendar
from thichinh.foundation.clock import ZONE
from thichinh.foundation.errors import Conflict
from thichinh.foundation.models import AuditEntry
from thichinh.procedures import queries as catalogue
from thichinh.procedures.models import ProcedureDefinition
from thichinh.stocks.models import Movement, Scheduled
from thichinh.stocks.queries import recount
from thichinh.work.models import Task

pytestmark = pytest.mark.django_db
MONDAY = datetime(2021, 3, 1, 9, 0, tzinfo=ZONE)
LATER = MONDAY + timedelta(hours=3)


@pytest.fixture
def under_way(person: Person) -> tuple[BulkWriter, Dossier, ProcedureDefinition]:
    """A dossier that is being worked on, with the writer and not in the database yet."""
    version = catalogue.definition_for("khai-sinh", MONDAY.date())
    home = unit_tree().by_code["pho-an"].id
    dossier = record.new_dossier(
        procedure_id=version.procedure_id, definition_id=version.version_id, unit_id=home,
        receiving_unit_id=home, applicant_id=person.pk, channel=1,
    )  # fmt: skip
    writer, definition = BulkWriter("import-1"), version.definition
    received = acts.receive(dossier, definition, calendar.current(), MONDAY)
    writer.open(dossier, definition, SYSTEM, received)
    writer.act(dossier, SYSTEM, acts.transfer(dossier, definition, MONDAY))
    return writer, dossier, definition


Work = tuple[BulkWriter, Dossier, ProcedureDefinition]


def test_stopped_work_leaves_the_open_stocks_and_the_inbox_and_keeps_its_reason(
    under_way: Work,
) -> None:
    writer, dossier, _ = under_way
    writer.act(dossier, SYSTEM, acts.stop(dossier, LATER, " trùng hồ sơ "))
    writer.flush()
    kept = Dossier.objects.get()
    assert (kept.state, kept.closed_at, kept.note) == (8, LATER, "trùng hồ sơ")
    moves = Movement.objects.filter(item=kept.pk).order_by("id").values_list("source", "target")
    assert list(moves) == [(OUTSIDE, NOT_DUE), (NOT_DUE, STOPPED)]
    assert not Scheduled.objects.exists()
    assert not Task.objects.filter(status=Task.Status.OPEN).exists()
    assert recount().differences == []


def test_what_is_over_cannot_be_stopped_and_the_page_is_to_be_read_again(under_way: Work) -> None:
    writer, dossier, _ = under_way
    writer.act(dossier, SYSTEM, acts.decide(dossier, LATER, granted=True))
    with pytest.raises(Conflict, match="tải lại trang"):
        acts.stop(dossier, LATER, "")


def test_an_event_of_a_log_is_told_in_the_history_and_changes_nothing_else(
    under_way: Work,
) -> None:
    writer, dossier, _ = under_way
    event = acts.log_event(dossier, LATER, "Xác minh thực địa", {"line": 7})
    writer.act(dossier, SYSTEM, event)
    writer.flush()
    kept, last = Dossier.objects.get(), Act.objects.latest("seq")
    assert (last.verb, last.note, last.data) == ("event", "Xác minh thực địa", {"line": 7})
    assert (last.from_state, last.to_state, kept.state) == (4, 4, 4)
    assert kept.revision == last.seq == 3
    assert Task.objects.get(status=Task.Status.OPEN).opened_at == MONDAY
    assert AuditEntry.objects.filter(object_type=record.OBJECT_TYPE).count() == 2
    assert Movement.objects.filter(item=kept.pk).count() == 1
