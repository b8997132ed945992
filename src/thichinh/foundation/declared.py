"""What apps declare is held against the code at start: pages, icons, folders, addresses of their own.

Each is a system check of Django: `./thichinh run` asks them before it prepares a database, and every
verb answered by a management command before it acts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.urls import (
    NoReverseMatch,
    Resolver404,
    URLPattern,
    URLResolver,
    get_resolver,
    reverse,
)

from thichinh.foundation.contributions import HouseApp, contributed
from thichinh.foundation.definitions.layers import FOLDERS
from thichinh.foundation.ui.assets import manifest

_SAMPLES = {"int": "1", "uuid": "00000000-0000-0000-0000-000000000000"}
"""What stands for a part of an address; any other converter takes a word."""
_PART = re.compile(r"<(?:(\w+):)?\w+>")


def check_apps(**_options: Any) -> list[CheckMessage]:
    """Whatever stands above the foundation is an app of the house: a plain AppConfig gives nothing."""
    found: list[CheckMessage] = []
    for config in apps.get_app_configs():
        if config.label == "foundation":
            break
        if not isinstance(config, HouseApp):
            found.append(
                Error(
                    f"{config.name}: lớp trong apps.py không dẫn xuất từ HouseApp, nên không có trang, "
                    "API hay phần góp nào của nó được nhận.",
                    hint=f"{config.name}: derive the class in apps.py from HouseApp; as it is, no page "
                    "and nothing that it contributes is taken.",
                    id="house.E001",
                )
            )
    return found


def check_pages(**_options: Any) -> list[CheckMessage]:
    """Every part that names a page names one that is there and needs no more than its name."""
    return [
        Error(
            f"{owner}: {type(part).__name__} nêu trang {name!r}, mà không có trang nào tên ấy mở được "
            "không cần tham số.",
            hint=f"{owner}: a {type(part).__name__} names the page {name!r}, and no page of that name "
            "opens without arguments.",
            id="house.E002",
        )
        for owner, part, name in _named("url_name")
        if not _opens(name)
    ]


def check_icons(**_options: Any) -> list[CheckMessage]:
    """Every icon that a part names is drawn; before the first build nothing is known of icons."""
    known = manifest().icons
    found: list[CheckMessage] = []
    for owner, part, name in _named("icon") if known else ():
        if name not in known:
            near = ", ".join(get_close_matches(name, known)) or ", ".join(sorted(known))
            found.append(
                Error(
                    f"{owner}: {type(part).__name__} nêu biểu tượng {name!r}, mà bộ biểu tượng không có. "
                    f"Hãy chọn: {near}.",
                    hint=f"{owner}: a {type(part).__name__} names the icon {name!r}, and the sprite does "
                    f"not have it. There are: {near}.",
                    id="house.E003",
                )
            )
    return found


def check_folders(**_options: Any) -> list[CheckMessage]:
    """The folders of definitions that apps bring are there."""
    return [
        Error(
            f"{FOLDERS.owner(one.path)}: không có thư mục định nghĩa {one.path}.",
            hint=f"{FOLDERS.owner(one.path)}: there is no folder of definitions {one.path}.",
            id="house.E004",
        )
        for one in FOLDERS
        if not one.path.is_dir()
    ]


def check_addresses(**_options: Any) -> list[CheckMessage]:
    """No app takes an address of another: the first that knows an address answers it."""
    return [
        Error(
            f"Địa chỉ /{address} của {owner} bị {taker} lấy mất: {taker} đứng trước và cũng nhận địa "
            "chỉ ấy. Hãy đổi địa chỉ trong urls.py của một bên.",
            hint=f"The address /{address} of {owner} is taken by {taker}, which stands before it and "
            "answers it too: change the address in the urls.py of one of them.",
            id="house.E005",
        )
        for address, owner, taker in taken(get_resolver().url_patterns)
    ]


def taken(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[tuple[str, str, str]]:
    """Each address that another app answers before its own: the address and the names of both."""
    before: list[URLPattern | URLResolver] = []
    for pattern in patterns:
        for address in _addresses(pattern, ""):
            sample = _PART.sub(lambda part: _SAMPLES.get(part[1] or "", "mau"), address)
            taker = next((one for one in before if _answers(one, sample)), None)
            if taker is not None:
                yield address, _owner(pattern), _owner(taker)
        before.append(pattern)


def _addresses(pattern: URLPattern | URLResolver, prefix: str) -> Iterator[str]:
    path = prefix + str(pattern.pattern)
    if isinstance(pattern, URLResolver):
        for one in pattern.url_patterns:
            yield from _addresses(one, path)
    else:
        yield path


def _answers(pattern: URLPattern | URLResolver, path: str) -> bool:
    try:
        return pattern.resolve(path) is not None
    except Resolver404:
        return False


def _owner(pattern: URLPattern | URLResolver) -> str:
    """The app whose addresses these are."""
    module = getattr(pattern, "urlconf_name", None)
    name = getattr(module, "__name__", "") or getattr(pattern.pattern, "_route", "")
    return str(name).removesuffix(".urls")


def _named(attribute: str) -> Iterator[tuple[str, Any, str]]:
    """Who contributes which part with which value of an attribute, where it has any."""
    for owner, part in contributed():
        value = getattr(part, attribute, "")
        if value:
            yield owner, part, value


def _opens(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True
