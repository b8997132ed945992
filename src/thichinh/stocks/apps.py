"""Wiring: the books in the officials' navigation."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StocksConfig(AppConfig):
    name = "thichinh.stocks"
    label = "stocks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thichinh.foundation.ui.nav import NavItem, register_nav

        register_nav(
            NavItem(
                label=_("Sổ cái"),
                url_name="stocks:owed",
                icon="book-2",
                permission="stock.view",
                order=40,
                group="report",
                key="s",
            )
        )
