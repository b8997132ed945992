"""Wiring: the definition kinds of units and roles."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "thichinh.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thichinh.accounts import actions
        from thichinh.accounts.models.definition import RoleDefinition, UnitTreeDefinition
        from thichinh.foundation.definitions import Kind, register

        register(Kind("unit-tree", "units", UnitTreeDefinition, actions.project_unit_tree, rank=10))
        register(Kind("role", "roles", RoleDefinition, actions.project_role, rank=20))
