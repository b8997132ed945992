"""Wiring: the two kinds of definition this app brings, and how a version becomes a row."""

from __future__ import annotations

from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    """Catalogue of administrative procedures."""

    name = "thichinh.procedures"
    label = "procedures"
    default_auto_field = "django.db.models.BigAutoField"
