"""The files `frontend/build.mjs` made: their hashed names and the icons in the sprite."""

from __future__ import annotations

import json
import time
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
    folder: Path | None = None
    asked_at: float = float("-inf")
    stamp: int = -1
    manifest: Manifest = field(default_factory=Manifest)


_cache = _Cache()
FRESH_SECONDS = 1.0


def manifest() -> Manifest:
    """Return the manifest of the build; an empty one before the first build.

    A page asks for some thirty files and icons; whether there was another build is looked up at
    most every FRESH_SECONDS.
    """
    folder, moment = Path(settings.ASSETS_ROOT), time.monotonic()
    if folder == _cache.folder and moment - _cache.asked_at < FRESH_SECONDS:
        return _cache.manifest
    path = folder / "manifest.json"
    stamp = path.stat().st_mtime_ns if path.exists() else 0
    if stamp != _cache.stamp or folder != _cache.folder:
        _cache.manifest = _read(path) if stamp else Manifest()
    _cache.folder, _cache.asked_at, _cache.stamp = folder, moment, stamp
    return _cache.manifest


def asset_url(name: str) -> str:
    """Return the address of a built file, 'official.css' -> '/static/official-4F2A….css'."""
    return static(manifest().files.get(name, name))


def _read(path: Path) -> Manifest:
    content = json.loads(path.read_text(encoding="utf-8"))
    return Manifest(files=content["files"], icons=frozenset(content["icons"]))
