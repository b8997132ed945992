"""Events inside one transaction: a lower app publishes, an upper app reacts.

Handlers run at once and synchronously, so what they write commits or rolls back with the act that
published. Slow work is one deferred job (`foundation.jobs`), never done in a handler.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")
_handlers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event_type: type[E], handler: Callable[[E], None]) -> None:
    """Run `handler` whenever an event of this type is published; wire it in `apps.ready`."""
    if handler not in _handlers[event_type]:
        _handlers[event_type].append(handler)


def publish(event: object) -> None:
    """Tell every subscriber, inside the caller's transaction. An error in one undoes the act."""
    for handler in _handlers[type(event)]:
        handler(event)
