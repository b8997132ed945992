"""People find a procedure however they type, and read what they must bring."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from thichinh.foundation.clock import standing_at
from thichinh.procedures import queries
from thichinh.procedures.models import Procedure
from thichinh.procedures.queries import CatalogueFilter

pytestmark = pytest.mark.usefixtures("town")
PAGE_QUERIES = 4
SHEET_QUERIES = 2


@pytest.fixture(autouse=True)
def _in_the_towns_time() -> Iterator[None]:
    with standing_at(datetime(2022, 6, 15, 1, tzinfo=UTC)):
        yield


def found(q: str, **more: Any) -> list[str]:
    return [row.code for row in queries.catalogue(CatalogueFilter(q, **more))]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("khai sinh", "khai-sinh"),
        ("KHAI SINH", "khai-sinh"),
        ("đăng ký khai tử", "khai-tu"),
        ("tu khai dang ky", "khai-tu"),
        ("khia sinh", "khai-sinh"),
        ("giay phep xay dung nha o", "gpxd-nha-o-rieng-le"),
        ("karaoce", "karaoke"),
        ("birth registration", "khai-sinh"),
        ("1.000656", "khai-tu"),
        ("tro choi dien tu", "tro-choi-dien-tu-cap-moi"),
        ("sổ đỏ", "cap-gcn-lan-dau"),
        ("xay nha", "gpxd-nha-o-rieng-le"),
    ],
)
def test_search_forgives(typed: str, first: str) -> None:
    assert first in found(typed)[:3]


def test_words_that_are_all_there_come_before_what_is_only_alike() -> None:
    codes = found("ho ngheo")
    assert codes[0] == "cong-nhan-ho-ngheo"
    assert found("khai sinh")[0] == "khai-sinh"


def test_nonsense_finds_nothing_and_odd_input_does_no_harm() -> None:
    assert found("xyzzy qwrtp") == []
    assert found("%_\\'\"()") is not None
    assert found("a " * 500) is not None


def test_likeness_adds_nothing_to_what_has_the_words() -> None:
    land = found("đất")
    assert {"cap-gcn-lan-dau", "tach-thua-hop-thua"} <= set(land)
    assert all(" dat" in row.search_name for row in Procedure.objects.filter(code__in=land))
    assert found("đất", field="ho-tich") == []


@pytest.mark.parametrize("typed", ["🙂", "…", "()"])
def test_what_holds_no_word_finds_nothing_and_the_page_says_so(client: Client, typed: str) -> None:
    assert found(typed) == []
    page = client.get("/thu-tuc/", {"q": typed}).content.decode()
    assert "Không tìm thấy thủ tục" in page


def test_filters_narrow_and_fields_are_counted_under_the_others() -> None:
    online = CatalogueFilter(online=True)
    assert len(queries.catalogue(online)) == 9
    counts = {item.code: item.count for item in queries.field_counts(online)}
    assert counts == {"ho-tich": 4, "ho-kinh-doanh": 3, "xay-dung": 2}
    chosen = CatalogueFilter(field="ho-tich", online=True)
    assert {i.code: i.count for i in queries.field_counts(chosen)} == counts
    assert {row.level for row in queries.catalogue(CatalogueFilter(level="district"))} == {
        "district"
    }


def test_the_catalogue_page_costs_the_same_however_much_it_shows(
    client: Client, django_assert_num_queries: Any
) -> None:
    client.get("/thu-tuc/")
    for url in ("/thu-tuc/", "/thu-tuc/?q=khai+sinh", "/thu-tuc/?field=ho-tich&page=2"):
        with django_assert_num_queries(PAGE_QUERIES):
            assert client.get(url).status_code == 200


def test_typing_gets_only_the_results(client: Client) -> None:
    page = client.get("/thu-tuc/?q=khai+sinh", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert 'id="results"' in page
    assert "/thu-tuc/khai-sinh/" in page


def test_nothing_found_says_what_to_do(client: Client) -> None:
    assert "Hãy thử ít chữ hơn" in client.get("/thu-tuc/?q=xyzzyqw").content.decode()


def test_a_procedure_page_tells_everything(client: Client, django_assert_num_queries: Any) -> None:
    client.get("/thu-tuc/khai-sinh/")
    with django_assert_num_queries(SHEET_QUERIES):
        page = client.get("/thu-tuc/khai-sinh/").content.decode()
    for words in ("Giấy chứng sinh", "trong ngày", "Không thu", "60/2014/QH13", "1.001193"):
        assert words in page
    assert "Nộp trực tuyến" in page


def test_an_older_version_is_shown_as_such(client: Client) -> None:
    page = client.get("/thu-tuc/ho-kinh-doanh-thanh-lap/?phien-ban=1").content.decode()
    assert "không áp dụng hôm nay" in page
    assert "78/2015/NĐ-CP" in page
    assert "/nop-ho-so/" not in page


@pytest.mark.parametrize("url", ["/thu-tuc/khong-co/", "/thu-tuc/khai-sinh/?phien-ban=9"])
def test_what_is_not_there_is_said_plainly(client: Client, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 404
    assert "procedure" not in answer.content.decode().split("<main")[1].split("</main>")[0]


def test_the_checklist_prints_each_paper_with_a_box(client: Client) -> None:
    page = client.get("/thu-tuc/khai-sinh/giay-to/").content.decode()
    assert page.count("☐") == 5


def test_a_reader_of_english_gets_the_english_name(client: Client) -> None:
    client.cookies["django_language"] = "en"
    assert "Birth registration" in client.get("/thu-tuc/khai-sinh/").content.decode()
    assert "Birth registration" in client.get("/thu-tuc/?q=birth").content.decode()


def test_programs_read_the_same_catalogue(client: Client) -> None:
    body = client.get("/api/v1/procedures?q=khai+sinh&size=1").json()
    assert (body["size"], len(body["items"])) == (1, 1)
    assert body["items"][0]["code"] == "khai-sinh"
    assert client.get("/api/v1/procedures?page=0").status_code == 422


def test_programs_read_the_form_and_its_schema(client: Client) -> None:
    body = client.get("/api/v1/procedures/khai-sinh").json()
    assert body["term"] == {"unit": "same_day", "amount": 0}
    schema = body["answers_schema"]
    assert "child_name" in schema["required"]
    assert "father_name" not in schema["required"]
    assert schema["properties"]["child_birth_date"]["format"] == "date"
    old = client.get("/api/v1/procedures/ho-kinh-doanh-thanh-lap?on=2021-01-03").json()
    assert old["version"] == 1
    assert client.get("/api/v1/procedures/khong-co").status_code == 404


def test_every_shipped_procedure_has_its_page(client: Client) -> None:
    for code in found(""):
        assert client.get(f"/thu-tuc/{code}/").status_code == 200, code
