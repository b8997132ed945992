"""What apps know that a form may use: answers known already, and records to refer to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from thichinh.foundation.clock import today
from thichinh.foundation.contributions import Part, Registry
from thichinh.foundation.forms.definition import FormDefinition, walk


@dataclass(frozen=True, kw_only=True)
class FormContext:
    """Who fills in a form, on which day.

    `account` may name files that it sent; `known_files` (SHA-256) are those of the answers as they
    were kept before. `subject` is handed to prefill sources: usually the actor.
    """

    day: date
    account: int | None = None
    subject: Any = None
    known_files: Collection[str] = ()

    @classmethod
    def now(cls, **facts: Any) -> FormContext:
        """Today, and what else is given."""
        return cls(day=today(), **facts)


@dataclass(frozen=True)
class PrefillSource(Part):
    """Answers that are known before anybody types: `prefill: <name>.<key>` of a field.

    `keys` are what it knows with their labels; `read(subject)` gives the values, as kept or typed.
    It is called once for a new form. Empty values are left out.
    """

    name: str
    keys: Mapping[str, Any]
    read: Callable[[Any], Mapping[str, Any]]


@dataclass(frozen=True)
class ReferenceSource(Part):
    """Records of an app that an answer may name: `source: <name>` of a field.

    `choices(day)` are (value, label), in the order in which people look for them; `label(value)`
    is None for what there is not (or never was).
    """

    name: str
    choices: Callable[[date], Sequence[tuple[str, str]]]
    label: Callable[[str], str | None]


PREFILLS: Registry[PrefillSource] = Registry(PrefillSource, lambda source: source.name)
REFERENCES: Registry[ReferenceSource] = Registry(ReferenceSource, lambda source: source.name)


def unknown_sources(definition: FormDefinition) -> list[str]:
    """A sentence for each `prefill` and `source` that no installed app contributes.

    Asked when a definition is published; one published before may name what is gone since, and
    then has no prefill and no list to choose from.
    """
    problems = []
    for path, field in walk(definition.all_fields):
        if field.prefill and _prefill(field.prefill) is None:
            problems.append(f"{path}: không có nguồn prefill “{field.prefill}”.")
        if field.source and field.source not in REFERENCES:
            problems.append(f"{path}: không có nguồn source “{field.source}”.")
    return problems


def _prefill(name: str) -> PrefillSource | None:
    source, _dot, key = name.partition(".")
    found = PREFILLS.get(source)
    return found if found is not None and key in found.keys else None


def known_already(names: Collection[str], subject: Any) -> dict[str, Any]:
    """The values of these `source.key`, each source read once; what is empty is left out."""
    read = {
        part.name: part.read(subject)
        for part in PREFILLS
        if any(name.startswith(f"{part.name}.") for name in names)
    }
    values = {}
    for name in names:
        source, _dot, key = name.partition(".")
        value = read.get(source, {}).get(key)
        if value not in (None, ""):
            values[name] = value
    return values
