"""Events inside one transaction: a lower app publishes, an upper app reacts.

Handlers run at once and synchronously, so what they write commits or rolls back with the act that
published. Slow work is one deferred job (`foundation.jobs`), never done in a handler.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from thichinh.foundation.contributions import Part, Registry

E = TypeVar("E")


@dataclass(frozen=True)
class Subscription(Part, Generic[E]):
    """`handler` runs whenever an event of exactly this type is published."""

    event: type[E]
    handler: Callable[[E], None]


SUBSCRIPTIONS: Registry[Subscription[Any]] = Registry(
    Subscription, lambda given: (given.event, given.handler)
)


def publish(event: object) -> None:
    """Tell every subscriber, inside the caller's transaction. An error in one undoes the act."""
    for given in SUBSCRIPTIONS:
        if given.event is type(event):
            given.handler(event)
