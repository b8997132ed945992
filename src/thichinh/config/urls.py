"""The address book of the installation: one `include` per app, the API assembled in `config.api`."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
