"""Property tests look for wrong answers; how long one example takes depends on the machine."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("thichinh", deadline=None)
settings.load_profile("thichinh")
