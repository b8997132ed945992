"""Every word of a verb is said in both languages, or the house does not start."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from django.core.checks import CheckMessage, Error
from django.utils.functional import Promise
from django.utils.translation import override

from thichinh.foundation.acts.declaring import VERBS, Verb

_MARKS = re.compile("[À-ỹ]")
"""Letters that only Vietnamese has here: such a word is to be said in English too."""


def untranslated(verbs: Iterable[Verb[Any, Any]]) -> list[str]:
    """A sentence for every word of the verbs that English readers would meet in Vietnamese."""
    return [error.hint or "" for error in _errors(verbs)]


def _errors(verbs: Iterable[Verb[Any, Any]]) -> list[Error]:
    found = []
    for verb in verbs:
        for name, words in _words(verb):
            with override("vi"):
                vietnamese = str(words)
            with override("en"):
                english = str(words)
            if _MARKS.search(vietnamese) and english == vietnamese:
                found.append(
                    Error(
                        f"Việc {verb.audit_action} chưa có tiếng Anh cho {name} “{vietnamese}”: đặt "
                        "chữ ấy trong gettext_lazy, chạy ./thichinh messages --write rồi dịch.",
                        hint=f"The verb {verb.audit_action} has no English for its {name} "
                        f"“{vietnamese}”: put it into gettext_lazy, then ./thichinh messages --write "
                        "and translate.",
                        id="acts.E001",
                    )
                )
    return found


def check_words(**_options: Any) -> list[CheckMessage]:
    """Django's system check: `./thichinh run` asks it before it starts."""
    return [*_errors(VERBS)]


def _words(part: Any, name: str = "") -> Iterator[tuple[str, str | Promise]]:
    if isinstance(part, str | Promise):
        yield name, part
    elif isinstance(part, tuple):
        for one in part:
            yield from _words(one, name)
    elif is_dataclass(part):
        for one in fields(part):
            yield from _words(getattr(part, one.name), f"{name} {one.name}".strip())
