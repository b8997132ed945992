"""Takes the pictures of the guides from the example town: `./thichinh pictures [ADDRESS]`.

Without an address a throw-away town is loaded and served first (two minutes); with one, a running
example town is looked at. Nothing is changed in it but one walk-in received at the counter.
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent / "pictures"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
PASSWORD = "thi-xa-mau-2022"  # of the example town, printed for everybody by `demo --accounts`
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


def main(arguments: list[str]) -> None:
    """Take every picture again."""
    FOLDER.mkdir(exist_ok=True)
    if arguments:
        take(arguments[0].rstrip("/"))
        return
    with served() as address:
        take(address)


def take(address: str) -> None:
    """All pictures from the town at this address."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        _citizen(browser, address)
        _clerk(browser, address)
        _officers(browser, address)
        browser.close()


def _citizen(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=NARROW)
    page.goto(f"{address}/tra-cuu/")
    _save(page, "tra-cuu-360")
    page = browser.new_page(viewport=WIDE)
    page.goto(f"{address}/dang-nhap/")
    _save(page, "dang-nhap")


def _clerk(browser: Browser, address: str) -> None:
    page = _signed_in(browser, address, "motcua.xa")
    page.goto(f"{address}/quay/")
    _save(page, "quay-trong")
    page.keyboard.type("khai sinh")
    page.locator("#procedure-options [role=option]").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Enter")
    page.locator("#p").wait_for()
    page.locator("#p").press_sequentially("nguyen thi")
    page.locator("#person-options [role=option]:not(.combo-new)").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.locator("#send").scroll_into_view_if_needed()
    _save(page, "quay-chon-nguoi")
    page.keyboard.press("Enter")
    page.locator("input[name=person]").wait_for(state="attached")
    page.keyboard.press("Control+Enter")
    page.locator(".receipt-number").wait_for()
    _save(page, "da-tiep-nhan")
    page.goto(f"{address}/viec/?ngan=all")
    _save(page, "hop-viec")


def _officers(browser: Browser, address: str) -> None:
    page = _signed_in(browser, address, "lanhdaophong")
    page.goto(f"{address}/ho-so/?ngan=open")
    page.locator("main tbody a[href^='/ho-so/']").first.click()
    page.wait_for_url("**/ho-so/*/")
    _save(page, "ho-so")
    page.goto(f"{address}/viec/ban-giao/")
    _save(page, "ban-giao")
    page.goto(f"{address}/so-cai/")
    _save(page, "so-cai")
    page = _signed_in(browser, address, "quantri")
    page.goto(f"{address}/quan-tri/tai-khoan/")
    _save(page, "tai-khoan")


def _signed_in(browser: Browser, address: str, username: str) -> Page:
    page = browser.new_page(viewport=WIDE)
    page.goto(f"{address}/dang-nhap/")
    page.locator("input[name=identifier]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("input[name=password]").press("Enter")
    return page


def _save(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / f"{name}.png")


@contextmanager
def served() -> Iterator[str]:
    """The example town of a database that may be thrown away, behind the real web server."""
    program = [sys.executable, "-m", "thichinh.launcher.cli"]
    subprocess.run([*program, "prepare"], check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = os.environ | {"THICHINH_PORT": str(port), "THICHINH_ADDRESS": "127.0.0.1"}
    web = subprocess.Popen([sys.executable, "-m", "thichinh.launcher.web"], env=environment)
    try:
        _wait(port, web)
        yield f"http://127.0.0.1:{port}"
    finally:
        web.terminate()
        web.wait(20)


def _wait(port: int, web: subprocess.Popen[bytes]) -> None:
    patience, beat = time.monotonic() + 60, threading.Event()
    while time.monotonic() < patience and web.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/suc-khoe/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            beat.wait(0.2)
    raise SystemExit("the web server did not answer")


if __name__ == "__main__":
    main(sys.argv[1:])
