"""Icons that apps register by name are in the sprite, however their names were written down."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from thichinh.foundation.ui.assets import manifest
from thichinh.foundation.ui.nav import registered
from thichinh.work.rules import kinds


def test_every_registered_icon_is_in_the_sprite() -> None:
    if not (Path(settings.ASSETS_ROOT) / "manifest.json").exists():
        pytest.skip("frontend/dist is not built: ./thichinh assets")
    named = {item.icon for item in registered()} | {kind.icon for kind in kinds()}
    assert len(named) > 10
    assert named - set(manifest().icons) == set()
