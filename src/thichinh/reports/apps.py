"""Wiring: the kind of definition a report is, and the way to it in the navigation."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Statutory reports composed of indicators."""

    name = "thichinh.reports"
    label = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thichinh.foundation import definitions
        from thichinh.foundation.ui.nav import NavItem, register_nav
        from thichinh.reports.queries.look import REPORT

        definitions.register(REPORT)
        register_nav(
            NavItem(
                label=_("Báo cáo"),
                url_name="reports:index",
                icon="report-analytics",
                permission="report.view",
                order=10,
                group="report",
                key="b",
            )
        )
