"""The one list of the house: which apps there are, and on which floor each stands.

Installed apps, addresses, the API, the import contracts and the architecture tests derive from it.
An app is a package of `thichinh` with the rooms of docs/architecture.md; it needs an `apps.py` with
one `HouseApp`, a `contribution.py` if it gives anything to the engines, `urls.py` if it has pages and
`api.py` if other programs talk to it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib.machinery import ModuleSpec
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
    """The list and the packages do not fit together; both sentences say what to do."""

    def __init__(self, vietnamese: str, english: str) -> None:
        super().__init__(f"{vietnamese} ({english})")
        self.vietnamese = vietnamese
        self.english = english


def installed_apps(extra: Sequence[str] = (), folder: Path | None = None) -> list[str]:
    """The dotted names for INSTALLED_APPS; `extra` are apps of others, above all of ours.

    Their packages lie in `folder` or anywhere else that Python looks. Raises WrongHouse for an app
    that is not there, is named twice or has no `apps.py`.
    """
    if extra and folder is not None:
        open_folder(folder)
    names = [*extra, *(f"{PACKAGE}.{app}" for app in APPS)]
    for name in names:
        if not has_module(f"{name}.apps"):
            raise _not_there(name, folder)
        if names.count(name) > 1:
            raise WrongHouse(
                f"Ứng dụng {name} được nêu hai lần. Hãy để lại một lần trong THICHINH_EXTRA_APPS.",
                f"The app {name} is named twice: leave it once in THICHINH_EXTRA_APPS.",
            )
    return names


def open_folder(folder: Path) -> None:
    """From now on packages in this folder can be imported; what is installed is found before them."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def folders_of(extra: Sequence[str], folder: Path) -> list[Path]:
    """Where the packages of apps of others lie. Raises WrongHouse as `installed_apps` does."""
    installed_apps(extra, folder)
    specs = (find_spec(name) for name in extra)
    return [Path(place) for s in specs if s for place in s.submodule_search_locations or ()]


def has_module(name: str) -> bool:
    """Whether a dotted module can be imported, without importing it (only its parents)."""
    return _spec(name) is not None


def _spec(name: str) -> ModuleSpec | None:
    try:
        return find_spec(name)
    except ModuleNotFoundError:
        return None


def _not_there(name: str, folder: Path | None) -> WrongHouse:
    """Why an app cannot be installed, and what was probably meant."""
    package, _dot, _rest = f"{name}.".partition(".apps.")
    if package != name and has_module(f"{package}.apps"):
        return WrongHouse(
            f"{name} là một tệp của ứng dụng {package}. Hãy ghi tên gói: {package}.",
            f"{name} is a file of the app {package}: name the package, {package}.",
        )
    if has_module(name):
        return WrongHouse(
            f"Ứng dụng {name} không có apps.py. Hãy viết tệp ấy với một lớp dẫn xuất từ HouseApp.",
            f"The app {name} has no apps.py: give it one with a class derived from HouseApp.",
        )
    near = get_close_matches(name, _known(folder), n=1)
    looked = folder or "–"
    return WrongHouse(
        f"Không có ứng dụng {name}."
        + (f" Có phải {near[0]} không?" if near else "")
        + f" Đã tìm trong {looked} (THICHINH_APPS_PATH) và nơi Python tìm thư viện; "
        "THICHINH_EXTRA_APPS nêu tên các ứng dụng của nơi khác.",
        f"There is no app {name}."
        + (f" Is it {near[0]}?" if near else "")
        + f" We looked in {looked} (THICHINH_APPS_PATH) and where Python looks for "
        "libraries; apps of others are named by THICHINH_EXTRA_APPS.",
    )


def _known(folder: Path | None) -> list[str]:
    """Names of apps that are there: ours, and the packages in the folder of the others."""
    others = folder.glob("*/apps.py") if folder is not None else []
    return [*(f"{PACKAGE}.{app}" for app in APPS), *(path.parent.name for path in others)]
