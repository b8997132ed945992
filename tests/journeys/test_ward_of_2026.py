"""A real ward of the two-level government: founded, set up on its first day, open for business."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.frontdoor.founding import PROGRAM, init
from thichinh.foundation.clock import ZONE
from thichinh.launcher import cluster
from thichinh.launcher.town import open_town

pytestmark = pytest.mark.slow
PASSWORD = "con trau an co ven song"
CODE = "99999"
ENDED = re.compile(r"\b(thị xã|thị trấn|huyện|Bộ phận Một cửa|Phòng Tư pháp)\b", re.IGNORECASE)
LAND = "gia-han-su-dung-dat"  # the district received and decided it until 30/6/2025


class Ward:
    """A ward that `init` founded, running at an address of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        given = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.folder = folder
        self.variables = given | {"THICHINH_DATA": str(folder), "THICHINH_PORT": str(port)}
        status, self.told = init(folder, self.variables)
        assert status == 0
        self.base = f"http://127.0.0.1:{port}"
        self.log = (folder / "run.log").open("w")
        command = [*PROGRAM, "run", "--port", str(port)]
        self.process = subprocess.Popen(command, env=self.variables, stderr=self.log)
        self._wait()

    def _wait(self) -> None:
        ready = httpx.HTTPTransport(retries=12)
        with httpx.Client(transport=ready, timeout=60) as client:
            while self.process.poll() is None:
                try:
                    if client.get(f"{self.base}/suc-khoe/").status_code == 200:
                        return
                except httpx.TransportError:
                    continue
        pytest.fail((self.folder / "run.log").read_text())

    def verb(self, *arguments: str) -> Any:
        """What a verb prints as JSON."""
        done = subprocess.run(
            [*PROGRAM, *arguments, "--format", "json"],
            env=self.variables, capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
        return json.loads(done.stdout)

    def close(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)
        self.log.close()
        cluster.destroy(cluster.describe(open_town(self.folder)))


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    made = Ward(tmp_path_factory.mktemp("ward") / "town")
    try:
        yield made
    finally:
        made.close()


class Browser:
    """Pages and their forms, as the IT officer meets them."""

    def __init__(self, base: str) -> None:
        self.client = httpx.Client(base_url=base, timeout=60, follow_redirects=True)

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def post(self, path: str, status: int = 200, **fields: str) -> str:
        """Fill in the form of a page: what it holds, changed by what is given."""
        page = self.get(path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        answer = self.client.post(
            path, data={"csrfmiddlewaretoken": token[1], **fields}, headers={"Referer": path}
        )
        assert answer.status_code == status, (path, answer.status_code, answer.text[-3000:])
        return answer.text


def _today() -> str:
    return f"{datetime.now(ZONE).date():%d/%m/%Y}"


def _set_up(ward: Ward) -> Browser:
    """The first day, page by page; everything is green at its end."""
    admin = Browser(ward.base)
    link = str(ward.told["link"]).partition(":")[2].partition("/mo-tai-khoan")[2]
    link = f"/mo-tai-khoan{link}"
    assert "thu.nguyen" in admin.get(link)
    assert "Ngày đầu" in admin.post(link, password=PASSWORD).partition("<h1")[2][:200]
    alone = admin.get("/quan-tri/don-vi/")
    assert re.search(r'name="first_day"[^>]*value="0?1/0?7/2025"', alone), "the ward's first day"
    assert admin.client.get(link).status_code == 404  # only once
    for name, kind, duties in (
        ("Phòng Kinh tế, Hạ tầng và Đô thị", "division", "tai-nguyen-moi-truong"),
        ("Trung tâm Phục vụ hành chính công phường Thử", "desk", ""),
        ("Tổ dân phố 1", "neighbourhood", ""),
    ):
        admin.post(
            "/quan-tri/don-vi/",
            name=name,
            kind=kind,
            parent=CODE,
            duties=duties,
            first_day=_today(),
        )
    again = {"name": "TỔ DÂN PHỐ 1", "kind": "neighbourhood", "parent": CODE, "duties": ""}
    twice = admin.post("/quan-tri/don-vi/", 422, **again, first_day=_today())
    assert "Đã có đơn vị tên này" in twice
    wrong = {"name": "Sở Bậy", "kind": "department", "parent": CODE, "duties": ""}
    refused = admin.post("/quan-tri/don-vi/", 422, **wrong, first_day=_today())
    assert "“Sở Bậy” (Sở) không thể nằm dưới" in refused
    page = admin.get("/quan-tri/tai-khoan/moi/")
    units = dict(re.findall(r'<option value="(\d+)"[^>]*>\s*([^<]+?)\s*</option>', page))
    unit_of = {name.strip(" –"): pk for pk, name in units.items()}
    desk = next(pk for name, pk in unit_of.items() if name.startswith("Trung tâm"))
    office = next(pk for name, pk in unit_of.items() if name.startswith("Phòng"))
    for username, role, unit in (
        ("quay", "clerk", desk),
        ("truongphong", "unit-leader", office),
        ("tonghop", "reporter", unit_of["Phường Thử"]),
    ):
        _hire(admin, username, role, unit)
    _choose(admin)
    week = dict.fromkeys(
        ("monday", "tuesday", "wednesday", "thursday", "friday"), "07:30-11:30, 13:30-17:00"
    )
    closed = admin.post(
        "/quan-tri/gio-lam-viec/", 422, first_day=_today(), special_kind="closure", monday=""
    )
    assert "ít nhất một buổi" in closed
    admin.post("/quan-tri/gio-lam-viec/", **week, first_day=_today(), special_kind="closure")
    head = {
        "agency": "Ủy ban nhân dân phường Thử", "symbol": "BC-UBND", "place": "Thử",
        "signer": "Chủ tịch", "organ_code": "000.01.53.X99",
    }  # fmt: skip
    admin.post("/quan-tri/tieu-de/", **head)
    assert "sẵn sàng nhận hồ sơ" not in admin.get("/quan-tri/ngay-dau/")  # nobody's identifier
    admin.post("/quan-tri/tieu-de/", **head, exercise="on")
    return admin


def _hire(admin: Browser, username: str, role: str, unit: str) -> None:
    """An account with a role, whose one-time password its owner replaces at the first sign-in."""
    page = admin.post(
        "/quan-tri/tai-khoan/moi/",
        display_name="Trần Văn Thử",
        username=username,
        unit=unit,
        title="",
    )
    secret = re.search(r"\b([a-z0-9]{4}(?:-[a-z0-9]{4}){3})\b", page)
    account = re.search(r"/quan-tri/tai-khoan/(\d+)/", page)
    assert secret is not None
    assert account is not None
    own = f"/quan-tri/tai-khoan/{account[1]}/"
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', admin.get(own))
    assert token is not None
    fields = {"role": role, "unit": unit, "include_subunits": "on", "valid_from": _today()}
    answer = admin.client.post(f"{own}vai-tro/", data={"csrfmiddlewaretoken": token[1], **fields})
    assert answer.status_code == 200, answer.text
    officer = Browser(str(admin.client.base_url).rstrip("/"))
    officer.post("/dang-nhap/", identifier=username, password=secret[1])
    officer.post("/tai-khoan/mat-khau/", old=secret[1], password=PASSWORD)


def _choose(admin: Browser) -> None:
    page = admin.get("/quan-tri/thu-tuc/")
    codes = re.findall(r'name="on\.([a-z0-9-]+)"', page)
    assert 80 < len(codes) < 96
    assert "khieu-nai-lan-dau-thi-xa" not in codes
    admin.post("/quan-tri/thu-tuc/", **{f"on.{code}": "1" for code in codes if code != "khai-tu"})


def _api(ward: Ward, username: str) -> httpx.Client:
    client = httpx.Client(base_url=f"{ward.base}/api/v1", timeout=60)
    token = client.post("/tokens", json={"username": username, "password": PASSWORD})
    assert token.status_code < 300, token.text
    client.headers["Authorization"] = f"Bearer {token.json()['token']}"
    return client


def _assert_nothing_speaks_of_what_ended(ward: Ward, admin: Browser) -> None:
    """Public pages, every procedure's page and the roles offered: two levels, and this ward's own desk."""
    visitor = Browser(ward.base)
    pages = [f"/thu-tuc/?page={n}" for n in range(1, 7)]
    found = {
        code for page in pages for code in re.findall(r"/thu-tuc/([a-z0-9-]+)/", visitor.get(page))
    }
    assert len(found) > 80
    assert found.isdisjoint({"khieu-nai-lan-dau-thi-xa", "giay-khen-thi-xa", "phi-nuoc-thai"})
    addresses = ["/", "/tra-cuu/", "/dang-nhap/", "/dang-ky/"]
    addresses += pages + [f"/thu-tuc/{code}/" for code in sorted(found)]
    for address in addresses:
        wrong = ENDED.search(visitor.get(address))
        assert wrong is None, (address, wrong)
    assert "Đến Trung tâm Phục vụ hành chính công phường Thử" in visitor.get("/")
    accounts = re.findall(r"/quan-tri/tai-khoan/\d+/", admin.get("/quan-tri/tai-khoan/?q=quay"))
    roles = "".join(admin.get(address) for address in set(accounts))
    assert "Lãnh đạo cơ quan" in roles
    assert ENDED.search(roles) is None


def test_a_ward_is_founded_set_up_and_serves_a_citizen(ward: Ward) -> None:
    admin = _set_up(ward)
    assert "sẵn sàng nhận hồ sơ" in admin.get("/quan-tri/ngay-dau/")
    assert "khai-tu" not in admin.get("/thu-tuc/?q=khai+tu").split("<main")[1]
    assert "UBND phường Thử" in admin.get("/thu-tuc/")
    _assert_nothing_speaks_of_what_ended(ward, admin)

    desk, leader = _api(ward, "quay"), _api(ward, "truongphong")
    papers = {
        paper["code"]: 1
        for paper in desk.get(f"/procedures/{LAND}").json()["papers"]
        if paper["required"]
    }
    received = desk.post(
        "/dossiers/received",
        json={
            "procedure": LAND,
            "receiving_unit": f"{CODE}.trung-tam-phuc-vu-hanh-chinh-cong-phuong-thu",
            "papers": papers,
            "applicant": {"full_name": "Lê Thị Dân"},
        },
        headers={"Idempotency-Key": "1"},
    )
    assert received.status_code == 201, received.text
    number = received.json()["number"]
    assert number.startswith("000.01.53.X99-")
    for client, verb, body in (
        (desk, "transfer", {}),
        (leader, "decide", {"granted": True}),
        (desk, "return", {}),
    ):
        done = client.post(f"/dossiers/{number}/{verb}", json=body)
        assert done.status_code == 200, (verb, done.text)

    day = datetime.now(ZONE).date().isoformat()
    report = ward.verb("report", "show", "one-stop", "--from", day, "--to", day)
    assert (report["received_new"], report["resolved"], report["in_progress"]) == (1, 1, 0)
    assert ward.verb("stocks", "prove")["balanced"] is True
