"""A report is computed, compared, written on, frozen and printed; every number can be opened."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from thichinh.accounts.actions.accounts import open_account
from thichinh.accounts.models import Account, RoleAssignment, Unit
from thichinh.accounts.queries import actor_for
from thichinh.accounts.rules import SYSTEM
from thichinh.foundation.clock import ZONE, standing_at
from thichinh.foundation.errors import Conflict, DomainError, Missing, NotAllowed, Refused
from thichinh.foundation.models import AuditEntry
from thichinh.indicators.models import PublishedValue
from thichinh.indicators.rules.values import shown_off
from thichinh.indicators.tests.small_town import BOTH, FIRST, SECOND, lose_two
from thichinh.reports import actions
from thichinh.reports.models import FrozenReport
from thichinh.reports.queries.building import build
from thichinh.reports.queries.frozen import is_intact
from thichinh.reports.queries.look import look
from thichinh.reports.queries.printing import draft_pdf, frozen_pdf
from thichinh.reports.queries.showing import as_data
from thichinh.reports.rules.document import content_of
from thichinh.reports.rules.text import Slot, parse_text
from thichinh.reports.views import pages
from thichinh.stocks.actions import post
from thichinh.stocks.rules import CellKey, Move

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 6, 25, 9, 0, tzinfo=ZONE)
CARRY = "carried_over_is_previous_in_progress"
TOTAL = "total_counts_each_dossier_once"
BOTH_QUERY = "from=2020-12-15&to=2022-06-14&unit=duc-pho"


@pytest.fixture(autouse=True)
def _town(town: None) -> Iterator[None]:
    lose_two()
    with standing_at(NOW):
        yield


def official(username: str, role: str, unit: str = "duc-pho") -> Account:
    place = Unit.objects.get(code=unit)
    account = open_account(username, f"Cán bộ {username}", "x", unit=place)
    RoleAssignment.objects.create(
        account=account, role=role, unit=place, valid_from=date(2020, 1, 1)
    )
    return account


@pytest.fixture
def leader(client: Client) -> Client:
    client.force_login(official("lanh-dao", "town-leader"))
    return client


@pytest.fixture
def reporter(client: Client) -> Client:
    client.force_login(official("bao-cao", "reporter"))
    return client


def shown(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("report_show", *arguments, "--format", "json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_text_is_cut_at_its_figures() -> None:
    assert parse_text("a {{ x }} b {{total.y}}") == ["a ", Slot("x"), " b ", Slot("y", "total")]
    with pytest.raises(Refused):
        parse_text("{{ first.x }}")


def test_a_single_period_has_the_keys_of_the_seed_at_the_top() -> None:
    data = shown("one-stop", "--from", "2020-12-15", "--to", "2021-12-14")
    assert (data["received_total"], data["carried_over"], data["received_new"]) == (10, 3, 7)
    assert (data["resolved"], data["resolved_on_time"], data["resolved_late"]) == (6, 5, 1)
    assert (data["in_progress"], data["in_progress_not_due"], data["in_progress_overdue"]) == (
        4,
        2,
        2,
    )
    assert data["resolved_rate_pct"] == 60
    assert data["resolved_on_time_pct"] == 83.33
    assert data["published"]["received_total"] == 21003
    assert data["difference"]["received_total"] == 10 - 21003
    assert "received_new" not in data["published"]
    assert [p["period"] for p in data["periods"]] == ["năm 2021"]


def test_a_range_over_two_published_periods_is_judged_as_a_whole() -> None:
    data = shown("one-stop", "--from", "2020-12-15", "--to", "2022-06-14")
    assert data["received_total"] == data["distinct_handled"] == 14
    assert data["total_received_stated"] == data["published"]["received_total"] == 39435
    assert [p["received_total"] for p in data["periods"]] == [10, 8]
    failed = {i["code"]: i for i in data["identities"] if i["pass"] is False}
    assert failed.keys() == {CARRY, TOTAL}
    assert (failed[CARRY]["left"], failed[CARRY]["right"]) == (295, 350)
    assert (failed[TOTAL]["left"], failed[TOTAL]["right"]) == (39435, 39140)
    assert all(i["pass"] for i in data["identities"] if i["basis"] == "computed")


def test_periods_can_be_named_repeated_and_given_for_a_unit() -> None:
    data = shown("one-stop", "--period", "2021", "--period", "2022-H1", "--unit", "pho-an")
    assert (data["unit"], data["received_total"]) == ("pho-an", 14)
    assert data["published"] == {}
    assert "identities" in data
    nobody = shown("II.06a", "--period", "2021", "--unit", "pho-van")
    assert nobody["received_total"] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-report", "--period", "2021"],
        ["one-stop"],
        ["one-stop", "--from", "2021-01-01"],
        ["one-stop", "--period", "2021", "--period", "2021-Q1"],
        ["one-stop", "--period", "2021", "--unit", "khong-co"],
        ["one-stop", "--from", "14/12/2021", "--to", "15/12/2020"],
    ],
)
def test_what_cannot_be_shown_is_refused_with_a_sentence(arguments: list[str]) -> None:
    with pytest.raises(DomainError) as error:
        call_command("report_show", *arguments)
    assert error.value.message.endswith(".")


def test_a_day_that_is_not_one_teaches_how_a_command_takes_days() -> None:
    with pytest.raises(Refused, match=r"--from: “2021-13-01” .* NĂM-THÁNG-NGÀY"):
        call_command("report_show", "one-stop", "--from", "2021-13-01", "--to", "2021-12-14")


def test_the_whole_look_takes_few_queries() -> None:
    look(SYSTEM, "one-stop", [FIRST])
    with CaptureQueriesContext(connection) as one:
        look(SYSTEM, "one-stop", [FIRST])
    with CaptureQueriesContext(connection) as two:
        look(SYSTEM, "one-stop", [BOTH])
    assert (books(one), books(two)) == (3, 5)
    others = [q for q in one.captured_queries if "SAVEPOINT" not in q["sql"]]
    assert len(others) - books(one) == 4, "units, published figures, the last closing twice"


def test_table_06a_balances_in_every_row() -> None:
    for period in (FIRST, SECOND, BOTH):
        content = content_of(build(look(SYSTEM, "II.06a", [period])))
        tables = [b for b in content["blocks"] if b["kind"] == "matrix"]
        assert [t["dimension"] for t in tables] == ["field", "unit"]
        for table in tables:
            for row in [*table["rows"], table["total"]]:
                n = [cell["value"] for cell in row["cells"]]
                assert n[0] == n[1] + n[2] + n[3] == n[4] + n[8]
                assert n[4] == n[5] + n[6] + n[7]
                assert n[8] == n[9] + n[10]


def test_column_6_of_a_period_is_column_11_of_the_one_before() -> None:
    before = content_of(build(look(SYSTEM, "II.06a", [FIRST])))["blocks"][0]["total"]["cells"]
    after = content_of(build(look(SYSTEM, "II.06a", [SECOND])))["blocks"][0]["total"]["cells"]
    assert after[3]["value"] == before[8]["value"] == 4


def text_of(pdf: bytes, tmp_path: Path) -> tuple[str, str]:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)

    def run(*command: str) -> str:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    return run("pdftotext", "-layout", str(path), "-"), run("pdffonts", str(path))


def test_the_pdf_is_vietnamese_in_tinos_and_the_same_each_time(tmp_path: Path) -> None:
    content = content_of(
        build(look(SYSTEM, "one-stop", [BOTH]), {"assessment": "Ưỡn ẹo, ngoằn ngoèo"})
    )
    pdf = draft_pdf(content, NOW)
    assert draft_pdf(content, NOW) == pdf
    text, fonts = text_of(pdf, tmp_path)
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "THỊ XÃ ĐỨC PHỔ",
        "Kỳ trước chuyển sang bằng đang giải quyết cuối kỳ trước", "Ưỡn ẹo, ngoằn ngoèo", "39.140",
        "Bản nháp",
    ):  # fmt: skip
        assert words in text
    names = [line.split()[0] for line in fonts.splitlines()[2:]]
    assert names
    assert all("Tinos" in name for name in names)


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
                CellKey(Unit.objects.get(code="pho-an").pk, "ho-tich", "khai-sinh", 1),
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
    look_now = look(SYSTEM, "one-stop", [FIRST])
    assert look_now.answers.of(FIRST)["received_new"] == 9


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

    looked = actions.look

    def meanwhile(*asked: Any) -> Any:
        found = looked(*asked)
        other = Thread(target=write)
        other.start()
        other.join()
        return found

    monkeypatch.setattr(actions, "look", meanwhile)
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

    for name in ("look", "build"):
        listening(actions, name)
    reporter.cookies["django_language"] = "en"
    page = "/bao-cao/one-stop/{}?period=2021&unit=duc-pho"
    assert 'lang="en"' in reporter.get(page.format("")).content.decode()
    assert reporter.post(page.format("chot/")).status_code == 302
    assert spoken == ["vi", "vi"]
    for name in ("look", "build"):
        listening(pages, name)
    assert reporter.get(page.format("pdf/")).status_code == 200
    assert spoken == ["vi"] * 4


def test_only_who_may_freeze_there_freezes() -> None:
    leader = actor_for(official("lanh-dao", "unit-leader", "pho-an"))
    with pytest.raises(NotAllowed):
        look(leader, "one-stop", [FIRST], "duc-pho")
    assert look(leader, "one-stop", [FIRST], "pho-an").unit.code == "pho-an"
    assert look(leader, "one-stop", [FIRST]).unit.code == "pho-an"
    clerk = actor_for(official("tiep-nhan", "clerk", "pho-an"))
    with pytest.raises(NotAllowed):
        look(clerk, "one-stop", [FIRST], "pho-an")
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


def test_an_unknown_report_is_missing() -> None:
    with pytest.raises(Missing):
        look(SYSTEM, "nope", [FIRST])


def test_a_leader_opens_the_report_and_follows_a_number_down(leader: Client) -> None:
    page = leader.get(f"/bao-cao/one-stop/?{BOTH_QUERY}")
    assert page.status_code == 200
    body = page.content.decode()
    assert "39.435" in body
    assert "Kỳ trước chuyển sang (295) ≠ Đang giải quyết kỳ trước (350)" in body
    figure = "/chi-tieu/received_total/?from=2020-12-15&amp;to=2021-12-14&amp;unit=duc-pho"
    assert figure in body
    explained = leader.get(figure.replace("&amp;", "&")).content.decode()
    assert "Kỳ trước chuyển sang + Mới tiếp nhận" in explained
    assert "/chi-tieu/carried_over/?" in explained
    records = leader.get("/chi-tieu/in_progress_overdue/ho-so/?period=2021&unit=duc-pho")
    assert records.status_code == 200
    assert "Số này gồm 2 hồ sơ" in records.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/bao-cao/", "/bao-cao/one-stop/", "/bao-cao/II.06a/?period=2022-H1", "/chi-tieu/",
        "/chi-tieu/resolved_rate_pct/?period=2021", "/bao-cao/one-stop/pdf/?period=2021",
        "/chi-tieu/dossiers.received_new/ho-so/?period=2021",
    ],
)  # fmt: skip
def test_every_page_opens_for_a_leader_and_for_nobody_else(address: str, leader: Client) -> None:
    assert leader.get(address).status_code == 200
    stranger = Client()
    assert stranger.get(address).status_code == 302


def test_a_wrong_period_or_unit_is_said_and_not_a_fault(leader: Client) -> None:
    for query, status in (
        ("from=x&to=y", 422), ("from=2021-01-01", 422), ("period=2022-H9", 422),
        ("unit=khong-co", 404), ("period=2021&period=2021-Q1", 422),
    ):  # fmt: skip
        assert leader.get(f"/bao-cao/one-stop/?{query}").status_code == status
    assert leader.get("/bao-cao/nope/").status_code == 404
    assert leader.get("/chi-tieu/nope/").status_code == 404
    assert leader.get("/chi-tieu/resolved_rate_pct/ho-so/").status_code == 404


@pytest.mark.parametrize("page", ["bao-cao/one-stop", "bao-cao/II.06a", "chi-tieu"])
@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ("from=1800-01-01&to=1800-12-31", "from=2019-12-15&amp;to=2020-12-14"),
        ("from=2030-01-01&to=2030-12-31", "from=2021-12-15&amp;to=2022-12-14"),
        ("period=2030-H1", "from=2022-06-15&amp;to=2022-12-14"),
    ],
)
def test_a_period_outside_the_books_is_said_and_the_nearest_offered(
    leader: Client, page: str, asked: str, nearest: str
) -> None:
    answer = leader.get(f"/{page}/?{asked}&unit=duc-pho")
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Kỳ này không có hồ sơ nào" in body
    assert "Sổ ghi hồ sơ từ ngày 1/12/2020, đến hôm nay là 25/6/2022." in body
    link = re.search(r'href="(\?[^"]*)">Xem kỳ gần nhất', body)
    assert link is not None
    assert nearest in link[1]
    assert leader.get(f"/{page}/{link[1].replace('&amp;', '&')}").status_code == 200


def test_a_period_that_only_a_paper_speaks_of_is_shown(leader: Client) -> None:
    PublishedValue.objects.create(
        unit_code="duc-pho", indicator="received_total", value=7, published_on=date(2019, 1, 1),
        period_start=date(2017, 12, 15), period_end=date(2018, 12, 14), title="x", source="x",
    )  # fmt: skip
    assert leader.get("/bao-cao/one-stop/?period=2018&unit=duc-pho").status_code == 200
    assert leader.get("/bao-cao/one-stop/?period=2017&unit=duc-pho").status_code == 422


def test_the_months_of_the_trend_are_short_in_every_language(leader: Client) -> None:
    for language in ("vi", "en"):
        leader.cookies["django_language"] = language
        page = leader.get("/bao-cao/one-stop/?period=2021&unit=duc-pho").content.decode()
        assert ">1/2021<" in page
        assert ">12/2021<" in page


def test_a_difference_on_paper_carries_its_sign(tmp_path: Path) -> None:
    content = content_of(build(look(SYSTEM, "one-stop", [FIRST])))
    assert "−20.993" in text_of(draft_pdf(content, NOW), tmp_path)[0]
    assert [shown_off(Fraction(n), unit, 0) for n, unit in ((55, "x"), (-55, "x"), (0, "x"))] == [
        "+55", "−55", "0",
    ]  # fmt: skip
    assert shown_off(Fraction(1, 2), "percent", 2) == "+0,50\u00a0%"


def test_a_reporter_writes_freezes_and_prints(reporter: Client) -> None:
    query = "period=2021&unit=duc-pho"
    saved = reporter.post(
        f"/bao-cao/one-stop/luu/?{query}",
        {"assessment": "Nguyên nhân"},
        headers={"X-Autosave": "1"},
    )
    assert saved.json() == {"saved_at": "09:00"}
    assert "Nguyên nhân" in reporter.get(f"/bao-cao/one-stop/?{query}").content.decode()
    frozen = reporter.post(f"/bao-cao/one-stop/chot/?{query}", follow=True)
    body = frozen.content.decode()
    assert "Nguyên nhân" in body
    assert FrozenReport.objects.get().sha256 in body
    pdf = reporter.get(f"{frozen.redirect_chain[-1][0]}pdf/")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert FrozenReport.objects.get().sha256[:12] in reporter.get("/bao-cao/").content.decode()


def test_a_frozen_report_of_another_unit_is_not_there() -> None:
    row = actions.freeze_report(actor=SYSTEM, code="one-stop", periods=[FIRST], unit_code="duc-pho")
    client = Client()
    client.force_login(official("xa", "unit-leader", "pho-an"))
    assert client.get(f"/bao-cao/ban-chot/{row.pk}/").status_code == 404


def test_the_api_answers_as_the_command_does(leader: Client) -> None:
    data = leader.get(f"/api/v1/reports/one-stop?{BOTH_QUERY}").json()
    assert data == shown("one-stop", "--from", "2020-12-15", "--to", "2022-06-14")
    one = leader.get("/api/v1/indicators/received_total?period=2021&unit=duc-pho").json()
    assert (one["value"], one["published"]) == (10, 21003)
    assert leader.get("/api/v1/indicators/nope").status_code == 404
    assert leader.get("/api/v1/reports/one-stop?period=x").status_code == 422
    assert Client().get("/api/v1/reports/one-stop").status_code == 401


def test_what_is_computed_is_the_same_for_program_and_page() -> None:
    data = as_data(look(SYSTEM, "one-stop", [SECOND]), SYSTEM)
    assert data["explained_by"] == {}
    assert data["carried_over"] == 4


def books(seen: CaptureQueriesContext) -> int:
    return sum("GROUP BY" in query["sql"] for query in seen.captured_queries)
