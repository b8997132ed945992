"""The files `frontend/build.mjs` made: their hashed names and the icons in the sprite."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the last build produced: plain name -> hashed name, and the icons it drew."""

    files: dict[str, str] = field(default_factory=dict)
    icons: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Cache:
    stamp: int = -1
    manifest: Manifest = field(default_factory=Manifest)


_cache = _Cache()


def manifest() -> Manifest:
    """Return the manifest of the build; an empty one before the first build."""
    path = _folder() / "manifest.json"
    stamp = path.stat().st_mtime_ns if path.exists() else 0
    if stamp != _cache.stamp:
        _cache.manifest = _read(path) if stamp else Manifest()
        _cache.stamp = stamp
    return _cache.manifest


def asset_url(name: str) -> str:
    """Return the address of a built file, 'official.css' -> '/static/official-4F2A….css'."""
    return static(manifest().files.get(name, name))


def _folder() -> Path:
    return Path(settings.ASSETS_ROOT)


def _read(path: Path) -> Manifest:
    content = json.loads(path.read_text(encoding="utf-8"))
    return Manifest(files=content["files"], icons=frozenset(content["icons"]))
