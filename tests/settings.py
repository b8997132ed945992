"""The settings of the tests: those of an installation that has one app of others, `tests.tenant`."""

import os

import pytest

with pytest.MonkeyPatch.context() as _patch:
    # Towns of their own, which tests start as processes, are installed without it.
    _patch.setenv("THICHINH_EXTRA_APPS", os.environ.get("THICHINH_EXTRA_APPS", "tests.tenant"))
    from thichinh.config.settings import *  # noqa: F403
