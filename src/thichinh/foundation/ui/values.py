"""Values as they are shown: Vietnamese numbers, money and dates, '—' for what is not there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from thichinh.foundation.calendar import local_time
from thichinh.foundation.heads import AtLeast
from thichinh.foundation.text import vn_date, vn_datetime, vn_money, vn_number, vn_percent

DASH = "—"
# Templates hand over "" for a variable that is not there.
Amount = int | float | Decimal | Literal[""] | None


def vietnamese(words: Any) -> Any:
    """Words that stay Vietnamese (names of offices, procedures, laws) say so in another language.

    For text between tags; an `<option>` or another whole element takes `{% vi_lang %}`.
    """
    if not words or is_vietnamese():
        return words
    return format_html('<span lang="vi">{}</span>', words)


def own_words(thing: Any, field: str = "") -> Any:
    """The name or title of a definition in the reader's language, else marked as Vietnamese.

    `field` names another Vietnamese wording to prefer, such as a short title.
    """
    said = (getattr(thing, field, "") if field else "") or _either(thing, "name", "title")
    if is_vietnamese():
        return said
    return _either(thing, "name_en", "title_en") or vietnamese(said)


def joined(parts: Iterable[Any], by: str = ", ") -> SafeString:
    """A line of parts, some of which may be marked as Vietnamese."""
    line = format_html_join(by, "{}", [(part,) for part in parts if part])
    # One element, for a heading that sets its children apart.
    return line if is_vietnamese() else format_html("<span>{}</span>", line)


def is_vietnamese() -> bool:
    """Whether the page is in Vietnamese."""
    return (get_language() or "vi").startswith("vi")


def _either(thing: Any, *names: str) -> str:
    return next((str(said) for name in names if (said := getattr(thing, name, ""))), "")


def number(value: Amount, places: int = 0) -> str:
    """21003 -> '21.003'; 98.33 with two places -> '98,33'; a count that was stopped -> '999+'."""
    if value is None or value == "":
        return DASH
    return vn_number(value, int(places)) + ("+" if isinstance(value, AtLeast) else "")


def percent(value: Amount, places: int = 2) -> str:
    """98.33 (already per cent) -> '98,33 %'."""
    return DASH if value is None or value == "" else vn_percent(value, int(places))


def money(value: Amount) -> str:
    """1500000000 -> '1.500.000.000 đồng'."""
    return DASH if value is None or value == "" else vn_money(value)


def signed(value: Amount, places: int = 0) -> str:
    """55 -> '+55', -55 -> '−55' (a real minus sign), 0 -> '0'."""
    if value is None or isinstance(value, str):
        return DASH
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{vn_number(value if value > 0 else -value, int(places))}"


def day(value: date | None) -> str:
    """An instant or a date -> '25/6/2022'."""
    return vn_date(value) if value else DASH


def moment(value: datetime | None) -> str:
    """An instant -> '10:42 25/6/2022'."""
    return vn_datetime(value) if value else DASH


def clock_time(value: datetime | None) -> str:
    """An instant -> '10:42'."""
    return f"{local_time(value):%H:%M}" if value else DASH


def time_tag(value: date | None) -> SafeString | str:
    """The same in a <time> element that machines read too."""
    if not value:
        return DASH
    words = vn_datetime(value) if isinstance(value, datetime) else vn_date(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


def or_dash(value: Any) -> Any:
    return DASH if value is None or value == "" else value
