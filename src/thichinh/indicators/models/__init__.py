"""Facts of the indicator engine: published statements and frozen values."""

from __future__ import annotations

from thichinh.indicators.models.published import PublishedValue
from thichinh.indicators.models.snapshot import IndicatorValue, Snapshot

__all__ = ["IndicatorValue", "PublishedValue", "Snapshot"]
