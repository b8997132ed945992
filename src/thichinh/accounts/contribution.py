"""The definition kinds of units and roles, and the pages of people and accounts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from thichinh.accounts import actions, queries
from thichinh.accounts.models.definition import (
    AuthorityDefinition,
    PermissionBundle,
    RoleDefinition,
    UnitKindDefinition,
    UnitTreeDefinition,
)
from thichinh.accounts.rules.permissions import Permission
from thichinh.foundation.contributions import Contribution
from thichinh.foundation.definitions import Kind
from thichinh.foundation.forms import PrefillSource, ReferenceSource
from thichinh.foundation.ui.nav import NavItem
from thichinh.foundation.ui.shells import PublicLink, SearchPlace

CONTRIBUTION = Contribution(
    app="accounts",
    parts=(
        Kind("unit-kind", "unit-kinds", UnitKindDefinition, actions.project_unit_kind, rank=5),
        ReferenceSource("unit", choices=queries.codes_and_names, label=queries.unit_name),
        PrefillSource(
            "person",
            keys={
                "full_name": _("Họ và tên"),
                "birth_date": _("Ngày sinh"),
                "identity_number": _("Số định danh cá nhân"),
                "address": _("Địa chỉ"),
                "phone": _("Số điện thoại"),
                "email": _("Thư điện tử"),
            },
            read=queries.own_facts,
        ),
        PrefillSource("unit", keys={"code": _("Đơn vị công tác")}, read=queries.own_unit),
        Kind("unit-tree", "units", UnitTreeDefinition, actions.project_unit_tree, rank=10),
        Kind("authority", "authority", AuthorityDefinition, actions.project_authority, rank=15),
        Kind("role-bundle", "roles", PermissionBundle, actions.project_bundle, rank=15),
        Kind("role", "positions", RoleDefinition, actions.project_role, rank=20),
        Permission("person.view", _("Xem thông tin người dân, tổ chức")),
        Permission("person.edit", _("Ghi, sửa thông tin người dân, tổ chức")),
        Permission("account.manage", _("Quản lý tài khoản và vai trò")),
        Permission("definition.load", _("Công bố định nghĩa, nhập danh mục")),
        Permission("audit.view", _("Xem nhật ký")),
        PublicLink(url_name="accounts:sign_in", label=_("Đăng nhập"), audience="visitor", order=90),
        SearchPlace(
            url_name="accounts:people",
            label=_("Tìm người dân, tổ chức"),
            placeholder=_("Tên, số định danh, số điện thoại…"),
            permission="person.view",
            order=50,
        ),
        SearchPlace(
            url_name="accounts:accounts",
            label=_("Tìm tài khoản cán bộ"),
            placeholder=_("Tên, tên đăng nhập…"),
            permission="account.manage",
            order=90,
        ),
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
