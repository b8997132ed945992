"""The books in the officials' navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from thichinh.accounts.rules.permissions import Permission
from thichinh.foundation.contributions import Contribution
from thichinh.foundation.ui.nav import NavItem

CONTRIBUTION = Contribution(
    app="stocks",
    parts=(
        Permission("stock.view", _("Xem sổ số liệu")),
        Permission("stock.correct", _("Sửa số liệu trong sổ")),
        NavItem(
            label=_("Sổ cái"),
            url_name="stocks:owed",
            icon="book-2",
            permission="stock.view",
            order=40,
            group="report",
            key="s",
        ),
    ),
)
