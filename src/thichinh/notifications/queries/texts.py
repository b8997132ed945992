"""The words of a message: the texts it was written with, filled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from thichinh.accounts.queries import base_address, own_authority
from thichinh.foundation.definitions import all_current, content_of
from thichinh.foundation.text import one_line
from thichinh.notifications.models import Notification
from thichinh.notifications.rules import NOTIFICATION_KINDS, Channel, chosen, filled


@dataclass(frozen=True)
class Wording:
    """What is said; an SMS has no subject."""

    subject: str
    text: str


def wordless(on: date) -> Iterator[str]:
    """A sentence for each kind that has no texts on a day: it is told to nobody."""
    told = {texts.code for texts in all_current("notification", on)}
    for kind in NOTIFICATION_KINDS:
        if kind.code not in told:
            yield _(
                "Loại thông báo “%(code)s” (%(app)s) chưa có lời, nên không gửi được cho ai."
            ) % {
                "code": kind.code,
                "app": NOTIFICATION_KINDS.owner(kind.code),
            }


def text_of(row: Notification, channel: Channel | Literal["in_app"], language: str) -> Wording:
    """The text for a channel and language; the inbox's words where the channel has none."""
    texts = chosen(content_of(row.definition_id), language)
    text = getattr(texts, channel) or texts.in_app
    values = {**row.values, "authority": own_authority().name, "link": address_of(row)}
    return Wording(one_line(filled(text.subject, values)), filled(text.text, values).strip())


def address_of(row: Notification) -> str:
    """The whole address that opens what a message is about, for a reader outside."""
    return f"{base_address()}{row.link}"
