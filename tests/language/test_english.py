"""English is complete: every word of the interface has it, and the public pages speak it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import trans_real

from thichinh.accounts.models import Unit
from thichinh.config import messages
from thichinh.config.launcher import assets
from thichinh.procedures.models import Procedure
from thichinh.procedures.queries.versions import fields

VIETNAMESE = re.compile(
    r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.I
)
SPOKEN = {"alt", "aria-label", "placeholder", "title"}
PUBLIC = ["/", "/thu-tuc/", "/dang-nhap/", "/dang-ky/", "/tra-cuu/"]
NOT_OURS = ["Tiếng Việt"]  # the switch back names the language in its own words


class Words(HTMLParser):
    """What a page says: its text, and the attributes that are read aloud or shown."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Names that stay Vietnamese (a holiday of our calendar) say so, for who hears the page.
        self._silent = tag in {"script", "style"} or ("lang", "vi") in attrs
        self.said += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._silent:
            self.said.append(" ".join(data.split()))


@pytest.fixture(scope="module")
def _compiled() -> None:
    assets.compile_catalogues()
    trans_real._translations.clear()


@pytest.fixture
def english(_compiled: None, client: Client) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_every_word_of_the_interface_has_its_english() -> None:
    for state in messages.states():
        assert state.complete, f"{state.sentence()} (./thichinh messages --write)"


def test_an_english_word_asks_for_what_its_key_gives() -> None:
    assert [state.broken for state in messages.states()] == [[]]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_in_english_keeps_only_names_in_vietnamese(
    town: None, english: Client, address: str
) -> None:
    response = english.get(address, SERVER_NAME="localhost")
    assert response.status_code == 200
    assert response.headers["Content-Language"] == "en"
    names = _names()
    left = [said for said in Words(response.content.decode()).said if _foreign(said, names)]
    assert left == []


def test_a_mistake_is_explained_in_english(town: None, english: Client) -> None:
    answered = english.post(
        "/dang-nhap/", {"identifier": "nobody", "password": "wrong"}, SERVER_NAME="localhost"
    )
    names = _names()
    assert [said for said in Words(answered.content.decode()).said if _foreign(said, names)] == []


def test_without_a_choice_the_page_is_vietnamese(town: None, client: Client) -> None:
    response = client.get("/dang-nhap/", SERVER_NAME="localhost", headers={"accept-language": "en"})
    assert "Đăng nhập" in response.content.decode()


def _names() -> list[str]:
    """What an authority wrote itself: its own name, units, fields, procedures. Longest first."""
    found = {*NOT_OURS, settings.AUTHORITY_NAME}
    found |= set(Unit.objects.values_list("name", flat=True))
    found |= set(Procedure.objects.values_list("name", flat=True))
    found |= {field.name for field in fields()}
    return sorted((" ".join(name.split()) for name in found), key=len, reverse=True)


def _foreign(said: str, names: list[str]) -> bool:
    for name in names:
        said = said.replace(name, "")
    return bool(VIETNAMESE.search(said))
