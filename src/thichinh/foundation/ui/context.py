"""What every page shell needs, lazily: nothing is computed for a fragment that does not ask."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from thichinh.foundation.clock import is_shifted, today
from thichinh.foundation.ui import shells
from thichinh.foundation.ui.counters import counted
from thichinh.foundation.ui.nav import NavGroup, flat, navigation


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `nav` (groups), `nav_links` (flat), `counters` (what waits, counted only
    where it is drawn).

    `home_url` is where the reader's work begins, `search_box` the list they may search (or None),
    `key_hints` what keys do on the pages of apps, `public_links` and `footer_notes` what apps put on
    the public site.
    `error_shell` is the shell of who met an error; `example_day` is the date on the example town's
    own clock; None in a town of our time.
    """

    def groups() -> tuple[NavGroup, ...]:
        return navigation(getattr(request, "actor", None), request.path)

    def links() -> tuple[shells.Link, ...]:
        return shells.public_links(
            bool(getattr(getattr(request, "actor", None), "is_signed_in", False))
        )

    return {
        "home_url": SimpleLazyObject(lambda: _home(groups())),
        "search_box": SimpleLazyObject(lambda: shells.search_box(getattr(request, "actor", None))),
        "key_hints": SimpleLazyObject(lambda: shells.key_hints(getattr(request, "actor", None))),
        "public_links": SimpleLazyObject(links),
        "footer_notes": shells.FOOTER_NOTES,
        "nav": SimpleLazyObject(groups),
        "counters": lambda: counted(getattr(request, "actor", None)),
        "nav_links": SimpleLazyObject(lambda: flat(groups())),
        "error_shell": lambda: _error_shell(request),
        "example_day": today() if is_shifted() else None,
    }


def _home(groups: tuple[NavGroup, ...]) -> str:
    """The first page of an official's navigation; the front page for everybody else."""
    links = flat(groups)
    return links[0].url if links else "/"


def _error_shell(request: HttpRequest) -> str:
    """An official who meets an error keeps the navigation of officials."""
    is_official = getattr(getattr(request, "actor", None), "is_official", False)
    return "ui/base.html" if is_official else "ui/public.html"
