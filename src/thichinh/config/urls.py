"""The address book of the installation: one `include` per app, the API assembled in `config.api`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from thichinh.accounts.access.doors import public
from thichinh.config.api import api, modules
from thichinh.config.health import health
from thichinh.foundation.ui.urls import urlpatterns as design_system

handler400 = "thichinh.config.failures.unreadable"
handler403 = "thichinh.config.failures.forbidden"
handler404 = "thichinh.config.failures.not_found"
handler500 = "thichinh.config.failures.failed"

# The floor below accounts cannot mark its own pages: the design system and the language switch.
for pattern in design_system:
    public(pattern.callback)

urlpatterns: list[URLPattern | URLResolver] = [
    path("suc-khoe/", health, name="health"),
    path("api/v1/", api.urls),
    path("", include("thichinh.foundation.ui.urls")),
    *(path("", include(module)) for module in modules("urls")),
]
