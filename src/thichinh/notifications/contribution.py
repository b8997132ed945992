"""Texts and hours as definitions, the bell of the shells, the log in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from thichinh.accounts.rules.permissions import Permission
from thichinh.foundation.contributions import Contribution
from thichinh.foundation.definitions import Consistency
from thichinh.foundation.ui.counters import Counter
from thichinh.foundation.ui.nav import NavItem
from thichinh.notifications.actions import TEXTS
from thichinh.notifications.models.definition import HOURS
from thichinh.notifications.queries import unread_count
from thichinh.notifications.queries.texts import wordless

CONTRIBUTION = Contribution(
    app="notifications",
    parts=(
        TEXTS,
        HOURS,
        Consistency("notifications", wordless, binds=False),
        Permission("notification.log", _("Xem nhật ký thông báo, gửi lại")),
        Counter(
            label=_("Thông báo"),
            url_name="notifications:inbox",
            icon="bell",
            count=unread_count,
        ),
        NavItem(
            label=_("Nhật ký thông báo"),
            url_name="notifications:log",
            icon="bell-ringing",
            permission="notification.log",
            order=55,
        ),
    ),
)
