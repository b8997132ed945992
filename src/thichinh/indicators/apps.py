"""Wiring: the three kinds of definition this engine reads."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    """Measures, indicators, identities and published statements."""

    name = "thichinh.indicators"
    label = "indicators"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thichinh.foundation import definitions
        from thichinh.foundation.ui.nav import NavItem, register_nav
        from thichinh.indicators import actions
        from thichinh.indicators.models.definition import PublishedDefinition
        from thichinh.indicators.queries import catalogue

        definitions.register(catalogue.INDICATOR)
        definitions.register(catalogue.IDENTITY)
        definitions.register(
            definitions.Kind(
                "published", "published", PublishedDefinition, actions.keep_published, rank=80
            )
        )
        register_nav(
            NavItem(
                label=_("Chỉ tiêu"),
                url_name="indicators:index",
                icon="math-function",
                permission="indicator.view",
                order=20,
                group="report",
                key="c",
            )
        )
