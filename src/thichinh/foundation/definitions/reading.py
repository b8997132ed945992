"""Which version is in force, from a per-process cache that notices new publications."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar, overload

from django.db.models import Max
from django.utils.translation import gettext as _

from thichinh.foundation.clock import today
from thichinh.foundation.definitions.kinds import DefinitionModel, Kind, kind_named
from thichinh.foundation.definitions.layers import in_force
from thichinh.foundation.errors import Missing
from thichinh.foundation.models import DefinitionVersion

M = TypeVar("M", bound=DefinitionModel)

FRESH_SECONDS = 2.0
"""How long a process may go on without asking whether something new was published."""


@dataclass
class _Cache:
    stamp: int = -1
    asked_at: float = 0.0
    versions: dict[str, dict[str, list[tuple[DefinitionVersion, DefinitionModel]]]] = field(
        default_factory=dict
    )
    by_id: dict[int, DefinitionModel] = field(default_factory=dict)


_cache = _Cache()


def load_stamp() -> int:
    """Grows whenever a version is published; caches over definitions are keyed by it."""
    moment = time.monotonic()
    if _cache.stamp < 0 or moment - _cache.asked_at > FRESH_SECONDS:
        stamp = DefinitionVersion.objects.aggregate(last=Max("id"))["last"] or 0
        if stamp != _cache.stamp:
            _cache.versions.clear()
            _cache.by_id.clear()
        _cache.stamp, _cache.asked_at = stamp, moment
    return _cache.stamp


def forget_cache() -> None:
    """Ask the database anew at the next read: after publishing, and between tests."""
    _cache.stamp = -1
    _cache.versions.clear()
    _cache.by_id.clear()


@overload
def current(kind: Kind[M], code: str, on: date | None = None) -> M: ...
@overload
def current(kind: str, code: str, on: date | None = None) -> Any: ...
def current(kind: Kind[Any] | str, code: str, on: date | None = None) -> Any:
    """The content in force on a day (today by default). Raises Missing."""
    return _in_force(_name(kind), code, on or today())[1]


def version_row(kind: Kind[Any] | str, code: str, on: date | None = None) -> DefinitionVersion:
    """The published row in force on a day: what an instance pins. Raises Missing."""
    return _in_force(_name(kind), code, on or today())[0]


def content_of(version_id: int) -> Any:
    """The typed content of a pinned version; versions are immutable, so this is cached for good."""
    load_stamp()
    content = _cache.by_id.get(version_id)
    if content is None:
        row = DefinitionVersion.objects.filter(pk=version_id).first()
        if row is None:
            raise Missing(_("Không tìm thấy phiên bản định nghĩa đang được dùng."))
        content = kind_named(row.kind).model.model_validate(row.content)
        _cache.by_id[version_id] = content
    return content


@overload
def all_current(kind: Kind[M], on: date | None = None) -> list[M]: ...
@overload
def all_current(kind: str, on: date | None = None) -> list[Any]: ...
def all_current(kind: Kind[Any] | str, on: date | None = None) -> list[Any]:
    """Every definition of a kind in force on a day, in order of code."""
    day = on or today()
    found = (_pick(rows, day) for _, rows in sorted(_versions(_name(kind)).items()))
    return [pair[1] for pair in found if pair is not None]


def _name(kind: Kind[Any] | str) -> str:
    return kind if isinstance(kind, str) else kind.name


def _in_force(kind: str, code: str, on: date) -> tuple[DefinitionVersion, DefinitionModel]:
    pair = _pick(_versions(kind).get(code, []), on)
    if pair is None:
        raise Missing(
            _("Chưa có định nghĩa %(kind)s “%(code)s” có hiệu lực ngày %(on)s.")
            % {"kind": kind, "code": code, "on": f"{on:%d/%m/%Y}"}
        )
    return pair


def _pick(
    rows: list[tuple[DefinitionVersion, DefinitionModel]], on: date
) -> tuple[DefinitionVersion, DefinitionModel] | None:
    found = in_force([row for row, _ in rows], on)
    return next((pair for pair in rows if pair[0] is found), None)


def _versions(kind: str) -> dict[str, list[tuple[DefinitionVersion, DefinitionModel]]]:
    load_stamp()
    known = _cache.versions.get(kind)
    if known is None:
        known = {}
        model = kind_named(kind).model
        for row in DefinitionVersion.objects.filter(kind=kind).order_by("code", "version"):
            content = model.model_validate(row.content)
            _cache.by_id[row.pk] = content
            known.setdefault(row.code, []).append((row, content))
        _cache.versions[kind] = known
    return known
