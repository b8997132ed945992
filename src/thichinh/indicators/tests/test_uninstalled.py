"""What was counted by an app that is not installed any more stops nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from thichinh.foundation import definitions
from thichinh.foundation.errors import Missing
from thichinh.indicators.queries.catalogue import catalogue
from thichinh.indicators.tests.two_books import define, two_books


def test_the_other_indicators_and_files_go_on_and_what_is_missing_is_named(town: None) -> None:
    with two_books():
        define("van-ban-den", "letters.in")
        define("gap-doi", "van-ban-den + van-ban-den")
        assert "van-ban-den" in catalogue().indicators
    definitions.forget_cache()
    _forget()
    left = catalogue()
    assert not {"van-ban-den", "gap-doi"} & set(left.indicators)
    assert "online_pct" in left.indicators
    with pytest.raises(Missing, match=r"letters\.in"):
        left.indicator("van-ban-den")
    report = definitions.check(Path(settings.DEFINITIONS_ROOT))
    assert report.problems == []
    assert any("letters.in" in warning.message for warning in report.warnings)


def _forget() -> None:
    """A process that starts without the app has read no catalogue with it."""
    from thichinh.indicators.queries import catalogue as module

    module._parsed.clear()
