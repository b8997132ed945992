"""What has to be done before an authority can open: parts that apps contribute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from thichinh.foundation.contributions import Part, Registry


@dataclass(frozen=True)
class SetupItem(Part):
    """One line of the first day's check list; `is_done` looks at the records themselves."""

    code: str
    title: Any
    help: Any
    url_name: str
    is_done: Callable[[], bool]
    order: int = 50


SETUP: Registry[SetupItem] = Registry(SetupItem, lambda item: item.code)


def setup_items() -> list[SetupItem]:
    """The check list in its order."""
    return sorted(SETUP, key=lambda item: item.order)
