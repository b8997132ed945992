"""Wiring: the four kinds of definition this engine reads."""

from __future__ import annotations

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Measures, indicators, identities and published statements."""

    name = "thichinh.indicators"
    label = "indicators"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thichinh.foundation import definitions
        from thichinh.indicators import actions
        from thichinh.indicators.models.definition import PublishedDefinition
        from thichinh.indicators.queries import catalogue

        definitions.register(catalogue.CALENDAR)
        definitions.register(catalogue.INDICATOR)
        definitions.register(catalogue.IDENTITY)
        definitions.register(
            definitions.Kind(
                "published", "published", PublishedDefinition, actions.keep_published, rank=80
            )
        )
