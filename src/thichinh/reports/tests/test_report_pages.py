"""A report as people meet it: pages, periods asked for, the API."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from thichinh.foundation.clock import standing_at
from thichinh.indicators.models import PublishedValue
from thichinh.reports.models import FrozenReport
from thichinh.reports.tests.office import shown

pytestmark = pytest.mark.django_db
BOTH_QUERY = "from=2020-12-15&to=2022-06-14&unit=duc-pho"


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
    assert "Kỳ này sổ không ghi gì" in body
    assert "Sổ ghi từ ngày 1/12/2020, đến hôm nay là 25/6/2022." in body
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


def test_the_api_answers_as_the_command_does(leader: Client) -> None:
    data = leader.get(f"/api/v1/reports/one-stop?{BOTH_QUERY}").json()
    assert data == shown("one-stop", "--from", "2020-12-15", "--to", "2022-06-14")
    one = leader.get("/api/v1/indicators/received_total?period=2021&unit=duc-pho").json()
    assert (one["value"], one["published"]) == (10, 21003)
    assert leader.get("/api/v1/indicators/nope").status_code == 404
    assert leader.get("/api/v1/reports/one-stop?period=x").status_code == 422
    assert Client().get("/api/v1/reports/one-stop").status_code == 401


def test_a_form_that_has_ended_says_until_when_and_opens_for_its_own_periods(
    leader: Client,
) -> None:
    with standing_at(datetime(2026, 10, 1, 1, tzinfo=UTC)):
        index = leader.get("/bao-cao/").content.decode()
        assert "áp dụng cho các kỳ đến hết ngày 30/6/2025" in index
        assert "/bao-cao/II.06a/?from=2025-01-01&amp;to=2025-06-30" in index
        assert "Bộ phận một cửa" not in index.partition("<main")[2]
        gone = leader.get("/bao-cao/II.06a/?from=2026-07-01&to=2026-09-30")
        assert gone.status_code == 404
        assert "30/06/2025" in gone.content.decode()
        assert leader.get("/bao-cao/II.06a/?period=2022-H1").status_code == 200
    with standing_at(datetime(2022, 6, 15, 1, tzinfo=UTC)):
        assert "đến hết ngày" not in leader.get("/bao-cao/").content.decode()
