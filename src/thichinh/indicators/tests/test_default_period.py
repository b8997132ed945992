"""Who does not say which period gets the half-year a report would now be about."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from thichinh.accounts.models import Unit
from thichinh.foundation.calendar import Period
from thichinh.foundation.clock import ZONE, standing_at
from thichinh.indicators.queries.default_period import default_period
from thichinh.indicators.tests.small_town import SECOND, lose_two

pytestmark = pytest.mark.django_db


def chosen(day: str, unit: str = "duc-pho") -> Period:
    place = Unit.objects.get(code=unit)
    with standing_at(datetime.fromisoformat(day).replace(tzinfo=ZONE)):
        return default_period(unit, place.pk, ["dossiers"])


@pytest.mark.parametrize("day", ["2022-05-16", "2022-06-14", "2022-06-25", "2022-11-10"])
def test_it_is_the_half_year_just_closed_or_about_to_close(town: None, day: str) -> None:
    lose_two()
    assert chosen(day) == SECOND


def test_where_nothing_arrived_it_is_what_was_published_last(town: None) -> None:
    assert chosen("2026-11-24") == SECOND
    assert chosen("2026-11-24", "pho-an") == Period.between(date(2026, 6, 15), date(2026, 12, 14))
