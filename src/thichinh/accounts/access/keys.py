"""The keys that parts, verbs and pages ask for are held against those that apps contribute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver

from thichinh.accounts.rules.permissions import PERMISSIONS
from thichinh.foundation.contributions import contributed


def check_keys(**_options: Any) -> list[CheckMessage]:
    """A system check: a key that nobody contributes can be given to nobody, and what asks for it
    would never be seen."""
    known = [permission.code for permission in PERMISSIONS]
    found: list[CheckMessage] = []
    for asking, code in sorted({*_of_parts(), *_of_pages(get_resolver().url_patterns, "/")}):
        if code in PERMISSIONS:
            continue
        near = get_close_matches(code, known, n=1)
        found.append(
            Error(
                f"{asking} cần quyền {code!r}, mà không ứng dụng nào góp quyền ấy."
                + (f" Có phải {near[0]!r} không?" if near else ""),
                hint=f"{asking} asks for the permission {code!r}, and no app contributes it."
                + (f" Is it {near[0]!r}?" if near else ""),
                id="accounts.E101",
            )
        )
    return found


def _of_parts() -> Iterator[tuple[str, str]]:
    for owner, part in contributed():
        one = getattr(part, "permission", "")
        for code in {*([one] if one else []), *getattr(part, "permissions", ())}:
            yield f"{owner}: {type(part).__name__}", code


def _of_pages(patterns: Iterable[URLPattern | URLResolver], at: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        path = at + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _of_pages(pattern.url_patterns, path)
        elif code := getattr(getattr(pattern.callback, "access", None), "permission", None):
            yield path, code
