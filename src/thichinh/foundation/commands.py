"""The edge of the command line: the one mapping of domain errors to sentences and exit statuses."""

from __future__ import annotations

from thichinh.foundation.errors import DomainError, Refused


def sentence(error: DomainError) -> str:
    """What a person at the terminal reads: the message, then one line per wrong field."""
    lines = [f"✗ {error.message}"]
    if isinstance(error, Refused):
        lines += [
            f"  {field}: {text}" for field, text in error.fields.items() if text != error.message
        ]
    return "\n".join(lines)
