"""Tasks: what an official must do, by when; who moved a deadline and who handed work over, and why."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from thichinh.accounts.models import Account, Unit

NO_DUE = datetime(9999, 12, 31, tzinfo=UTC)


class Task(models.Model):
    """One thing to do for one unit, perhaps by one officer, until done, cancelled or paused.

    `subject_type` and `subject_id` name what it is about, `link` opens it; `reference` and `detail`
    are the columns its opener wants shown. While paused, `remaining_minutes` keeps the working
    minutes that were left. `due_order` is `due_at`, or a far day for a task without one.
    """

    class Status(models.IntegerChoices):
        OPEN = 1, _("Đang chờ")
        PAUSED = 2, _("Tạm dừng")
        DONE = 3, _("Đã xong")
        CANCELLED = 4, _("Đã huỷ")

    kind = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    title = models.CharField(max_length=300)
    link = models.CharField(max_length=200)
    reference = models.CharField(max_length=60, blank=True, default="")
    detail = models.CharField(max_length=300, blank=True, default="")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    assignee = models.ForeignKey(
        Account, models.PROTECT, null=True, related_name="+", db_index=False
    )
    status = models.SmallIntegerField(choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    remaining_minutes = models.IntegerField(null=True)
    due_order = models.GeneratedField(
        expression=Coalesce("due_at", Value(NO_DUE)),
        output_field=models.DateTimeField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="task_closed_has_an_instant",
                condition=Q(status__in=[1, 2], closed_at=None)
                | Q(status__in=[3, 4], closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="task_remaining_only_while_paused",
                condition=Q(remaining_minutes=None) | Q(status=2),
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="task_subject"),
            models.Index(
                fields=["assignee", "due_order", "id"],
                name="task_open_by_assignee",
                condition=Q(status__in=[1, 2]),
            ),
            models.Index(
                fields=["unit", "due_order", "id"],
                name="task_free",
                condition=Q(status=1, assignee=None),
            ),
            models.Index(
                fields=["unit", "due_order", "id"],
                name="task_taken",
                condition=Q(status=1, assignee__isnull=False),
                include=["assignee"],
            ),
            models.Index(
                fields=["unit", "due_order", "id"], name="task_paused", condition=Q(status=2)
            ),
            models.Index(
                fields=["unit", "kind", "due_order", "id"],
                name="task_open_by_kind",
                condition=Q(status=1),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class DeadlineChange(models.Model):
    """The deadline of a task was moved: from when to when, why, by whom. Append-only."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="deadline_changes")
    old_due_at = models.DateTimeField(null=True)
    new_due_at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.old_due_at} → {self.new_due_at}"


class WorkHandOver(models.Model):
    """All open work of one officer went to another: how much, why, by whom. Append-only."""

    giver = models.ForeignKey(Account, models.PROTECT, related_name="+")
    taker = models.ForeignKey(Account, models.PROTECT, related_name="+")
    moved = models.IntegerField()
    reason = models.CharField(max_length=300)
    handed_at = models.DateTimeField()
    handed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.giver_id} → {self.taker_id}: {self.moved}"
