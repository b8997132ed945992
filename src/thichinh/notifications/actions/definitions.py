"""Texts are held against their kind when they are published."""

from __future__ import annotations

from thichinh.foundation.definitions import Kind
from thichinh.foundation.errors import Refused
from thichinh.foundation.models import DefinitionVersion
from thichinh.notifications.models.definition import NotificationTexts
from thichinh.notifications.rules import NOTIFICATION_KINDS, text_problems


def check_texts(row: DefinitionVersion, content: NotificationTexts) -> None:
    """Refuse texts that ask for what their kind does not give. Raises Refused, a line each."""
    problems = text_problems(NOTIFICATION_KINDS.get(content.code), content)
    if problems:
        raise Refused("; ".join(f"“{content.code}”, {problem}" for problem in problems))


TEXTS = Kind("notification", "notifications", NotificationTexts, check_texts, rank=60)
