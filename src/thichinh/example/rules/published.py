"""The margins of a replay as what they are: figures that somebody published."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from thichinh.example.rules.margins import COUNTS, Margins, PeriodMargins
from thichinh.indicators.models.definition import PublishedDefinition

REPORT = "one-stop"


def statement_of(margins: Margins, unit_code: str) -> PublishedDefinition:
    """The published paper that a margins file stands for, about one unit."""
    first, last = margins.periods[0], margins.periods[-1]
    periods = [_period(period) for period in margins.periods]
    if margins.total_received_stated is not None and len(margins.periods) > 1:
        total = {"received_total": Decimal(margins.total_received_stated)}
        periods.append({"from": first.start, "to": last.end, "values": total})
    on = last.end + timedelta(days=1)
    return PublishedDefinition.model_validate(
        {
            "code": "demo-margins",
            "effective_from": on,
            "report": REPORT,
            "unit": unit_code,
            "title": "Số liệu một cửa đã công bố",
            "published_on": on,
            "issuer": margins.authority,
            "source": "Tệp biên của thị xã mẫu",
            "periods": periods,
        }
    )


def _period(period: PeriodMargins) -> dict[str, Any]:
    counts = {code: Decimal(getattr(period, code)) for code in COUNTS if code in period.stated}
    return {
        "name": period.label,
        "from": period.start,
        "to": period.end,
        "values": counts | dict(period.shares),
    }
