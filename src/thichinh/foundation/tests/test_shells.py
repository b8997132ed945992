"""What apps put into the shells: who is offered which search and which links, and who is not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from thichinh.foundation.ui import shells
from thichinh.foundation.ui.badges import Badge
from thichinh.foundation.ui.shells import PublicLink, SearchPlace, StateBadges


def may(*held: str) -> Any:
    return SimpleNamespace(may=lambda permission: permission in held)


@pytest.fixture(autouse=True)
def _only_these() -> Any:
    """Two searches and three links over pages that every installation has."""
    with (
        shells.SEARCH_PLACES.lent(
            SearchPlace(
                url_name="ui:living", label="Đèn", placeholder="Tên đèn", permission="lamp.see"
            ),
            SearchPlace(
                url_name="health",
                label="Kho",
                placeholder="Mã kho",
                permission="store.see",
                order=5,
            ),
        ),
        shells.PUBLIC_LINKS.lent(
            PublicLink(url_name="health", label="Cho khách", audience="visitor", order=1),
            PublicLink(url_name="ui:living", label="Của tôi", audience="signed_in", order=2),
        ),
    ):
        yield


def labels(is_signed_in: bool) -> list[str]:
    return [str(link.label) for link in shells.public_links(is_signed_in)]


def test_a_visitor_and_who_is_signed_in_are_shown_their_own_links() -> None:
    assert "Cho khách" in labels(is_signed_in=False)
    assert "Của tôi" not in labels(is_signed_in=False)
    assert "Của tôi" in labels(is_signed_in=True)
    assert "Cho khách" not in labels(is_signed_in=True)


def test_a_citizen_goes_to_the_first_page_of_their_own() -> None:
    assert shells.citizens_home() == reverse("ui:living")


def test_the_search_belongs_to_the_first_place_that_the_reader_may_search() -> None:
    both, one = shells.search_box(may("lamp.see", "store.see")), shells.search_box(may("lamp.see"))
    assert both is not None
    assert one is not None
    assert (both.label, one.label) == ("Kho", "Đèn")
    assert shells.search_box(may()) is None
    assert shells.search_box(None) is None


def test_a_state_is_shown_as_its_app_says_and_an_unknown_kind_is_named() -> None:
    with shells.STATE_BADGES.lent(StateBadges("lamp", {1: Badge("Sáng", "good")})):
        assert shells.badge_of("lamp", 1).words == "Sáng"
        with pytest.raises(KeyError, match="no StateBadges 'bell'"):
            shells.badge_of("bell", 1)
