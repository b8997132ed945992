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
from thichinh.accounts.queries.first_day import (
    has_hours,
    has_letterhead,
    has_officers,
    has_organ_code,
    has_units,
    officers_have_roles,
)
from thichinh.accounts.queries.ungiven import ungiven
from thichinh.accounts.rules.permissions import Permission
from thichinh.accounts.rules.setup import SetupItem
from thichinh.foundation.contributions import Contribution
from thichinh.foundation.definitions import Consistency, Kind
from thichinh.foundation.forms import PrefillSource, ReferenceSource
from thichinh.foundation.ui.language import UsualLanguage
from thichinh.foundation.ui.nav import NavItem
from thichinh.foundation.ui.shells import PublicLink, SearchPlace

SETUP_ITEMS = (
    SetupItem(
        "units",
        _("Lập các đơn vị"),
        _(
            "Phòng, trung tâm, nơi tiếp nhận hồ sơ, thôn, tổ dân phố và ngày bắt đầu của mỗi đơn vị."
        ),
        "accounts:units",
        has_units,
        10,
    ),
    SetupItem(
        "officers",
        _("Tạo tài khoản cán bộ"),
        _("Mỗi người một tài khoản, thuộc đơn vị của mình."),
        "accounts:accounts",
        has_officers,
        20,
    ),
    SetupItem(
        "roles",
        _("Phân vai trò"),
        _("Mỗi cán bộ ít nhất một vai trò: tiếp nhận, thụ lý, lãnh đạo, tổng hợp."),
        "accounts:accounts",
        officers_have_roles,
        30,
    ),
    SetupItem(
        "hours",
        _("Ghi giờ làm việc"),
        _("Giờ làm việc trong tuần và những ngày cơ quan đóng cửa: mọi hạn trả tính theo đó."),
        "accounts:hours",
        has_hours,
        50,
    ),
    SetupItem(
        "letterhead",
        _("Ghi tiêu đề văn bản"),
        _("Tên cơ quan trên giấy tờ, nơi ký, người ký."),
        "accounts:letterhead",
        has_letterhead,
        60,
    ),
    SetupItem(
        "organ-code",
        _("Ghi mã định danh điện tử"),
        _("Mã tỉnh đã cấp, đứng đầu mã mỗi hồ sơ; hoặc xác nhận đây là bản diễn tập."),
        "accounts:letterhead",
        has_organ_code,
        70,
    ),
)
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
        Consistency("permissions", ungiven, binds=False),
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
        UsualLanguage("authority", queries.own_language),
        *SETUP_ITEMS,
        NavItem(
            label=_("Ngày đầu"),
            url_name="accounts:first_day",
            icon="checklist",
            permission="account.manage",
            order=890,
            group="manage",
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
