"""How an app gives to the engines below it: one frozen declaration, installed once at start.

An engine says what can be given to it with a kind of `Part` and keeps what it got in a `Registry`.
An app names all its parts in one `CONTRIBUTION` in its `contribution.py`; its AppConfig derives from
`HouseApp`, which installs it. There is no other way in: what two apps give under one name, and a
part that no engine takes, fail at start with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Generic, TypeVar

from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured


class WrongApp(ImproperlyConfigured):
    """An app that cannot be installed as it stands: why and what to do, in both languages."""

    def __init__(self, vietnamese: str, english: str) -> None:
        super().__init__(f"{vietnamese} ({english})")
        self.vietnamese = vietnamese
        self.english = english


class Part:
    """One thing that an app contributes to an engine: a frozen dataclass derives from this."""

    __slots__ = ()


P = TypeVar("P", bound=Part)


class Registry(Generic[P]):
    """What apps contributed of one kind of part, each under a name of its own.

    It lists the parts in the order in which they came: app by app as installed (the highest floor
    first), and within an app as declared.
    """

    def __init__(self, kind: type[P], name: Callable[[P], Hashable]) -> None:
        self.kind = kind
        self._name = name
        self._parts: dict[Hashable, P] = {}
        self._owners: dict[Hashable, str] = {}
        _registries[kind] = self

    def add(self, app: str, part: P) -> None:
        """Take a part. Raises WrongApp when its name is taken."""
        name = self._name(part)
        if name in self._parts:
            raise WrongApp(
                f"Hai ứng dụng {self._owners[name]} và {app} cùng góp {self.kind.__name__} {name!r}. "
                "Hãy đặt tên khác cho một bên.",
                f"{self.kind.__name__} {name!r} is contributed twice: "
                f"by {self._owners[name]} and by {app}. Give one of them another name.",
            )
        self._parts[name] = part
        self._owners[name] = app

    def get(self, name: Hashable) -> P | None:
        """The part of this name, if any app contributes it."""
        return self._parts.get(name)

    def __getitem__(self, name: Hashable) -> P:
        """The part of this name. Raises KeyError naming the kind and what there is."""
        try:
            return self._parts[name]
        except KeyError:
            known = ", ".join(sorted(map(str, self._parts))) or "none"
            raise KeyError(f"no {self.kind.__name__} {name!r}; there are: {known}") from None

    def __iter__(self) -> Iterator[P]:
        return iter(self._parts.values())

    def __len__(self) -> int:
        return len(self._parts)

    def __contains__(self, name: object) -> bool:
        return name in self._parts

    def owner(self, name: Hashable) -> str:
        """The app that contributed the part of this name."""
        return self._owners[name]

    @contextmanager
    def lent(self, *parts: P) -> Iterator[None]:
        """For a test: these parts are there inside the block, whatever had their names before."""
        parts_before, owners_before = dict(self._parts), dict(self._owners)
        for part in parts:
            self._parts.pop(self._name(part), None)
            self.add("test", part)
        try:
            yield
        finally:
            self._parts, self._owners = parts_before, owners_before


_registries: dict[type[Part], Registry[Any]] = {}


def contributed() -> Iterator[tuple[str, Part]]:
    """Every part that an engine holds, with the app that gave it."""
    for registry in _registries.values():
        yield from ((registry._owners[name], part) for name, part in registry._parts.items())


@dataclass(frozen=True)
class Contribution:
    """Everything an app gives to the engines. `app` is its name without the package."""

    app: str
    parts: tuple[Part, ...]


def install(contribution: Contribution) -> None:
    """Hand every part to its engine. Raises WrongApp for a part that no engine takes."""
    for part in contribution.parts:
        registry = next((_registries[k] for k in type(part).__mro__ if k in _registries), None)
        if registry is None:
            kind = type(part).__name__
            raise WrongApp(
                f"Ứng dụng {contribution.app} góp một {kind}, mà không bộ máy nào nhận: {part!r}. "
                "Ứng dụng của bộ máy ấy đã được cài bên dưới chưa?",
                f"{contribution.app} contributes {part!r}, and no engine takes a {kind}: is the "
                "engine's app installed below it?",
            )
        registry.add(contribution.app, part)


class HouseApp(AppConfig):
    """An app of the house: where it has a `contribution.py`, what stands there is installed."""

    default_auto_field = "django.db.models.BigAutoField"
    default = False  # apps.py imports this class too: Django would not know which one is meant

    def __init_subclass__(cls) -> None:
        cls.default = True

    def __init__(self, app_name: str, app_module: ModuleType | None) -> None:
        super().__init__(app_name, app_module)
        other = apps.app_configs.get(self.label)
        if other is not None:
            raise WrongApp(
                f"Hai ứng dụng {other.name} và {app_name} cùng nhãn {self.label!r}. Hãy đổi label "
                "trong apps.py của một ứng dụng.",
                f"The apps {other.name} and {app_name} both have the label {self.label!r}: change it "
                "in the apps.py of one of them.",
            )

    def ready(self) -> None:
        """Called once, when the models of all apps are loaded."""
        module = f"{self.name}.contribution"
        if find_spec(module) is None:
            return
        contribution = getattr(import_module(module), "CONTRIBUTION", None)
        if not isinstance(contribution, Contribution):
            raise WrongApp(
                f"{module} không có CONTRIBUTION. Hãy viết CONTRIBUTION = Contribution(app="
                f'"{self.label}", parts=(...)), hoặc bỏ tệp ấy.',
                f'{module} has no CONTRIBUTION: write CONTRIBUTION = Contribution(app="{self.label}", '
                "parts=(...)), or leave the file out.",
            )
        if contribution.app != self.label:
            raise WrongApp(
                f"{module} khai ứng dụng {contribution.app!r}, mà nhãn trong apps.py là "
                f"{self.label!r}. Hãy ghi hai chỗ như nhau.",
                f"{module} declares the app {contribution.app!r}, but its label in apps.py is "
                f"{self.label!r}: write the same in both.",
            )
        install(contribution)
