"""Wiring: the inbox and its neighbours in the officials' navigation."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkConfig(AppConfig):
    name = "thichinh.work"
    label = "work"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thichinh.foundation.ui.nav import NavItem, register_nav

        register_nav(
            NavItem(
                label=_("Hộp việc"),
                url_name="work:inbox",
                icon="inbox",
                permission="task.view",
                order=10,
                key="v",
            )
        )
        register_nav(
            NavItem(
                label=_("Tải công việc"),
                url_name="work:workload",
                icon="users-group",
                permission="task.assign",
                order=60,
            )
        )
        register_nav(
            NavItem(
                label=_("Bàn giao việc"),
                url_name="work:hand_over",
                icon="arrows-exchange",
                permission="task.view",
                order=70,
            )
        )
