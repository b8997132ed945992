"""A citizen with a browser, for the tests of the filing pages."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from thichinh.accounts.models import Account
from thichinh.dossiers.models import Draft
from thichinh.foundation.clock import ZONE

MONDAY = datetime(2022, 6, 13, 9, 0, tzinfo=ZONE)
CODE = "khai-sinh"
START = f"/nop-ho-so/{CODE}/"
PAPERS = f"{START}giay-to/"
REVIEW = f"{START}xem-lai/"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

ANSWERS = {
    "receiving_unit": "pho-an",
    "a-child_name": "Nguyễn Gia Hân",
    "a-child_birth_date": "1/6/2022",
    "a-child_sex": "female",
    "a-child_birth_place": "Bệnh viện thị xã Đức Phổ",
    "a-child_ethnicity": "Kinh",
    "a-mother_name": "Trần Thị Mẫu",
    "a-applicant_relation": "mother",
}


def signed_in(account_id: int | None) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=account_id))
    return client


def scan(name: str = "to khai.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def fill(client: Client, **changed: str) -> Any:
    """Step 1 with good answers, changed where a test says so."""
    said = {**ANSWERS, "do": "next"} | {k.replace("__", "-"): v for k, v in changed.items()}
    return client.post(START, said)


def add_papers(client: Client) -> Any:
    """Step 2 with both required papers."""
    files = {"paper-to-khai": scan(), "paper-chung-sinh": scan("chung sinh.pdf", PDF + b" ")}
    return client.post(PAPERS, {**files, "do": "next"})


def hidden(page: Any) -> dict[str, str]:
    """The key and stamp that the review page carries."""
    html = page.content.decode()
    found = re.findall(r'<input type="hidden" name="(key|stamp)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in found}


def file_whole(client: Client) -> str:
    """All three steps; the number of the dossier."""
    fill(client)
    add_papers(client)
    answer = client.post(REVIEW, hidden(client.get(REVIEW)))
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return str(answer["Location"].split("/")[2])


def only_draft() -> Draft:
    return Draft.objects.get()
