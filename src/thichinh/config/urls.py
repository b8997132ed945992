"""The address book of the installation: one `include` per app, the API assembled in `config.api`."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from thichinh.config.api import api
from thichinh.config.health import health

PAGES = (
    "thichinh.dossiers.urls",
    "thichinh.procedures.urls",
    "thichinh.reports.urls",
    "thichinh.indicators.urls",
    "thichinh.stocks.urls",
    "thichinh.work.urls",
    "thichinh.accounts.urls",
    "thichinh.foundation.ui.urls",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("suc-khoe/", health, name="health"),
    path("api/v1/", api.urls),
    *(path("", include(name)) for name in PAGES if find_spec(name) is not None),
]
