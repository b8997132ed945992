"""A citizen files online: interrupted and resumed, with a lost connection, and without scripts."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Window
from thichinh.accounts.models import Account
from thichinh.dossiers.models import Dossier, Draft
from thichinh.stocks import actions as stocks

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 200_000
START = "/nop-ho-so/khai-sinh/"
FIRST_LOAD = 100_000


def pdf(name: str, content: bytes = PDF) -> dict[str, object]:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def type_answers(page: Page) -> None:
    for name, text in (
        ("child_birth_date", "1/6/2022"),
        ("child_birth_place", "Bệnh viện Đặng Thùy Trâm, thị xã Đức Phổ"),
        ("child_ethnicity", "Kinh"),
        ("mother_name", "Võ Thị Sương Mai"),
    ):
        page.fill(f"[name='a-{name}']", text)
    page.check("[name='a-child_sex'][value=female]")
    page.check("[name='a-applicant_relation'][value=mother]")


def test_a_draft_interrupted_on_one_machine_is_finished_on_another(
    visitor: Callable[..., Window], citizen: Account
) -> None:
    first = visitor(width=360)
    first.go(START)
    first.sign_in("051190000077")
    page = first.page
    expect(page).to_have_url(first.address + START)
    first.check()
    expect(page.locator("[name=receiving_unit]")).to_have_value("pho-an")
    expect(page.locator("[name='a-father_name']")).to_be_hidden()
    page.fill("[name='a-child_name']", "Nguyễn Gia Hân")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Đã lưu lúc")
    page.context.close()  # the battery is empty

    second = visitor()
    second.go("/ho-so-cua-toi/")
    second.sign_in("051190000077")
    page = second.page
    second.check()
    page.get_by_role("link", name="Điền tiếp").click()
    expect(page.locator("main")).to_contain_text("Bạn đang điền dở từ")
    expect(page.locator("[name='a-child_name']")).to_have_value("Nguyễn Gia Hân")
    page.get_by_role("button", name="Tiếp tục: thêm giấy tờ").click()
    expect(page.locator(".error-summary")).to_be_focused()
    second.check()
    type_answers(page)
    page.check("[name='a-father_known']")
    page.fill("[name='a-father_name']", "Nguyễn Văn Cha")
    page.get_by_role("button", name="Tiếp tục: thêm giấy tờ").click()

    page.set_input_files("#paper-to-khai", [pdf("tờ khai.pdf")])
    expect(page.locator(".file-list")).to_contain_text("tờ khai.pdf")
    wrong = {"name": "ảnh.pdf", "mimeType": "application/pdf", "buffer": b"not a pdf"}
    page.set_input_files("#paper-chung-sinh", [wrong])
    expect(page.locator(".error-summary")).to_contain_text("Chỉ nhận tệp PDF")
    second.check()
    page.set_input_files(
        "#paper-chung-sinh", [{"name": "giấy.png", "mimeType": "image/png", "buffer": PNG}]
    )
    expect(page.locator(".file-list")).to_have_count(2)
    page.get_by_role("button", name="Tiếp tục: xem lại").click()

    expect(page.locator("main")).to_contain_text("Nguyễn Văn Cha")
    second.check()
    page.evaluate(
        "() => { const b = document.querySelector('main form[data-once] .btn-primary');"
        " b.click(); b.click(); }"
    )
    expect(page.locator("h1")).to_have_text("Đã nộp hồ sơ")
    second.check()
    page.reload()
    page.go_back()
    expect(page.locator("h1")).to_have_text("Đã nộp hồ sơ")

    dossier = Dossier.objects.get()
    expect(page.locator(".sent-codes")).to_contain_text(dossier.number)
    assert dossier.answers["father_name"] == "Nguyễn Văn Cha"
    assert not Draft.objects.exists()
    assert stocks.prove().differences == []


def test_the_whole_way_without_scripts(visitor: Callable[..., Window], citizen: Account) -> None:
    window = visitor(width=360, java_script_enabled=False)
    page = window.go("/")
    page.get_by_role("link", name="Đăng ký khai sinh").click()
    page.get_by_role("link", name="Nộp trực tuyến").click()
    window.sign_in("051190000077")
    page.fill("[name='a-child_name']", "Nguyễn Gia Hân")
    page.get_by_role("button", name="Lưu nháp").click()
    expect(page.locator("main")).to_contain_text("Đã lưu nháp lúc")
    page.get_by_role("button", name="Tiếp tục: thêm giấy tờ").click()
    expect(page.locator(".error-summary")).to_contain_text("Họ và tên mẹ")
    type_answers(page)
    page.get_by_role("button", name="Tiếp tục: thêm giấy tờ").click()
    for paper in ("to-khai", "chung-sinh"):
        page.set_input_files(f"#paper-{paper}", [pdf(f"{paper}.pdf", PDF + paper.encode())])
        page.locator(f"section:has(#paper-{paper})").get_by_role("button", name="Tải lên").click()
    page.get_by_role("button", name="Tiếp tục: xem lại").click()
    page.get_by_role("button", name="Nộp hồ sơ", exact=True).click()
    expect(page.locator("h1")).to_have_text("Đã nộp hồ sơ")
    page.reload()
    dossier = Dossier.objects.get()

    anybody = visitor(java_script_enabled=False)
    page = anybody.go(f"/tra-cuu/?so={dossier.number}")
    page.fill("[name=secret]", f"{dossier.secret[:4]} {dossier.secret[4:]}".lower())
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.locator(".told")).to_contain_text("Đã gửi, chờ tiếp nhận")


def test_public_pages_are_light_and_for_everybody(
    visitor: Callable[..., Window], citizen: Account
) -> None:
    for width in (1280, 360):
        window = visitor(width=width)
        for path in ("/", "/tra-cuu/"):
            window.go(path)
            window.check()
        window.go(START)
        window.sign_in("051190000077")
        for path in (START, "/ho-so-cua-toi/"):
            assert first_load(window, path) <= FIRST_LOAD
            window.check()


def first_load(window: Window, path: str) -> int:
    """Bytes of a page and all it asks for, as the web server sends them (gzip at its weakest)."""
    total = 0
    with window.page.expect_response(window.address + path) as answer:
        window.go(path)
    total += len(gzip.compress(answer.value.body(), 6))
    names = window.page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    for name in {name.split("#")[0] for name in names if "/static/" in name}:
        file = Path(settings.ASSETS_ROOT) / name.split("/static/", 1)[1]
        packed = file.with_name(file.name + ".gz")
        total += (packed if packed.exists() else file).stat().st_size
    return total
