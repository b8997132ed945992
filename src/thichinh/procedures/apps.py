"""Wiring: the two kinds of definition this app brings, and how a version becomes a row."""

from __future__ import annotations

from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    """Catalogue of administrative procedures."""

    name = "thichinh.procedures"
    label = "procedures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the kinds; fields load before the procedures that name them."""
        from thichinh.foundation.definitions import Kind, register
        from thichinh.procedures import actions
        from thichinh.procedures.models import (
            FIELD,
            PROCEDURE,
            FieldDefinition,
            ProcedureDefinition,
        )

        register(Kind(FIELD, "fields", FieldDefinition, rank=40))
        register(
            Kind(PROCEDURE, "procedures", ProcedureDefinition, actions.project_procedure, rank=60)
        )
