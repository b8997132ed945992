"""The texts of a kind: which slots they have, whether they fit the kind, and how they are filled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from thichinh.notifications.models.definition import NotificationTexts, Text, TextsOfLanguage
from thichinh.notifications.rules.kinds import NotificationKind

_SLOT = re.compile(r"\{\{(.*?)\}\}", re.S)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
SMS_LONGEST = 300
"""Characters before the slots are filled: five parts of 67, as Vietnamese letters are sent."""


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its slots filled; what is not given stays empty."""
    return _SLOT.sub(lambda slot: values.get(slot.group(1).strip(), ""), text)


def slots(text: str) -> list[str]:
    """The names in `{{ … }}`, as written."""
    return [found.strip() for found in _SLOT.findall(text)]


def chosen(content: NotificationTexts, language: str) -> TextsOfLanguage:
    """The texts in a language; Vietnamese where there are none."""
    return content.en if language == "en" and content.en is not None else content.vi


def text_problems(kind: NotificationKind | None, content: NotificationTexts) -> list[str]:
    """One Vietnamese sentence for everything that keeps these texts from being published."""
    if kind is None:
        return [f"không ứng dụng nào gửi loại thông báo “{content.code}”. Hãy xem lại code."]
    found = [
        f"vi: thiếu lời cho kênh {channel}."
        for channel in kind.channels
        if getattr(content.vi, channel) is None
    ]
    for language in ("vi", "en"):
        texts: TextsOfLanguage | None = getattr(content, language)
        if texts is not None:
            found += [f"{language}.{problem}" for problem in _problems_of(kind, texts)]
    return found


def _problems_of(kind: NotificationKind, texts: TextsOfLanguage) -> Iterator[str]:
    for channel in ("in_app", "email", "sms"):
        text: Text | None = getattr(texts, channel)
        if text is None:
            continue
        if channel != "in_app" and channel not in kind.channels:
            yield f"{channel}: loại thông báo này không gửi qua kênh ấy. Hãy bỏ phần này."
        elif channel == "sms":
            yield from _sms_problems(text)
        elif not text.subject:
            yield f"{channel}: thiếu subject."
        yield from _slot_problems(kind, channel, text)


def _sms_problems(text: Text) -> Iterator[str]:
    if text.subject:
        yield "sms: tin nhắn không có subject. Hãy bỏ dòng ấy."
    if len(text.text) > SMS_LONGEST:
        yield f"sms: dài {len(text.text)} ký tự; tin nhắn nhiều nhất {SMS_LONGEST} ký tự."


def _slot_problems(kind: NotificationKind, channel: str, text: Text) -> Iterator[str]:
    known = ", ".join(sorted(kind.names))
    for name in slots(f"{text.subject} {text.text}"):
        if not _NAME.fullmatch(name) or name not in kind.names:
            yield f"{channel}: không có biến “{name}”. Loại này dùng được: {known}."
        elif channel == "sms" and not kind.names[name]:
            yield (
                f"sms: biến “{name}” là thông tin riêng, không được viết trong tin nhắn. "
                "Người nhận xem nó sau khi đăng nhập."
            )
