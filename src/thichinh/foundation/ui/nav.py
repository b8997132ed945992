"""The officials' navigation: apps contribute items, the shell shows those a person may use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from thichinh.foundation.contributions import Part, Registry

GROUPS: dict[str, str | Promise] = {
    "work": _("Công việc"),
    "report": _("Số liệu"),
    "manage": _("Quản trị"),
}


class MayAct(Protocol):
    """The part of an actor the navigation needs."""

    def may(self, permission: str) -> bool: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class NavItem(Part):
    """One line of the navigation. `key` is the letter after g; `permission=""` means everybody."""

    label: str | Promise
    url_name: str
    icon: str
    permission: str = ""
    order: int = 100
    group: str = "work"
    key: str = ""

    def __post_init__(self) -> None:
        if self.group not in GROUPS:
            raise ValueError(f"unknown navigation group {self.group!r}")


@dataclass(frozen=True, slots=True)
class NavLink:
    """A navigation item for one request: resolved, and current or not."""

    item: NavItem
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class NavGroup:
    label: str | Promise
    links: tuple[NavLink, ...]


NAVIGATION: Registry[NavItem] = Registry(NavItem, lambda item: item.url_name)


def registered() -> tuple[NavItem, ...]:
    return tuple(sorted(NAVIGATION, key=lambda item: (item.order, item.url_name)))


def navigation(actor: MayAct | None, path: str) -> tuple[NavGroup, ...]:
    """Return the groups this person sees; the item with the longest matching address is current."""
    allowed = [(item, reverse(item.url_name)) for item in registered() if _is_shown(item, actor)]
    here = max((url for _item, url in allowed if path.startswith(url)), key=len, default="")
    links = [NavLink(item, url, url == here) for item, url in allowed]
    groups = (NavGroup(label, _members(links, code)) for code, label in GROUPS.items())
    return tuple(group for group in groups if group.links)


def flat(groups: Iterable[NavGroup]) -> tuple[NavLink, ...]:
    return tuple(link for group in groups for link in group.links)


def _members(links: list[NavLink], group: str) -> tuple[NavLink, ...]:
    return tuple(link for link in links if link.item.group == group)


def _is_shown(item: NavItem, actor: MayAct | None) -> bool:
    return not item.permission or bool(actor and actor.may(item.permission))
