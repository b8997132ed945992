"""The pages that the house has registered, as addresses that somebody can open by GET."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping

from thichinh.launcher.reference import routes

SKIPPED = ("/api/", "/ui/", "/suc-khoe/", "/dang-xuat/")
"""Programs' doors, the designers' living page, the health check, signing out."""
_PLACE = re.compile(r"<[^>]+>")
_HREF = re.compile(r'href="([^"]*\?[^"]+)"')

Opened = tuple[int, str, str]
"""Status, kind of content and text of an answer."""


def addresses(kinds: set[str], samples: Mapping[str, str]) -> list[str]:
    """The pages whose mark is one of `kinds` (`official` with or without a permission).

    Places in an address are filled from `samples`, whose keys are the pattern of a whole address or
    of one place; pages with a place that has no sample are left out.
    """
    found = []
    for route in routes():
        kind = route.access.partition(":")[0]
        if route.method != "page" or kind not in kinds or route.path.startswith(SKIPPED):
            continue
        address = route.path
        for place in _PLACE.findall(route.path):
            value = samples.get(route.path) or samples.get(place) or place
            address = address.replace(place, value)
        if "<" not in address:
            found.append(address)
    return found


def opened_by(wanted: list[str], get: Callable[[str], Opened], links: int) -> list[str]:
    """Those of the addresses that this viewer can open, each with the first `links` of its own tabs,
    filters and further pages.

    An answer that is not a page (a posted form's address, a file, a door that is shut) is left out.
    Raises RuntimeError where a page fails.
    """
    found: dict[str, None] = {}
    for address in wanted:
        text = _page(address, get)
        if text is None:
            continue
        found[address] = None
        for further in _further(address, text)[:links]:
            if _page(further, get) is not None:
                found[further] = None
    return list(found)


def _page(address: str, get: Callable[[str], Opened]) -> str | None:
    status, kind, text = get(address)
    if status >= 500:
        raise RuntimeError(f"{address}: {status}")
    return text if status == 200 and kind.startswith("text/html") else None


def _further(address: str, text: str) -> list[str]:
    """Links of a page to itself with other questions, in the order in which they stand."""
    seen: dict[str, None] = {}
    for link in map(html.unescape, _HREF.findall(text)):
        path, _, query = link.partition("?")
        if path in ("", address):
            seen[f"{address}?{query}"] = None
    return list(seen)
