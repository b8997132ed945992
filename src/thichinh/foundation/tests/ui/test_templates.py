"""What every template keeps to, whoever wrote it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from thichinh.foundation.ui.assets import manifest

PACKAGE = Path(__file__).resolve().parents[3]
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a <style> element": re.compile(r"<style\b", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script with code": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "an address of somebody else": re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//"),
}
ICONS = (
    re.compile(r"\{%\s*icon\s+[\"']([a-z0-9-]+)[\"']"),
    re.compile(r"\bicon\s*=\s*[\"']([a-z0-9-]+)[\"']"),
)


def _name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_carries_no_code_style_or_foreign_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = [what for what, pattern in INLINE.items() if pattern.search(text)]
    assert not found, f"{_name(path)} has {', '.join(found)}"


def test_every_icon_used_is_in_the_sprite() -> None:
    _needs_build()
    sources = [*TEMPLATES, *(p for p in PACKAGE.rglob("*.py") if "tests" not in p.parts)]
    used = {
        match: _name(path)
        for path in sources
        for pattern in ICONS
        for match in pattern.findall(path.read_text(encoding="utf-8"))
    }
    missing = {name: where for name, where in used.items() if name not in manifest().icons}
    assert not missing


def _needs_build() -> None:
    if not (Path(settings.ASSETS_ROOT) / "manifest.json").exists():
        pytest.skip("frontend/dist is not built: npm ci --ignore-scripts && node build.mjs")
