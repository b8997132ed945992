"""The inbox and its neighbours in the officials' navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from thichinh.accounts.rules.permissions import Permission
from thichinh.foundation.contributions import Contribution
from thichinh.foundation.events import Subscription
from thichinh.foundation.ui.nav import NavItem
from thichinh.work import handlers
from thichinh.work.events import DeadlineMoved, TaskAssigned, TaskOpenedFor, TasksHandedOver
from thichinh.work.rules import DEADLINE_MOVED, TASK_ASSIGNED, TASKS_HANDED_OVER

CONTRIBUTION = Contribution(
    app="work",
    parts=(
        Permission("task.view", _("Xem việc của mình và của đơn vị")),
        Permission("task.assign", _("Giao việc cho người khác")),
        Permission("task.move_deadline", _("Dời hạn của việc")),
        NavItem(
            label=_("Hộp việc"),
            url_name="work:inbox",
            icon="inbox",
            permission="task.view",
            order=10,
            key="v",
        ),
        NavItem(
            label=_("Tải công việc"),
            url_name="work:workload",
            icon="users-group",
            permission="task.assign",
            order=60,
        ),
        NavItem(
            label=_("Bàn giao việc"),
            url_name="work:hand_over",
            icon="arrows-exchange",
            permission="task.view",
            order=70,
        ),
        TASK_ASSIGNED,
        TASKS_HANDED_OVER,
        DEADLINE_MOVED,
        Subscription(TaskAssigned, handlers.task_assigned),
        Subscription(TaskOpenedFor, handlers.task_assigned),
        Subscription(DeadlineMoved, handlers.deadline_moved),
        Subscription(TasksHandedOver, handlers.tasks_handed_over),
    ),
)
