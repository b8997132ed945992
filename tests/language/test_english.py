"""English is complete: every word of the interface has it, and the public pages speak it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import trans_real

from thichinh.accounts.actions.accounts import open_account
from thichinh.accounts.models import RoleAssignment, Unit
from thichinh.accounts.queries import installation, own_authority
from thichinh.indicators.tests.small_town import lose_two
from thichinh.launcher import assets, messages
from thichinh.procedures.models import Procedure
from thichinh.procedures.queries.versions import fields

VIETNAMESE = re.compile(
    r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.I
)
SPOKEN = {"alt", "aria-label", "placeholder", "title"}
PUBLIC = ["/", "/thu-tuc/", "/dang-nhap/", "/dang-ky/", "/tra-cuu/"]
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}
NOT_OURS = ["Tiếng Việt"]  # the switch back names the language in its own words


class Words(HTMLParser):
    """What a page says: its text, and the attributes that are read aloud or shown."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(html)

    @property
    def _silent(self) -> bool:
        return any(silent for _tag, silent in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hear(tag, attrs)
        if tag not in VOID:
            self._open.append((tag, self._unspoken(tag, attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hear(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def _hear(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._silent and not self._unspoken(tag, attrs):
            self.said += [value for name, value in attrs if name in SPOKEN and value]

    @staticmethod
    def _unspoken(tag: str, attrs: list[tuple[str, str | None]]) -> bool:
        """Names that stay Vietnamese (a holiday of our calendar) say so, for who hears the page."""
        return tag in {"script", "style"} or ("lang", "vi") in attrs

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


OFFICIAL = [
    "/bao-cao/", "/bao-cao/one-stop/?period=2021", "/bao-cao/II.06a/?period=2021", "/chi-tieu/",
    "/chi-tieu/received_total/?period=2021", "/chi-tieu/in_progress_overdue/ho-so/?period=2021",
    "/so-cai/?day=1/6/2021", "/so-cai/can-doi/?start=15/12/2020&end=14/12/2021",
    "/so-cai/muc/?stock=overdue&day=1/12/2021", "/ho-so/", "/tong-quan/", "/viec/",
]  # fmt: skip


@pytest.mark.parametrize("address", OFFICIAL)
def test_what_stays_vietnamese_on_an_officials_page_says_so(
    town: None, english: Client, address: str
) -> None:
    """WCAG 3.1.2: names of procedures, offices and laws are read aloud as Vietnamese.

    The title of the window is left out: it has no room for a mark within its words.
    """
    place = Unit.objects.get(code="duc-pho")
    account = open_account("official", "Nguyen Van An", "x", unit=place)
    RoleAssignment.objects.create(
        account=account, role="town-leader", unit=place, valid_from=date(2020, 1, 1)
    )
    english.force_login(account)
    lose_two()
    response = english.get(address, SERVER_NAME="localhost")
    assert response.status_code == 200
    assert response.headers["Content-Language"] == "en"
    left = [
        said
        for said in Words(re.sub(r"<title>.*?</title>", "", response.content.decode())).said
        if _foreign(said, [own_authority().name, *NOT_OURS])
    ]
    assert left == []


def test_a_mistake_is_explained_in_english(town: None, english: Client) -> None:
    answered = english.post(
        "/dang-nhap/", {"identifier": "nobody", "password": "wrong"}, SERVER_NAME="localhost"
    )
    names = _names()
    assert [said for said in Words(answered.content.decode()).said if _foreign(said, names)] == []


def test_a_rule_refuses_in_english_on_a_page(town: None, english: Client) -> None:
    answered = english.post(
        "/dang-ky/",
        {
            "full_name": "Nguyen Van An",
            "identity_number": "051090000001",
            "phone": "0901234567",
            "password": "short",
        },
        SERVER_NAME="localhost",
    )
    said = Words(answered.content.decode()).said
    assert answered.status_code == 422
    assert any(s.startswith("A password needs at least 10 characters") for s in said)
    names = _names()
    assert [words for words in said if _foreign(words, names)] == []


def test_a_page_that_is_not_there_says_so_in_english(town: None, english: Client) -> None:
    answered = english.get("/thu-tuc/no-such/", SERVER_NAME="localhost")
    said = Words(answered.content.decode()).said
    names = _names()
    assert answered.status_code == 404
    assert any(words.startswith("There is no such procedure") for words in said)
    assert [words for words in said if _foreign(words, names)] == []


NO_TOKEN = {
    "en": "Sign in, or send a valid access key.",
    "vi": "Hãy đăng nhập, hoặc gửi kèm khoá truy cập còn hiệu lực.",
}


@pytest.mark.usefixtures("_compiled")
@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("en", "en"),
        ("en-GB,en;q=0.9,vi;q=0.8", "en"),
        ("fr, en;q=0.5", "en"),
        ("vi,en;q=0.9", "vi"),
        ("en;q=0", "vi"),
        ("en-GB", "vi"),
        ("*", "vi"),
        ("fr", "vi"),
        ("", "vi"),
        (None, "vi"),
    ],
)
def test_the_api_speaks_english_to_who_asks_for_it(
    town: None, client: Client, asked: str | None, spoken: str
) -> None:
    headers = {} if asked is None else {"accept-language": asked}
    answered = client.get("/api/v1/me", headers=headers)
    assert answered.json() == {"message": NO_TOKEN[spoken]}
    assert answered.headers["Content-Language"] == spoken
    assert "Accept-Language" in answered.headers["Vary"]


@pytest.mark.usefixtures("_compiled")
def test_a_language_chosen_on_the_pages_holds_for_the_api(town: None, client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "vi"
    answered = client.get("/api/v1/me", headers={"accept-language": "en"})
    assert answered.json() == {"message": NO_TOKEN["vi"]}


@pytest.mark.usefixtures("_compiled")
def test_the_api_explains_a_wrong_body_in_english(town: None, client: Client) -> None:
    answered = client.post(
        "/api/v1/tokens",
        {"identifier": 7},
        content_type="application/json",
        headers={"accept-language": "en"},
    )
    assert answered.status_code == 422
    assert answered.json()["message"] == "The data sent does not have the right shape."
    assert {"This must be text.", "This is missing."} >= set(answered.json()["errors"].values())


@pytest.mark.usefixtures("_compiled")
def test_the_api_refuses_in_english(town: None, client: Client) -> None:
    """A rule's own sentence, of a constant made before anybody asked for a language."""
    asked = {"number": "000.01.99.X99-210104-0001", "secret": "ABCDEFGH"}
    answered = client.get("/api/v1/tracking", asked, headers={"accept-language": "en"})
    assert answered.status_code == 404
    assert answered.json()["message"].startswith("No dossier has this number and look-up code.")
    answered = client.get("/api/v1/procedures/no-such", headers={"accept-language": "en"})
    assert answered.json()["message"].startswith("There is no such procedure")


def test_without_a_choice_the_page_is_vietnamese(town: None, client: Client) -> None:
    response = client.get("/dang-nhap/", SERVER_NAME="localhost", headers={"accept-language": "en"})
    assert "Đăng nhập" in response.content.decode()


def _names() -> list[str]:
    """What an authority wrote itself: its own name, units, fields, procedures. Longest first."""
    found = {*NOT_OURS, own_authority().name}
    found |= set(Unit.objects.values_list("name", flat=True))
    found |= set(Procedure.objects.values_list("name", flat=True))
    found |= {field.name for field in fields()}
    return sorted((" ".join(name.split()) for name in found), key=len, reverse=True)


def _foreign(said: str, names: list[str]) -> bool:
    for name in names:
        said = said.replace(name, "")
    return bool(VIETNAMESE.search(said))


@pytest.mark.usefixtures("_compiled")
def test_who_chose_nothing_is_spoken_to_in_the_language_of_the_authority(
    town: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/").headers["Content-Language"] == "vi"
    theirs = replace(own_authority(), language="en")
    monkeypatch.setattr(installation, "_kept", installation._Kept(theirs, read_at=float("inf")))
    assert client.get("/").headers["Content-Language"] == "en"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "vi"
    assert client.get("/").headers["Content-Language"] == "vi"
