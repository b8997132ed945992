"""The edge of the command line: the one mapping of domain errors to sentences and exit statuses."""

from __future__ import annotations

from datetime import date

from thichinh.foundation.errors import DomainError, Refused


def sentence(error: DomainError) -> str:
    """What a person at the terminal reads: the message, then one line per wrong field."""
    lines = [f"✗ {error.message}"]
    if isinstance(error, Refused):
        lines += [
            f"  {field}: {text}" for field, text in error.fields.items() if text != error.message
        ]
    return "\n".join(lines)


def option_day(option: str, text: str) -> date:
    """The day given to an option. Raises Refused, teaching how a command takes days."""
    from thichinh.foundation.text import parse_vn_date  # the launcher imports us before Django

    try:
        return parse_vn_date(text)
    except Refused as error:
        raise Refused(
            f"{option}: “{text}” không phải ngày có thật. Viết NĂM-THÁNG-NGÀY, ví dụ 2021-12-15."
        ) from error
