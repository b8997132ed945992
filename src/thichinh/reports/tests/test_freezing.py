"""A frozen version keeps what was true, and the database holds it to that."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import translation

from thichinh.accounts.models import Unit
from thichinh.accounts.queries import actor_for
from thichinh.accounts.rules import SYSTEM
from thichinh.foundation.clock import ZONE, standing_at
from thichinh.foundation.errors import Conflict, NotAllowed, Refused
from thichinh.foundation.models import AuditEntry
from thichinh.indicators.tests.small_town import FIRST, SECOND, lose_two
from thichinh.reports import actions
from thichinh.reports.models import FrozenReport
from thichinh.reports.queries.evaluated import evaluate_report
from thichinh.reports.queries.frozen import is_intact
from thichinh.reports.queries.printing import frozen_pdf
from thichinh.reports.tests.office import official, text_of
from thichinh.reports.views import pages
from thichinh.stocks.actions import post
from thichinh.stocks.rules import CellKey, Move

pytestmark = pytest.mark.django_db


def test_a_frozen_report_keeps_its_values_when_the_books_move_on(tmp_path: Path) -> None:
    actor = actor_for(official("bao-cao", "reporter"))
    actions.save_draft(
        actor=actor, code="one-stop", period=FIRST, unit_code="duc-pho",
        paragraphs={"assessment": "  Đã làm tốt. "},
    )  # fmt: skip
    row = actions.freeze_report(actor=actor, code="one-stop", periods=[FIRST], unit_code="duc-pho")
    lose_two()
    kept = FrozenReport.objects.get(pk=row.pk)
    table = next(b for b in kept.content["blocks"] if b["kind"] == "figures")
    assert table["rows"][0]["figure"]["value"] == 10
    assert kept.content["blocks"][-2]["text"] == "Đã làm tốt."
    assert is_intact(kept)
    assert kept.snapshot.values.get(indicator="received_total").value == 10
    assert frozen_pdf(kept) == frozen_pdf(kept)
    text, _ = text_of(frozen_pdf(kept), tmp_path)
    assert "ngày 25 tháng 6 năm 2022" in text
    again = actions.freeze_report(
        actor=actor, code="one-stop", periods=[FIRST], unit_code="duc-pho"
    )
    assert (again.number, again.sha256 == kept.sha256) == (2, False)
    assert AuditEntry.objects.filter(action="report.frozen").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_frozen_report_is_of_one_moment_although_dossiers_arrive_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between the figures and the trend another connection commits two more dossiers."""
    built = actions.build

    def arrive() -> None:
        for when in ("2021-03-02", "2021-03-03"):
            post(
                "dossiers",
                900 + int(when[-1]),
                CellKey(Unit.objects.get(code="pho-an").pk, ("ho-tich", "khai-sinh", 1)),
                [Move(datetime.fromisoformat(when).replace(tzinfo=ZONE), 0, 2)],
                settle=False,
            )
        connection.close()

    def meanwhile(*asked: Any) -> Any:
        other = Thread(target=arrive)
        other.start()
        other.join()
        return built(*asked)

    monkeypatch.setattr(actions, "build", meanwhile)
    row = actions.freeze_report(actor=SYSTEM, code="one-stop", periods=[FIRST], unit_code="duc-pho")
    figures = next(b for b in row.content["blocks"] if b["kind"] == "figures")
    trend = next(b for b in row.content["blocks"] if b["kind"] == "trend")
    received = next(line for line in trend["lines"] if line["code"] == "received_new")
    assert sum(received["counts"]) == 7
    assert [
        r["figure"]["value"] for r in figures["rows"] if r["figure"]["code"] == "received_new"
    ] == [7]
    assert row.snapshot.values.get(indicator="received_new").value == 7
    now = evaluate_report(SYSTEM, "one-stop", [FIRST])
    assert now.answers.of(FIRST)["received_new"] == 9


@pytest.mark.django_db(transaction=True)
def test_whoever_freezes_while_the_draft_is_written_on_starts_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def write() -> None:
        actions.save_draft(
            actor=SYSTEM, code="one-stop", period=FIRST, unit_code="duc-pho",
            paragraphs={"assessment": "Viết thêm."},
        )  # fmt: skip
        connection.close()

    evaluated = actions.evaluate_report

    def meanwhile(*asked: Any) -> Any:
        found = evaluated(*asked)
        other = Thread(target=write)
        other.start()
        other.join()
        return found

    monkeypatch.setattr(actions, "evaluate_report", meanwhile)
    with pytest.raises(Conflict):
        actions.freeze_report(actor=SYSTEM, code="one-stop", periods=[FIRST], unit_code="duc-pho")
    assert not FrozenReport.objects.exists()


def test_the_database_refuses_to_change_a_frozen_report() -> None:
    row = actions.freeze_report(actor=SYSTEM, code="one-stop", periods=[FIRST], unit_code="duc-pho")
    with pytest.raises(DatabaseError), transaction.atomic():
        FrozenReport.objects.filter(pk=row.pk).update(sha256="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_a_period_that_still_runs_is_not_frozen(reporter: Client) -> None:
    with standing_at(datetime(2022, 6, 14, 23, 0, tzinfo=ZONE)):
        answer = reporter.post("/bao-cao/one-stop/chot/?from=2021-12-15&to=2022-06-14&unit=duc-pho")
        assert answer.status_code == 422
        assert "14/6/2022" in answer.content.decode()
        assert not FrozenReport.objects.exists()
    with standing_at(datetime(2022, 6, 15, 0, 5, tzinfo=ZONE)):
        actions.freeze_report(actor=SYSTEM, code="one-stop", periods=[SECOND], unit_code="duc-pho")


def test_a_report_is_composed_in_vietnamese_whoever_freezes_or_prints_it(
    reporter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken: list[str | None] = []

    def listening(module: Any, name: str) -> None:
        ours = getattr(module, name)

        def listen(*asked: Any) -> Any:
            spoken.append(translation.get_language())
            return ours(*asked)

        monkeypatch.setattr(module, name, listen)

    for name in ("evaluate_report", "build"):
        listening(actions, name)
    reporter.cookies["django_language"] = "en"
    page = "/bao-cao/one-stop/{}?period=2021&unit=duc-pho"
    assert 'lang="en"' in reporter.get(page.format("")).content.decode()
    assert reporter.post(page.format("chot/")).status_code == 302
    assert spoken == ["vi", "vi"]
    for name in ("evaluate_report", "build"):
        listening(pages, name)
    assert reporter.get(page.format("pdf/")).status_code == 200
    assert spoken == ["vi"] * 4


def test_only_who_may_freeze_there_freezes() -> None:
    leader = actor_for(official("lanh-dao", "unit-leader", "pho-an"))
    with pytest.raises(NotAllowed):
        evaluate_report(leader, "one-stop", [FIRST], "duc-pho")
    assert evaluate_report(leader, "one-stop", [FIRST], "pho-an").unit.code == "pho-an"
    assert evaluate_report(leader, "one-stop", [FIRST]).unit.code == "pho-an"
    clerk = actor_for(official("tiep-nhan", "clerk", "pho-an"))
    with pytest.raises(NotAllowed):
        evaluate_report(clerk, "one-stop", [FIRST], "pho-an")
    with pytest.raises(NotAllowed):
        actions.freeze_report(
            actor=actor_for(official("khac", "reporter", "pho-van")),
            code="one-stop", periods=[FIRST], unit_code="pho-an",
        )  # fmt: skip


def test_a_paragraph_the_report_does_not_have_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        actions.save_draft(
            actor=SYSTEM, code="one-stop", period=FIRST, unit_code="duc-pho",
            paragraphs={"secret": "x", "assessment": "y" * 20_001},
        )  # fmt: skip
    assert refused.value.fields.keys() == {"secret", "assessment"}


def test_a_frozen_report_of_another_unit_is_not_there() -> None:
    row = actions.freeze_report(actor=SYSTEM, code="one-stop", periods=[FIRST], unit_code="duc-pho")
    client = Client()
    client.force_login(official("xa", "unit-leader", "pho-an"))
    assert client.get(f"/bao-cao/ban-chot/{row.pk}/").status_code == 404
