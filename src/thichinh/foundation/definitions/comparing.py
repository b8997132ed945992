"""What a layer above changed since a layer below made its own version of a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from thichinh.foundation.definitions.kinds import kind_named
from thichinh.foundation.definitions.layers import STEP, in_force, layer_rank, precedence
from thichinh.foundation.errors import Missing, Refused
from thichinh.foundation.models import DefinitionVersion

_OWN_KEYS = ("code", "version", "effective_from", "effective_to", "made_from")


@dataclass(frozen=True, slots=True)
class Change:
    """One key that differs; a value is None where the key is not there."""

    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Override:
    """A document of a layer above that a layer below says in its own way.

    `changes` is what the layer above changed since: from the version the override was made from to
    its newest. `base` is None where that version was never published here.
    """

    kind: str
    code: str
    own: DefinitionVersion
    base: DefinitionVersion | None
    newest: DefinitionVersion
    changes: tuple[Change, ...]

    @property
    def is_behind(self) -> bool:
        """Whether the layer above has moved on."""
        return self.base is None or self.base.pk != self.newest.pk


def compare() -> list[Override]:
    """Every override that was published here, those that fell behind first."""
    own = DefinitionVersion.objects.filter(version__gt=STEP)
    codes = set(own.values_list("kind", "code"))
    rows = DefinitionVersion.objects.filter(
        kind__in={kind for kind, _code in codes}, code__in={code for _kind, code in codes}
    ).order_by("kind", "code")
    grouped = groupby(rows, key=lambda row: (row.kind, row.code))
    found = [_override(list(group)) for key, group in grouped if key in codes]
    present = [override for override in found if override is not None]
    return sorted(present, key=lambda o: (not o.is_behind, o.kind, o.code))


def _override(rows: Sequence[DefinitionVersion]) -> Override | None:
    own = max(rows, key=precedence)
    above = [row for row in rows if layer_rank(row.version) < layer_rank(own.version)]
    if not above:
        return None
    newest = max(above, key=precedence)
    made_from = str(own.content.get("made_from") or "?")
    base = next((row for row in above if row.checksum.startswith(made_from)), None)
    return Override(own.kind, own.code, own, base, newest, tuple(_changes(base, newest)))


def _changes(base: DefinitionVersion | None, newest: DefinitionVersion) -> Iterator[Change]:
    if base is None or base.pk == newest.pk:
        return
    before, after = (dict(_leaves(_read(row))) for row in (base, newest))
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            yield Change(key, before.get(key), after.get(key))


def _read(row: DefinitionVersion) -> dict[str, Any]:
    """The content with the keys that this release knows."""
    content = kind_named(row.kind).model.model_validate(row.content).model_dump(mode="json")
    return {key: value for key, value in content.items() if key not in _OWN_KEYS}


def _leaves(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that holds no others, by the dotted way to it; a part with a code by its code."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{at}.{key}" if at else str(key))
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for place, inner in enumerate(value, start=1):
            yield from _leaves(inner, f"{at}.{inner.get('code', place)}")
    else:
        yield at, value


def write_override(folder: Path, kind_name: str, code: str, first_day: date, rank: int) -> Path:
    """Copy the document in force into a layer's folder, to be edited there; the path of the copy.

    Raises Missing for an unknown document, Refused where the layer already has one.
    """
    rows = list(DefinitionVersion.objects.filter(kind=kind_name, code=code))
    above = [row for row in rows if layer_rank(row.version) < rank]
    base = in_force(above, first_day)
    if base is None:
        raise Missing(
            _("Không có định nghĩa %(kind)s “%(code)s” nào của lớp trên có hiệu lực ngày ấy.")
            % {"kind": kind_name, "code": code}
        )
    path = folder / kind_named(kind_name).folder / f"{code}.yaml"
    if path.exists():
        raise Refused(_("Đã có tệp %(path)s; hãy sửa tệp ấy.") % {"path": path})
    last = max((row.version for row in rows if layer_rank(row.version) == rank), default=0)
    head = {
        "code": code,
        "version": max(last, rank * STEP) + 1,
        "effective_from": first_day.isoformat(),
        "made_from": base.checksum[:16],
    }
    model = kind_named(kind_name).model.model_validate(base.content)
    body = model.model_dump(mode="json", exclude_defaults=True)
    rest = {key: value for key, value in body.items() if key not in _OWN_KEYS}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(head | rest, allow_unicode=True, sort_keys=False, width=100))
    return path
