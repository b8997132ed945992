"""What apps put into the shells of every page: search, public links, the words of the footer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from django.utils.functional import Promise

from thichinh.foundation.contributions import Part, Registry
from thichinh.foundation.ui.badges import Badge
from thichinh.foundation.ui.nav import MayAct

Audience = Literal["everybody", "visitor", "signed_in"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchPlace(Part):
    """A list that the search box of the officials' pages leads to, with `?q=` what was typed.

    The box belongs to the first place (by `order`) whose `permission` the reader holds.
    """

    url_name: str
    label: str | Promise
    placeholder: str | Promise
    permission: str
    order: int = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicLink(Part):
    """A page of the public site. `footer_label` shows it in the footer too, under that name.

    The first link for who is signed in is also where citizens go after signing in.
    """

    url_name: str
    label: str | Promise
    audience: Audience = "everybody"
    footer_label: str | Promise = ""
    order: int = 100


@dataclass(frozen=True, slots=True)
class KeyHint(Part):
    """A key of an app's pages in the table of keys, for who holds the permission. `keys` is the press
    ("F2"), or several that do the same."""

    keys: tuple[str, ...]
    label: str | Promise
    permission: str


@dataclass(frozen=True, slots=True)
class FooterNote(Part):
    """A sentence under the authority's name in the footer of the public site."""

    text: str | Promise


@dataclass(frozen=True, slots=True)
class StateBadges(Part):
    """How the states of one kind of thing are shown: state -> badge."""

    kind: str
    badges: Mapping[int | str, Badge]


SEARCH_PLACES: Registry[SearchPlace] = Registry(SearchPlace, lambda place: place.url_name)
PUBLIC_LINKS: Registry[PublicLink] = Registry(PublicLink, lambda link: link.url_name)
KEY_HINTS: Registry[KeyHint] = Registry(KeyHint, lambda hint: hint.keys)
FOOTER_NOTES: Registry[FooterNote] = Registry(FooterNote, lambda note: str(note.text))
STATE_BADGES: Registry[StateBadges] = Registry(StateBadges, lambda given: given.kind)


@dataclass(frozen=True, slots=True)
class Link:
    """A link for one reader: address and words."""

    url: str
    label: str | Promise
    footer_label: str | Promise = ""


@dataclass(frozen=True, slots=True)
class SearchBox:
    """The search box for one reader: where it leads and what it says."""

    url: str
    label: str | Promise
    placeholder: str | Promise


def search_box(actor: MayAct | None) -> SearchBox | None:
    """The box of the first place this actor may search, or None."""
    for place in sorted(SEARCH_PLACES, key=lambda place: (place.order, place.url_name)):
        if actor is not None and actor.may(place.permission):
            return SearchBox(reverse(place.url_name), place.label, place.placeholder)
    return None


def key_hints(actor: MayAct | None) -> tuple[KeyHint, ...]:
    """The keys of the pages that this actor works on."""
    return tuple(h for h in KEY_HINTS if actor is not None and actor.may(h.permission))


def public_links(is_signed_in: bool) -> tuple[Link, ...]:
    """The links of the public site for a visitor, or for who is signed in."""
    hidden: Audience = "visitor" if is_signed_in else "signed_in"
    return tuple(
        Link(reverse(link.url_name), link.label, link.footer_label)
        for link in sorted(PUBLIC_LINKS, key=lambda link: (link.order, link.url_name))
        if link.audience != hidden
    )


def citizens_home() -> str:
    """Where a citizen goes after signing in: the first page of their own, else the front page."""
    own = [link for link in PUBLIC_LINKS if link.audience == "signed_in"]
    first = min(own, key=lambda link: (link.order, link.url_name), default=None)
    return reverse(first.url_name) if first else "/"


def badge_of(kind: str, state: int | str) -> Badge:
    """How a state is shown. Raises KeyError naming a kind or a state that nobody contributes."""
    return STATE_BADGES[kind].badges[state]
