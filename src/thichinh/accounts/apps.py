"""Wiring: the definition kinds of units and roles, and the pages of people and accounts."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "thichinh.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thichinh.accounts import actions
        from thichinh.accounts.models.definition import RoleDefinition, UnitTreeDefinition
        from thichinh.foundation.definitions import Kind, register
        from thichinh.foundation.ui.nav import NavItem, register_nav

        register(Kind("unit-tree", "units", UnitTreeDefinition, actions.project_unit_tree, rank=10))
        register(Kind("role", "roles", RoleDefinition, actions.project_role, rank=20))
        register_nav(
            NavItem(
                label=_("Người dân, tổ chức"),
                url_name="accounts:people",
                icon="address-book",
                permission="person.view",
                order=50,
            )
        )
        register_nav(
            NavItem(
                label=_("Tài khoản cán bộ"),
                url_name="accounts:accounts",
                icon="users",
                permission="account.manage",
                order=900,
                group="manage",
            )
        )
