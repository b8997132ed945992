"""The one list of the house: which apps there are, and on which floor each stands.

Installed apps, addresses, the API, the import contracts and the architecture tests derive from it.
An app is a package of `thichinh` with the rooms of docs/architecture.md; it needs an `apps.py` with
one `HouseApp`, a `contribution.py` if it gives anything to the engines, `urls.py` if it has pages and
`api.py` if other programs talk to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path

from thichinh.config.environment import WrongSetting

FLOORS: tuple[tuple[str, ...], ...] = (
    ("example", "caselogs"),
    ("dossiers",),
    ("procedures",),
    ("reports",),
    ("indicators",),
    ("stocks",),
    ("work",),
    ("notifications",),
    ("accounts",),
    ("foundation",),
)
"""The highest first. An app imports only lower floors; neighbours do not see each other."""

APPS: tuple[str, ...] = tuple(app for floor in FLOORS for app in floor)
PACKAGE = "thichinh"


class WrongHouse(WrongSetting):
    """The list and the packages do not fit together; the message says what to do."""


def installed_apps(extra: Sequence[str] = ()) -> list[str]:
    """The dotted names for INSTALLED_APPS; `extra` are apps of others, above all of ours.

    Raises WrongHouse for an app that is not there or has no `apps.py`.
    """
    names = [*extra, *(f"{PACKAGE}.{app}" for app in APPS)]
    for name in names:
        if not has_module(f"{name}.apps"):
            raise WrongHouse(_sentence(name))
    return names


def has_module(name: str) -> bool:
    """Whether a dotted module can be imported, without importing it (only its parents)."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _sentence(name: str) -> str:
    parent, _dot, app = name.rpartition(".")
    if has_module(name):
        return f"The app {name} has no apps.py: give it one with a class derived from HouseApp."
    near = get_close_matches(app, _packages(), n=1) if parent == PACKAGE else []
    hint = f" Is it {parent}.{near[0]}?" if near else ""
    return (
        f"There is no app {name}.{hint} The list is in thichinh/config/house.py; apps of others "
        "are named by THICHINH_EXTRA_APPS."
    )


def _packages() -> list[str]:
    folder = Path(__file__).resolve().parents[1]
    return [path.name for path in folder.iterdir() if (path / "__init__.py").exists()]
