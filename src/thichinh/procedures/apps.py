"""Wiring: the two kinds of definition this app brings, and how a version becomes a row."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    """Catalogue of administrative procedures."""

    name = "thichinh.procedures"
    label = "procedures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the page and the kinds; fields load before the procedures that name them."""
        from thichinh.foundation.definitions import Kind, register
        from thichinh.foundation.storage import register_naming
        from thichinh.foundation.ui.nav import NavItem, register_nav
        from thichinh.foundation.uploads import takes_files
        from thichinh.procedures import actions
        from thichinh.procedures.forms import LARGEST
        from thichinh.procedures.models import (
            FIELD,
            PROCEDURE,
            FieldDefinition,
            ListImport,
            ProcedureDefinition,
        )

        register_nav(
            NavItem(
                label=_("Danh mục quốc gia"),
                url_name="procedures:listed",
                icon="table-import",
                permission="definition.load",
                order=60,
                group="manage",
            )
        )
        register_naming(ListImport, "sha256")
        takes_files("procedures:listed", 2 * LARGEST)  # the form names a file that is too large
        register(Kind(FIELD, "fields", FieldDefinition, rank=40))
        register(
            Kind(PROCEDURE, "procedures", ProcedureDefinition, actions.project_procedure, rank=60)
        )
