"""Importing logs into the books: counted, resumable, nothing doubled, nothing half-written."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thichinh.accounts.models import Person, Unit
from thichinh.accounts.rules import SYSTEM
from thichinh.caselogs.actions import planning
from thichinh.caselogs.actions.import_cases import Wish, import_cases
from thichinh.caselogs.actions.report import NothingUsable, Report
from thichinh.caselogs.models import ImportRun
from thichinh.caselogs.rules.mapping_text import parse_mapping
from thichinh.caselogs.tests.reading import MAPPINGS, RECEIPT, local
from thichinh.dossiers.models import Act, Dossier
from thichinh.dossiers.queries.page import dossier_page
from thichinh.dossiers.rules.book import BOOK, STOCKS
from thichinh.foundation.errors import Missing, Refused
from thichinh.procedures.queries import CatalogueFilter, catalogue
from thichinh.stocks.models import Movement, Scheduled
from thichinh.stocks.queries import balances, recount
from thichinh.stocks.rules import Where

pytestmark = pytest.mark.django_db

MAPPING = """
code: so-cu
authority: {code: so-cu, name: Sở Cũ}
procedure: {code: so-cu-cap-phep, name: Cấp phép cũ}
time: {formats: [dmy]}
case_id: case
activity: what
timestamp: when
unit: dept
channel: {column: how, map: {web: online, mail: postal}, default: direct}
due_at: {term: {unit: days, amount: 10}}
resolved_at: {activity: Done}
returned_at: {activity: Handed out}
withdrawn_at: {activity: Withdrawn}
stopped_at: {activity: Stopped}
refused_at: {activity: Turned away}
outcome: {column: result}
"""
HEAD = "case;what;when;dept;how;result\n"


def write(folder: Path, *rows: str) -> Path:
    log = folder / "log.csv"
    log.write_text(HEAD + "".join(f"{row}\n" for row in rows))
    return log


def wish(log: Path, mapping: str = MAPPING, **more: Any) -> Wish:
    return Wish(parse_mapping(mapping, file_name="so-cu.yaml"), log, **more)


EVERY_ENDING = (
    "a-1;Begin;1/2/2021 08:00;Phòng Đất đai;web;",
    "a-1;Done;5/2/2021 08:00;Phòng Đất đai;web;denied",
    "a-1;Handed out;6/2/2021 08:00;Phòng Đất đai;web;",
    "a-1;Letter filed;7/2/2021 08:00;Phòng Đất đai;web;",
    "a-2;Begin;1/2/2021 08:00;Phòng Đất đai;mail;",
    "a-2;Done;21/2/2021 08:00;Phòng Đất đai;mail;Cấp mới",
    "a-3;Begin;1/2/2021 08:00;;counter;",
    "a-3;Withdrawn;2/2/2021 08:00;;counter;",
    "a-4;Begin;1/2/2021 08:00;;counter;",
    "a-4;Stopped;20/2/2021 08:00;;counter;",
    "a-5;Begin;1/2/2021 08:00;;counter;",
    "a-5;Turned away;1/2/2021 09:00;;counter;No papers",
    "a-6;Begin;1/2/2021 08:00;;counter;",
)


@pytest.mark.usefixtures("town")
def test_every_way_a_case_can_end_is_in_the_books(tmp_path: Path) -> None:
    report = import_cases(wish(write(tmp_path, *EVERY_ENDING)))
    told = report.as_json()
    assert (told["dossiers"], told["events"], told["refused"]) == (6, 13, [])
    assert (told["finished"], told["on_time"], told["open"]) == (2, 1, 1)
    assert (told["opening"], told["received"], told["closed"], told["closing"]) == (0, 6, 5, 1)
    assert told["balanced"] is True
    states = dict(Dossier.objects.order_by("number").values_list("number", "state"))
    assert list(states.values()) == [10, 9, 7, 8, 3, 4]
    assert next(iter(states)) == "SO-CU-A-1"
    lying = balances(BOOK, local(2022, 1, 1), Where(root=Unit.objects.get(code="so-cu").pk))[()]
    assert {STOCKS[stock]: n for stock, n in lying.items() if n > 0} == {
        "early": 1, "late": 1, "withdrawn": 1, "stopped": 1, "refused": 1, "overdue": 1,
    }  # fmt: skip


@pytest.mark.usefixtures("town")
def test_the_report_counts_the_withdrawn_and_stopped_as_settled_and_the_import_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = import_cases(wish(write(tmp_path, *EVERY_ENDING))).as_json()
    words = ("one-stop", "--period", "2021", "--unit", "so-cu", "--format", "json")
    call_command("report_show", *words)
    shown = json.loads(capsys.readouterr().out)
    assert shown["resolved"] == told["finished"] + told["withdrawn"] + told["stopped"] == 4
    assert (shown["resolved_on_time"], shown["resolved_late"]) == (2, 2)


@pytest.mark.usefixtures("town")
def test_a_corrected_mapping_brings_in_what_was_refused_and_changes_nothing_written(
    tmp_path: Path,
) -> None:
    log = write(tmp_path, "a-1;Begin;1/2/2021;;web;", "a-2;Begin;1/2/2021;;fax;")
    strict = MAPPING.replace(", default: direct", "")
    first = import_cases(wish(log, strict)).as_json()
    assert (first["dossiers"], len(first["refused"])) == (1, 1)
    before = Dossier.objects.values().get()
    corrected = strict.replace("web: online", "fax: postal, web: direct").replace("10}", "20}")
    second = import_cases(wish(log, corrected)).as_json()
    assert (second["dossiers"], second["skipped"]) == (1, {"already_imported": 1})
    assert (second["refused"], second["balanced"]) == ([], True)
    assert Dossier.objects.values().get(pk=before["id"]) == before
    anew = import_cases(wish(log, corrected, authority="so-cu-2")).as_json()
    assert (anew["dossiers"], anew["skipped"]) == (2, {})


@pytest.mark.usefixtures("town")
def test_the_history_keeps_what_the_log_told(tmp_path: Path) -> None:
    import_cases(wish(write(tmp_path, *EVERY_ENDING)))
    dossier = Dossier.objects.get(number="SO-CU-A-1")
    told = [(act.verb, act.note) for act in dossier.acts.order_by("seq")]
    assert told[:3] == [("submit", ""), ("accept", ""), ("transfer", "")]
    assert [verb for verb, _ in told[3:]] == [
        "event", "event", "decide", "event", "return", "event",
    ]  # fmt: skip
    assert told[-1] == ("event", "Letter filed")
    assert dossier.outcome == "denied"
    assert dossier.unit.name == "Phòng Đất đai"
    assert dossier.unit.parent is not None
    assert dossier.unit.parent.name == "Sở Cũ"
    assert Dossier.objects.get(number="SO-CU-A-2").note == "Cấp mới"


@pytest.mark.usefixtures("town")
def test_the_page_of_an_imported_dossier_tells_its_history(tmp_path: Path) -> None:
    import_cases(wish(write(tmp_path, *EVERY_ENDING)))
    pages = [
        dossier_page(SYSTEM, number) for number in Dossier.objects.values_list("number", flat=True)
    ]
    titles = {event.title for page in pages for event in page.events}
    assert {"Letter filed", "Dừng giải quyết"} <= titles
    assert all(
        page.answers == [("Mã trong nhật ký", page.dossier.answers["case_id"])] for page in pages
    )


@pytest.mark.usefixtures("town")
def test_what_an_import_makes_is_not_offered_to_citizens(tmp_path: Path) -> None:
    before = catalogue(CatalogueFilter()).count()
    import_cases(wish(write(tmp_path, *EVERY_ENDING)))
    assert catalogue(CatalogueFilter()).count() == before


@pytest.mark.usefixtures("town")
def test_a_second_time_nothing_is_written_and_the_same_is_told(tmp_path: Path) -> None:
    asked = wish(write(tmp_path, *EVERY_ENDING), batch=2)
    first = import_cases(asked).as_json()
    rows = everything()
    assert import_cases(asked).as_json() == first
    assert everything() == rows
    other = wish(asked.log, MAPPING + "note: another mapping\n")
    again = import_cases(other).as_json()
    assert (again["dossiers"], again["skipped"]) == (0, {"already_imported": 6})
    assert everything() == rows


@pytest.mark.usefixtures("town")
def test_a_dry_run_judges_and_leaves_nothing(tmp_path: Path) -> None:
    rows = everything()
    told = import_cases(wish(write(tmp_path, *EVERY_ENDING), dry_run=True)).as_json()
    assert (told["dossiers"], told["finished"], told["balanced"]) == (6, 2, None)
    assert everything() == rows
    assert not ImportRun.objects.exists()
    assert not Unit.objects.filter(code="so-cu").exists()


@pytest.mark.usefixtures("town")
def test_a_log_that_cannot_be_read_leaves_nothing(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("nothing;of;the;kind\n1;2;3;4\n")
    with pytest.raises(Refused):
        import_cases(wish(log))
    assert not ImportRun.objects.exists()
    assert not Unit.objects.filter(code="so-cu").exists()


@pytest.mark.usefixtures("town")
def test_an_existing_authority_takes_known_units_only(tmp_path: Path) -> None:
    log = write(
        tmp_path,
        "1;Begin;1/2/2021;duc-pho.tu-phap;;",
        "2;Begin;1/2/2021;Phòng lạ;;",
        "3;Begin;1/2/2021;;;",
    )
    told = import_cases(wish(log, authority="duc-pho")).as_json()
    assert [(bad["line"], bad["code"]) for bad in told["refused"]] == [(3, "unknown-unit")]
    units = Dossier.objects.order_by("number").values_list("unit__code", flat=True)
    assert list(units) == ["duc-pho.tu-phap", "duc-pho"]


@pytest.mark.usefixtures("town")
def test_ids_that_give_one_number_are_not_mixed_up(tmp_path: Path) -> None:
    log = write(tmp_path, "a1;Begin;1/2/2021;;;", "A1;Begin;1/2/2021;;;", "a 1;Begin;1/2/2021;;;")
    told = import_cases(wish(log)).as_json()
    assert (told["dossiers"], told["refused"]) == (3, [])
    assert import_cases(wish(log)).as_json() == told
    numbers = dict(Dossier.objects.values_list("answers__case_id", "number"))
    assert numbers["a1"] == "SO-CU-A1"
    assert numbers["A1"].startswith("SO-CU-A1-")


@pytest.mark.usefixtures("town")
def test_procedures_may_come_from_a_column(tmp_path: Path) -> None:
    mapping = MAPPING.replace("{code: so-cu-cap-phep, name: Cấp phép cũ}", "result")
    log = write(tmp_path, "1;Begin;1/2/2021;;;Cấp phép", "2;Begin;1/2/2021;;;Gia hạn")
    import_cases(wish(log, mapping))
    names = Dossier.objects.order_by("number").values_list("procedure__name", flat=True)
    assert list(names) == ["Cấp phép", "Gia hạn"]


@pytest.mark.usefixtures("town")
def test_days_older_than_the_calendar_refuse_the_case(tmp_path: Path) -> None:
    asked = wish(write(tmp_path, "1;Begin;1/2/1991;;;", "2;Begin;1/2/2021;;;"))
    told = import_cases(asked).as_json()
    assert [bad["code"] for bad in told["refused"]] == ["no-calendar"]


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("rows", [(), ("1;Begin;never;;;",), ("1;Begin;1/2/1991;;;",)])
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_log_with_nothing_usable_fails_with_its_report_and_leaves_nothing(
    tmp_path: Path, rows: tuple[str, ...], dry_run: bool
) -> None:
    before = everything()
    with pytest.raises(NothingUsable) as nothing:
        import_cases(wish(write(tmp_path, *rows), dry_run=dry_run))
    assert len(nothing.value.report.refused) == len(rows)
    assert everything() == before
    assert not ImportRun.objects.exists()


@pytest.mark.usefixtures("town")
def test_units_that_an_authority_does_not_have_leave_no_run_behind(tmp_path: Path) -> None:
    with pytest.raises(NothingUsable):
        import_cases(wish(write(tmp_path, "2;Begin;1/2/2021;Lạ;;"), authority="duc-pho"))
    assert not ImportRun.objects.exists()


@pytest.mark.usefixtures("town")
def test_an_activity_that_never_happens_is_a_warning(tmp_path: Path) -> None:
    mapping = MAPPING.replace("activity: Done", "activity: Doen")
    told = import_cases(wish(write(tmp_path, *EVERY_ENDING), mapping)).as_json()
    assert told["warnings"] == ["Khoá resolved_at: không dòng nào có hoạt động “Doen”."]


def everything() -> dict[str, int]:
    tables = (Dossier, Act, Movement, Scheduled, Person, Unit)
    return {table.__name__: table._default_manager.count() for table in tables}


class Killed(BaseException):
    """The power went."""


@pytest.mark.slow
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**6), batch=st.integers(1, 7), kills=st.lists(st.integers(0, 12)))
@pytest.mark.usefixtures("town")
def test_however_mixed_and_however_often_killed_the_end_is_the_same(
    tmp_path: Path, db: None, seed: int, batch: int, kills: list[int]
) -> None:
    """Every example imports the same cases under an authority of its own."""
    chance = random.Random(seed)
    rows = invented(chance)
    code = f"so-{Unit.objects.count()}-{ImportRun.objects.count()}"
    mapping = MAPPING.replace("so-cu", code)
    chance.shuffle(rows)
    asked = wish(write(tmp_path, *rows), mapping, batch=batch)
    for calls in kills:
        import_until_killed(asked, calls)
    report = import_cases(asked)
    straight = import_cases(
        wish(write(tmp_path, *sorted(rows)), MAPPING.replace("so-cu", f"{code}-again"))
    )
    assert state_of(code) == state_of(f"{code}-again")
    assert comparable(report) == comparable(straight)
    assert recount().differences == []


def invented(chance: random.Random) -> list[str]:
    rows = []
    for case in range(20):
        at = local(2021, 1, 4, 8) + timedelta(minutes=chance.randrange(100_000))
        for what in ("Begin", "Check", chance.choice(["Done", "Withdrawn", "Wait"])):
            rows.append(f"c-{case};{what};{at:%d/%m/%Y %H:%M};D{case % 3};web;")
            at += timedelta(minutes=1 + chance.randrange(20_000))
    rows.append("c-bad;Begin;never;;;")
    return rows


def import_until_killed(asked: Wish, calls: int) -> None:
    """Fail in the middle of the transaction of some batch: its rows must go with it."""
    real, left = planning.audit.record, [calls]

    def dying(*args: Any, **kwargs: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        real(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning.audit, "record", dying)
        try:
            import_cases(asked)
        except Killed:
            return


def state_of(code: str) -> list[tuple[Any, ...]]:
    rows = Dossier.objects.filter(receiving_unit__code=code).order_by("answers__case_id")
    return [
        (
            dossier.answers["case_id"],
            dossier.state,
            dossier.received_at,
            dossier.due_at,
            dossier.resolved_at,
            list(dossier.acts.order_by("seq").values_list("seq", "verb", "at", "note")),
            list(
                Movement.objects.filter(item=dossier.pk)
                .order_by("id")
                .values_list("at", "source", "target")
            ),
        )
        for dossier in rows
    ]


def comparable(report: Report) -> dict[str, Any]:
    told = report.as_json()
    kept = ("dossiers", "events", "finished", "on_time", "open", "received", "closing", "balanced")
    return {key: told[key] for key in kept} | {"refused": len(told["refused"])}


@pytest.mark.usefixtures("town")
def test_the_command_prints_and_fails_in_plain_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping = tmp_path / "so-cu.yaml"
    mapping.write_text(MAPPING)
    log = write(tmp_path, *EVERY_ENDING, ";Begin;1/2/2021;;;")
    call_command("import_cases", str(log), mapping=str(mapping))
    shown = capsys.readouterr().out
    assert "50,00 %" in shown
    assert "dòng 15" in shown
    with pytest.raises(Missing, match="nowhere"):
        call_command("import_cases", "nowhere.csv", mapping=str(mapping))


@pytest.mark.realdata
@pytest.mark.usefixtures("town")
@pytest.mark.skipif(not RECEIPT.exists(), reason="../shared/data is not here")
def test_indicators_over_the_receipt_log_say_what_the_log_says() -> None:
    text = (MAPPINGS / "coselog-receipt.yaml").read_text()
    told = import_cases(Wish(parse_mapping(text, file_name="coselog-receipt.yaml"), RECEIPT))
    shown = told.as_json()
    assert (shown["dossiers"], shown["events"], shown["finished"]) == (1434, 8577, 1329)
    assert (shown["on_time_pct"], shown["balanced"], shown["refused"]) == (71.63, True, [])
    assert (shown["received"], shown["closed"], shown["closing"]) == (1434, 1329, 105)
