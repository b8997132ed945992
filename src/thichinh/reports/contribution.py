"""The kind of definition a report is, and the way to it in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from thichinh.accounts.rules.permissions import Permission
from thichinh.foundation.contributions import Contribution
from thichinh.foundation.definitions import Consistency
from thichinh.foundation.ui.nav import NavItem
from thichinh.reports.queries.evaluated import REPORT
from thichinh.reports.queries.problems import problems

CONTRIBUTION = Contribution(
    app="reports",
    parts=(
        REPORT,
        Consistency("reports", problems),
        Permission("report.view", _("Xem báo cáo")),
        Permission("report.freeze", _("Chốt báo cáo")),
        NavItem(
            label=_("Báo cáo"),
            url_name="reports:index",
            icon="report-analytics",
            permission="report.view",
            order=10,
            group="report",
            key="b",
        ),
    ),
)
