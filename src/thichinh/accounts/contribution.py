"""The definition kinds of units and roles, and the pages of people and accounts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from thichinh.accounts import actions
from thichinh.accounts.models.definition import RoleDefinition, UnitTreeDefinition
from thichinh.foundation.contributions import Contribution
from thichinh.foundation.definitions import Kind
from thichinh.foundation.ui.nav import NavItem

CONTRIBUTION = Contribution(
    app="accounts",
    parts=(
        Kind("unit-tree", "units", UnitTreeDefinition, actions.project_unit_tree, rank=10),
        Kind("role", "roles", RoleDefinition, actions.project_role, rank=20),
        NavItem(
            label=_("Người dân, tổ chức"),
            url_name="accounts:people",
            icon="address-book",
            permission="person.view",
            order=50,
        ),
        NavItem(
            label=_("Tài khoản cán bộ"),
            url_name="accounts:accounts",
            icon="users",
            permission="account.manage",
            order=900,
            group="manage",
        ),
    ),
)
