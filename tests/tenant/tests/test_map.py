"""The list on a map: points, clusters, a bounded answer however many there are, and a way without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.tenant.models import Thing
from tests.tenant.tests.conftest import Find, official, page_of
from thichinh.accounts.models import Account

MAP, POINTS = "/do-that-lac/?format=map", "/do-that-lac/?format=points"
MANY = 100_000
_MORE = """
INSERT INTO lost_property_thing (number, unit_id, form_id, answers, kind, place_kind, value, state,
  revision, recorded_at, proof, latitude, longitude)
SELECT 'M-' || n, unit_id, form_id, answers, kind, place_kind, value, state, 1, recorded_at, '',
  14.6 + 0.4 * (n %% 317) / 317, 108.8 + 0.4 * (n %% 331) / 331
FROM lost_property_thing, generate_series(1, %s) n WHERE id = %s
"""


@pytest.fixture
def spots(find: Find) -> Thing:
    return find(spot="14.8123; 108.9567")


@pytest.fixture
def many(spots: Thing) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MORE, [MANY, spots.pk])


def features(client: Client, query: str = "") -> list[dict[str, Any]]:
    found = client.get(POINTS + query).json()["features"]
    assert isinstance(found, list)
    return found


def test_a_point_has_its_place_its_words_and_its_page(
    spots: Thing, find: Find, keeper: Account
) -> None:
    hidden = find()  # without a place
    (point,) = features(page_of(keeper))
    assert point["geometry"]["coordinates"] == [108.9567, 14.8123]
    assert point["properties"]["name"] == spots.number
    assert point["properties"]["url"] == f"/do-that-lac/{spots.number}/"
    page = page_of(keeper).get(MAP).content.decode()
    assert f'<a href="/do-that-lac/{spots.number}/">' in page
    assert hidden.number not in page
    assert "format=map" in page_of(keeper).get("/do-that-lac/").content.decode()


def test_who_may_not_see_a_thing_does_not_see_its_point(spots: Thing) -> None:
    assert features(page_of(official("lost-property-keeper", "pho-thanh"))) == []
    assert page_of(official("clerk")).get(MAP).status_code == 403
    assert Client().get(POINTS).status_code == 302


def test_a_hundred_thousand_points_are_a_bounded_answer(
    many: None, keeper: Account, django_assert_num_queries: Any
) -> None:
    client = page_of(keeper)
    client.get(MAP)
    with django_assert_num_queries(5):  # session, extent, clusters, kept views, bell
        page = client.get(MAP)
    with django_assert_num_queries(2):  # session, clusters: no point stands alone
        answer = client.get(f"{POINTS}&vung=108.7,14.5,109.3,15.1")
    found = answer.json()["features"]
    assert len(found) <= 14 * 14
    assert len(answer.content) < 60_000
    assert len(page.content) < 150_000
    assert page.context["count"] == MANY + 1


def test_clusters_lead_without_scripts_to_single_points(many: None, keeper: Account) -> None:
    client, query = page_of(keeper), ""
    for _step in range(20):
        page = client.get(MAP + query)
        found = page.context["features"]
        assert sum(1 for one in found if "box" in one["properties"]) <= 14 * 14
        boxes = [one["properties"]["url"] for one in found if "box" in one["properties"]]
        if not boxes:
            break
        assert boxes[0].replace("&", "&amp;") in page.content.decode()
        query = "&" + re.search("vung=[^&]+", boxes[0])[0]  # type: ignore[index]
    assert not boxes
    assert 0 < page.context["count"] <= 60


def test_many_in_one_place_are_a_cluster_and_the_first_of_them(many: None, keeper: Account) -> None:
    Thing.objects.filter(number__startswith="M-").update(latitude=14.7, longitude=108.9)
    found = features(page_of(keeper), "&vung=108.9,14.7,108.9,14.7")
    assert found[0]["properties"]["name"] == "100.000 điểm"
    assert len(found) == 61


@pytest.mark.parametrize("part", ["x", "1,2,3", "9,9,1,1", "nan,1,2,3", "-999,0,999,9"])
def test_a_part_of_the_world_that_is_none_is_said(part: str, spots: Thing, keeper: Account) -> None:
    answer = page_of(keeper).get(f"{POINTS}&vung={part}")
    assert answer.status_code == 422
    assert "Vùng bản đồ" in answer.content.decode()
