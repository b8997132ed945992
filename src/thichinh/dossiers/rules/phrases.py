"""Moments and acts as the town hall says them."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from thichinh.foundation.calendar import local_time
from thichinh.foundation.text import vn_date


def due_phrase(due_at: datetime) -> str:
    """'17:00 thứ Sáu, 17/6/2022'."""
    local = local_time(due_at)
    day = (
        _("thứ Hai"), _("thứ Ba"), _("thứ Tư"), _("thứ Năm"), _("thứ Sáu"), _("thứ Bảy"),
        _("Chủ nhật"),
    )[local.weekday()]  # fmt: skip
    return f"{local:%H:%M} {day}, {vn_date(local)}"


def spaced(secret: str) -> str:
    """A look-up code in two halves, as one reads it aloud: 'K7MB 2QXP'."""
    return f"{secret[:4]} {secret[4:]}".strip()
