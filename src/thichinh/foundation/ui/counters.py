"""What waits for who is signed in, as a number in the head of every page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from thichinh.foundation.contributions import Part, Registry

MOST_SHOWN = 99


@dataclass(frozen=True, kw_only=True)
class Counter(Part):
    """An icon with a number, leading to a page. `count` gets the actor and costs one cheap query."""

    label: str | Promise
    url_name: str
    icon: str
    count: Callable[[Any], int]


@dataclass(frozen=True, slots=True)
class Counted:
    """A counter for one request; `shown` is '' when nothing waits."""

    counter: Counter
    url: str
    number: int

    @property
    def shown(self) -> str:
        return f"{MOST_SHOWN}+" if self.number > MOST_SHOWN else str(self.number or "")


COUNTERS: Registry[Counter] = Registry(Counter, lambda counter: counter.url_name)


def counted(actor: Any) -> list[Counted]:
    """Every counter for somebody signed in; nothing for a visitor."""
    if not getattr(actor, "is_signed_in", False):
        return []
    return [Counted(each, reverse(each.url_name), each.count(actor)) for each in COUNTERS]
