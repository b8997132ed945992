"""A citizen's text survives tabs, sessions and neighbours at the same computer."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import PASSWORD, Window
from thichinh.accounts.models import Account
from thichinh.dossiers.models import Draft

START = "/nop-ho-so/khai-sinh/"
CHILD = "[name='a-child_name']"
STATUS = "[data-autosave-status]"


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate("Object.keys(sessionStorage)")
    return [key for key in found if key.startswith("draft:")]


def signed_in(visitor: Callable[..., Window]) -> Window:
    window = visitor()
    window.go(START)
    window.sign_in("051190000077")
    return window


def lost(route: Route) -> None:
    """Nothing that is sent arrives."""
    if route.request.method == "POST":
        route.abort()
    else:
        route.fallback()


def test_the_copy_stays_until_the_next_step_has_come(
    visitor: Callable[..., Window], citizen: Account
) -> None:
    window = signed_in(visitor)
    page = window.page
    page.route("**/nop-ho-so/**", lost)
    page.fill(CHILD, "Nguyễn Gia Hân")
    page.get_by_role("button", name="Lưu nháp").click()
    page.wait_for_timeout(500)
    page.unroute("**/nop-ho-so/**")
    window.go(START)
    expect(page.locator(CHILD)).to_have_value("Nguyễn Gia Hân")
    expect(page.locator(STATUS)).to_contain_text("Đã lưu lúc")
    assert kept(page) == []


def test_signing_in_again_in_another_tab_does_not_stop_this_one(
    visitor: Callable[..., Window], citizen: Account
) -> None:
    window = signed_in(visitor)
    page = window.page
    other = page.context.new_page()
    page.context.clear_cookies()
    other.goto(window.address + "/dang-nhap/")
    other.fill("[name=identifier]", "051190000077")
    other.fill("[name=password]", PASSWORD)
    other.click("main form button.btn-primary")
    other.wait_for_url(lambda url: "/dang-nhap/" not in url)
    page.fill(CHILD, "Nguyễn Gia Hân")
    expect(page.locator(STATUS)).to_contain_text("Đã lưu lúc")
    assert Draft.objects.get().answers["child_name"] == "Nguyễn Gia Hân"
    page.get_by_role("button", name="Lưu nháp").click()
    expect(page.locator("main")).to_contain_text("Đã lưu nháp lúc")


def test_the_next_person_at_the_computer_gets_nothing_of_the_first(
    visitor: Callable[..., Window], citizen: Account
) -> None:
    window = signed_in(visitor)
    page = window.page
    page.route("**/luu/", lost)
    page.fill(CHILD, "Nguyễn Gia Hân")
    expect(page.locator(STATUS)).to_contain_text("giữ trên máy này")
    assert len(kept(page)) == 1
    page.evaluate("sessionStorage.setItem('draft:0:/x/', '{}')")  # another account's
    window.go("/ho-so-cua-toi/")
    assert kept(page) == [f"draft:{citizen.pk}:{START}luu/"]
    page.locator("form[action='/dang-xuat/'] button").first.click()
    page.wait_for_load_state()
    assert kept(page) == []


def test_a_large_file_is_refused_at_its_paper_and_the_old_refusal_goes(
    visitor: Callable[..., Window], citizen: Account
) -> None:
    window = signed_in(visitor)
    page = window.page
    page.fill(CHILD, "Nguyễn Gia Hân")
    page.get_by_role("button", name="Lưu nháp").click()
    window.go(f"{START}giay-to/")
    wrong = {"name": "ảnh.pdf", "mimeType": "application/pdf", "buffer": b"not a pdf"}
    page.set_input_files("#paper-to-khai", [wrong])
    expect(page.locator(".error-summary")).to_contain_text("Chỉ nhận tệp PDF")
    page.evaluate(
        "() => { const sack = new DataTransfer();"
        " sack.items.add(new File([new Uint8Array(20_500_000)], 'to.pdf'));"
        " const input = document.querySelector('#paper-to-khai'); input.files = sack.files;"
        " input.dispatchEvent(new Event('change', { bubbles: true })); }"
    )
    expect(page.locator("form:has(#paper-to-khai)")).to_contain_text("lớn hơn 20 MB")
    expect(page.locator(".error-summary")).to_have_count(0)
    expect(page.locator("#paper-to-khai_error")).to_have_count(0)
    window.check()
