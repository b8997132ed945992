"""What the architecture tests look at: apps, rooms and their syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from thichinh.config import contracts
from thichinh.config.house import APPS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src" / "thichinh"
FLOORS = (*contracts.ABOVE, *APPS)
HOUSE_APPS = contracts.HOUSE_APPS
DOORS = contracts.DOORS
ROOMS = {room for line in contracts.ROOMS for room in line}
FOLDERS_WITHOUT_CODE = {"templates", "locale", "templatetags", "static", "__pycache__"}


def room_files(app: str, room: str) -> Iterator[Path]:
    """The Python files of one room, a module or a folder of the same name."""
    module, folder = SOURCES / app / f"{room}.py", SOURCES / app / room
    if module.exists():
        yield module
    yield from sorted(folder.rglob("*.py"))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def attributes(path: Path) -> Iterator[ast.Attribute]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute))


def imports(path: Path) -> Iterator[str]:
    """Dotted names of everything a file imports."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
