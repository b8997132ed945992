"""A message to somebody, its way out by each channel, every attempt, and how people are reached."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from thichinh.accounts.models import Account, Person, Unit
from thichinh.foundation.models import DefinitionVersion


class Notification(models.Model):
    """One message to an account, a person or a unit: a line of an inbox, and of the log.

    The texts are those of `definition`, filled with `values` when shown. `unit` is whose matter it
    is about: its clerks read the log. A unit's message is read for all once one of it has read it.
    """

    kind = models.CharField(max_length=60)
    definition = models.ForeignKey(
        DefinitionVersion, models.PROTECT, related_name="+", db_index=False
    )
    to_account = models.ForeignKey(
        Account, models.CASCADE, null=True, related_name="+", db_index=False
    )
    to_person = models.ForeignKey(
        Person, models.CASCADE, null=True, related_name="+", db_index=False
    )
    to_unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+", db_index=False)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    key = models.CharField(max_length=80, blank=True, default="")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    link = models.CharField(max_length=200)
    reference = models.CharField(max_length=60, blank=True, default="")
    values = models.JSONField(default=dict)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notification_to_one",
                condition=Q(to_account__isnull=False, to_person=None, to_unit=None)
                | Q(to_account=None, to_person__isnull=False, to_unit=None)
                | Q(to_account=None, to_person=None, to_unit__isnull=False),
            ),
            # Also the way to everything told about one subject.
            models.UniqueConstraint(
                fields=[
                    "subject_type", "subject_id", "kind", "key", "to_account", "to_person", "to_unit",
                ],
                name="notification_once",
                nulls_distinct=False,
            ),
        ]  # fmt: skip
        indexes = [
            *(
                index
                for box in ("to_account", "to_person", "to_unit")
                for index in (
                    models.Index(
                        fields=[box, "-id"],
                        name=f"notification_{box[3:]}",
                        condition=Q(**{f"{box}__isnull": False}),
                    ),
                    models.Index(
                        fields=[box, "-id"],
                        name=f"notification_new_{box[3:]}",
                        condition=Q(**{f"{box}__isnull": False, "read_at": None}),
                    ),
                )
            ),
            models.Index(fields=["unit", "-id"], name="notification_log"),
            models.Index(
                fields=["reference"], name="notification_reference", condition=~Q(reference="")
            ),
            BrinIndex(fields=["at"], name="notification_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type}:{self.subject_id}"


class Delivery(models.Model):
    """A message's way out by one channel: a row of the outbox until it is sent or given up.

    `due_at` is when it may next be tried. Whoever takes it moves `due_at` on before trying, so a
    sender that is killed leaves it to be tried again. `round` counts the clerk's sending it anew.
    """

    class State(models.IntegerChoices):
        WAITING = 1, _("Đang chờ gửi")
        SENT = 2, _("Đã gửi")
        GIVEN_UP = 3, _("Không gửi được")
        NOT_CONFIGURED = 4, _("Chưa cài đặt kênh gửi")

    class Channel(models.TextChoices):
        EMAIL = "email", _("Thư điện tử")
        SMS = "sms", _("Tin nhắn SMS")

    notification = models.ForeignKey(
        Notification, models.CASCADE, related_name="deliveries", db_index=False
    )
    channel = models.CharField(max_length=5, choices=Channel)
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=2, default="vi")
    state = models.SmallIntegerField(choices=State, default=State.WAITING)
    digest = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    round = models.SmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "channel"], name="delivery_once_by_channel"
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "due_at", "id"], name="delivery_due", condition=Q(state=1)
            ),
            models.Index(
                fields=["address", "id"],
                name="delivery_digest",
                condition=Q(state=1, digest=True),
            ),
            models.Index(
                fields=["state", "channel"],
                name="delivery_stuck",
                condition=Q(state__in=[3, 4]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notification_id} {self.channel}"


class Attempt(models.Model):
    """One attempt to send, as it ended: what the other side answered. Only ever inserted."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8)
    detail = models.CharField(max_length=300, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.outcome}"


class Contact(models.Model):
    """What the owner of an account chose: language, channels per group of kinds; an official's
    addresses. A citizen's own stand in `accounts.Person`, once.
    """

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="+")
    email = models.CharField(max_length=254, blank=True, default="")
    phone = models.CharField(max_length=15, blank=True, default="")
    language = models.CharField(max_length=2, default="vi")
    wanted: ArrayField[list[str], list[str]] = ArrayField(
        models.CharField(max_length=60), default=list
    )
    unwanted: ArrayField[list[str], list[str]] = ArrayField(
        models.CharField(max_length=60), default=list
    )

    def __str__(self) -> str:
        return str(self.account_id)
