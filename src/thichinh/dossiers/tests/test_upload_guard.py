"""Nothing of a file is kept where no page takes one, nor of somebody who is not signed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client

from thichinh.accounts.actions import create_token
from thichinh.accounts.models import Account
from thichinh.accounts.rules import Actor
from thichinh.dossiers.models import Attachment
from thichinh.dossiers.tests.filing import MONDAY, PAPERS, PDF, fill, scan, signed_in
from thichinh.foundation import uploads
from thichinh.foundation.clock import standing_at

pytestmark = pytest.mark.django_db
MB = 1024 * 1024


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with standing_at(MONDAY):
        yield


@pytest.fixture
def spooled(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files whose content was written to the disk while a form was read."""
    names: list[str] = []
    write = TemporaryFileUploadHandler.receive_data_chunk

    def noted(self: TemporaryFileUploadHandler, data: bytes, start: int) -> None:
        names.append(self.file_name or "")
        write(self, data, start)

    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", noted)
    return names


def heavy(name: str = "nang.pdf", size: int = 3 * MB) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF + b"x" * size, "application/pdf")


@pytest.mark.parametrize("path", ["/dang-nhap/", "/dang-ky/", "/tra-cuu/", "/khong-co/"])
def test_a_page_that_takes_no_files_reads_none(spooled: list[str], town: None, path: str) -> None:
    for file in (heavy(), scan()):
        answer = Client().post(path, {"identifier": "a", "file": file})
        assert answer.status_code == (404 if path == "/khong-co/" else 413)
    assert spooled == []
    said = Client().post("/dang-nhap/", {"file": heavy()}).content.decode()
    assert "quá lớn" in said


def test_the_api_answers_413_with_its_sentence(
    spooled: list[str], citizen_account: Account
) -> None:
    _, secret = create_token(citizen_account, "x")
    header = {"Authorization": f"Bearer {secret}"}
    wrong = Client().post("/api/v1/files", {"file": heavy(size=50 * MB)}, headers=header)
    assert (wrong.status_code, "quá lớn" in wrong.json()["message"]) == (413, True)
    assert spooled == []
    assert Client().post("/api/v1/files", {"file": scan()}, headers=header).status_code == 201


def test_the_running_count_stops_what_understates_its_length(
    citizen: Actor,
) -> None:
    browser = signed_in(citizen.account_id)
    fill(browser)
    with uploads.TAKES_FILES.lent(uploads.TakesFiles("dossiers:filing_papers", 100)):
        answer = browser.post(PAPERS, {"paper-to-khai": heavy(size=1000), "do": "stay"})
    assert answer.status_code == 413
    assert not Attachment.objects.exists()


def test_files_of_a_stranger_are_let_fall_and_the_form_is_still_carried(
    spooled: list[str], citizen: Actor
) -> None:
    browser = signed_in(citizen.account_id)
    fill(browser)
    browser.cookies.clear()
    answer = browser.post(PAPERS, {"paper-to-khai": heavy(), "do": "next"})
    assert answer.status_code == 401
    assert 'name="held"' in answer.content.decode()
    assert spooled == []
    assert signed_in(citizen.account_id).post(
        PAPERS, {"paper-to-khai": heavy(), "do": "stay"}
    ).status_code in (200, 302)
    assert Attachment.objects.count() == 1
    assert "nang.pdf" in spooled
