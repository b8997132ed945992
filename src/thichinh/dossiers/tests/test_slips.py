"""The slips as a printer gets them: what they say, to whom they are given, the same bytes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from thichinh.accounts.models import Person, Unit
from thichinh.accounts.rules import Actor
from thichinh.dossiers import actions
from thichinh.dossiers.actions import Request
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.tests.conftest import NewOfficer
from thichinh.dossiers.tests.filing import MONDAY, file_whole, signed_in
from thichinh.foundation.clock import standing_at
from thichinh.procedures import queries as catalogue

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not list(Path(settings.ASSETS_ROOT).glob("fonts/Tinos*.ttf")), reason="fonts not built"
    ),
    pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext"),
]


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with standing_at(MONDAY):
        yield


@pytest.fixture
def received(commune_clerk: Actor, person: Person) -> Dossier:
    return receive(commune_clerk, person)


def receive(clerk: Actor, person: Person) -> Dossier:
    definition = catalogue.definition_for("khai-sinh").definition
    papers = {paper.code: 1 for paper in definition.papers if paper.required}
    asked = Request("khai-sinh", "pho-an", papers=papers)
    return actions.receive_dossier(clerk, asked, applicant_id=person.pk)


def printed(response: Any) -> str:
    """The text of a PDF answer, with runs of spaces made one."""
    assert response.status_code == 200, response.content[:500]
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("inline; filename=")
    run = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=response.content, capture_output=True, check=True
    )
    return " ".join(run.stdout.decode().split())


def size(response: Any) -> str:
    run = subprocess.run(
        ["pdfinfo", "-"], input=response.content, capture_output=True, check=True, text=False
    )
    return next(line for line in run.stdout.decode().splitlines() if line.startswith("Page size"))


def test_m01_says_everything_the_form_asks(received: Dossier, commune_clerk: Actor) -> None:
    answer = signed_in(commune_clerk.account_id).get(slip(received))
    words = printed(answer)
    for expected in (
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        f"Mã hồ sơ: {received.number}",
        f"{received.secret[:4]} {received.secret[4:]}",
        "Trần Văn Mẫu",
        "051090000001",
        "Đăng ký khai sinh",
        "Giấy chứng sinh",
        "Số lượng hồ sơ: 1 bộ",
        "09 giờ 00 phút, ngày 13 tháng 6 năm 2022",
        "17 giờ 00 phút, ngày 13 tháng 6 năm 2022",
        "quyển số: 2022",
        "Số thứ tự: 01",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
        "Nguyễn Thị Thử",
    ):
        assert expected in words, expected
    assert "A5" in size(answer) or "419.5" in size(answer)


def slip(dossier: Dossier) -> str:
    return f"/ho-so/{dossier.number}/giay-tiep-nhan.pdf"


def test_the_same_slip_is_the_same_bytes(received: Dossier, commune_clerk: Actor) -> None:
    client = signed_in(commune_clerk.account_id)
    first = client.get(slip(received)).content
    with standing_at(MONDAY + timedelta(hours=3)):
        assert client.get(slip(received)).content == first


def test_the_applicant_may_print_it_and_nobody_else(
    received: Dossier, citizen: Actor, stranger: Actor, clerk: Actor
) -> None:
    assert signed_in(citizen.account_id).get(slip(received)).status_code == 200
    assert signed_in(stranger.account_id).get(slip(received)).status_code == 404
    assert signed_in(clerk.account_id).get(slip(received)).status_code == 404
    assert Client().get(slip(received)).status_code == 302
    control = f"/ho-so/{received.number}/phieu-kiem-soat.pdf"
    assert signed_in(citizen.account_id).get(control).status_code == 403


def test_the_desk_that_took_it_in_prints_the_control_slip_of_what_an_office_decides(
    received: Dossier, commune_clerk: Actor
) -> None:
    office = Unit.objects.get(code="duc-pho.tu-phap")
    Dossier.objects.filter(pk=received.pk).update(unit=office)
    control = f"/ho-so/{received.number}/phieu-kiem-soat.pdf"
    assert signed_in(commune_clerk.account_id).get(control).status_code == 200


@pytest.fixture
def reporter(new_official: NewOfficer) -> Client:
    """Sees dossiers and looks after no person."""
    client = Client()
    client.force_login(new_official("reporter", "pho-an"))
    return client


def test_only_the_desk_and_the_applicant_print_the_look_up_code(
    received: Dossier, commune_clerk: Actor, citizen: Actor, specialist: Actor, leader: Actor
) -> None:
    code = f"{received.secret[:4]} {received.secret[4:]}"
    for actor in (commune_clerk, citizen):
        assert code in printed(signed_in(actor.account_id).get(slip(received)))
    for actor in (specialist, leader):
        words = printed(signed_in(actor.account_id).get(slip(received)))
        assert "051090000001" in words
        assert received.secret[:4] not in words


def test_who_may_not_see_people_prints_masked_numbers(received: Dossier, reporter: Client) -> None:
    words = printed(reporter.get(slip(received)))
    assert "Trần Văn Mẫu" in words
    assert "•••••••••001" in words
    assert "051090000001" not in words
    control = printed(reporter.get(f"/ho-so/{received.number}/phieu-kiem-soat.pdf"))
    book = printed(reporter.get("/so-theo-doi/so.pdf?desk=pho-an&nam=2022"))
    for words in (control, book):
        assert "Trần Văn Mẫu" in words
        assert "•••••••001" in words
        assert "0900000001" not in words


def test_looking_for_a_personal_number_needs_to_see_people(
    received: Dossier, reporter: Client, commune_clerk: Actor
) -> None:
    for typed in ("051090000001", "0900000001"):
        address = f"/ho-so/?q={typed}"
        assert received.number in signed_in(commune_clerk.account_id).get(address).content.decode()
        assert received.number not in reporter.get(address).content.decode()
    page = reporter.get("/ho-so/?q=tran van mau").content.decode()
    assert received.number in page


def test_before_acceptance_it_is_a_receipt_of_filing(citizen: Actor, commune_clerk: Actor) -> None:
    client = signed_in(citizen.account_id)
    number = file_whole(client)
    words = printed(client.get(f"/ho-so/{number}/giay-tiep-nhan.pdf"))
    assert "GIẤY XÁC NHẬN ĐÃ NỘP HỒ SƠ TRỰC TUYẾN" in words
    assert "HẸN TRẢ KẾT QUẢ" not in words
    actions.perform(commune_clerk, "accept", number)
    words = printed(client.get(f"/ho-so/{number}/giay-tiep-nhan.pdf"))
    assert "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ" in words
    assert "bản điện tử" in words


def test_a_refused_dossier_has_no_slip_of_reception(citizen: Actor, commune_clerk: Actor) -> None:
    client = signed_in(citizen.account_id)
    number = file_whole(client)
    actions.perform(commune_clerk, "refuse", number, reason="Ảnh mờ.")
    assert client.get(f"/ho-so/{number}/giay-tiep-nhan.pdf").status_code == 422


def test_m05_is_the_chain_of_hand_overs_with_lateness(
    received: Dossier, commune_clerk: Actor, leader: Actor
) -> None:
    number = received.number
    with standing_at(MONDAY + timedelta(minutes=30)):
        actions.perform(commune_clerk, "transfer", number)
    with standing_at(MONDAY + timedelta(days=1)):
        actions.perform(leader, "decide", number, granted=True)
        actions.perform(commune_clerk, "return", number)
    words = printed(signed_in(commune_clerk.account_id).get(f"/ho-so/{number}/phieu-kiem-soat.pdf"))
    for expected in (
        "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
        "Tên cơ quan",
        "1. Giao: Người nộp hồ sơ",
        "09 giờ 30 phút",
        "Đúng hạn",
        "Quá hạn",
    ):
        assert expected in words, expected


def test_m06_numbers_run_on_within_the_year(commune_clerk: Actor, person: Person) -> None:
    with standing_at(MONDAY - timedelta(days=60)):
        receive(commune_clerk, person)
    receive(commune_clerk, person)
    client = signed_in(commune_clerk.account_id)
    whole = printed(client.get("/so-theo-doi/so.pdf?desk=pho-an&nam=2022"))
    assert "SỔ THEO DÕI HỒ SƠ" in whole
    assert "Cộng: 2 hồ sơ" in whole
    june = printed(client.get("/so-theo-doi/so.pdf?desk=pho-an&nam=2022&phan=t6"))
    assert "Từ số 02 đến số 02" in june
    assert "Cộng: 1 hồ sơ" in june


def test_the_register_page_names_the_form_of_the_day(client: Client, reporter: Client) -> None:
    assert "Mẫu M06" in reporter.get("/so-theo-doi/?nam=2022").content.decode()
    with standing_at(datetime(2026, 10, 1, 1, tzinfo=UTC)):
        page = reporter.get("/so-theo-doi/?nam=2026").content.decode()
    assert "Mẫu số 07 của Thông tư 03/2025/TT-VPCP" in page


def test_the_register_page_offers_the_desks_one_may_see(
    received: Dossier, commune_clerk: Actor, citizen: Actor
) -> None:
    client = signed_in(commune_clerk.account_id)
    page = client.get("/so-theo-doi/?nam=2022&phan=q2").content.decode()
    assert "Số 1 đến 1 (PDF)" in page
    assert client.get("/so-theo-doi/?desk=duc-pho.mot-cua").status_code == 404
    assert client.get("/so-theo-doi/?nam=2090").status_code == 422
    assert client.get("/so-theo-doi/?phan=t13").status_code == 404
    assert signed_in(citizen.account_id).get("/so-theo-doi/").status_code == 403
